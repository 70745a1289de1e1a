/** Command lines for the shell of a terminal. */
import * as path from 'node:path';

/** What can be overridden when a step is run; as the server's command `valohai-steps.runCommand` tells it. */
export interface Override {
  readonly name: string;
  readonly kind: 'parameter' | 'input';
  readonly type: string | null;
  readonly default: string | null;
  readonly description: string | null;
  readonly choices: readonly string[];
  readonly min: number | null;
  readonly max: number | null;
  /** What joins several values; null for one value. */
  readonly separator: string | null;
  readonly optional: boolean;
}

/** How to run a step; as the server's command `valohai-steps.runCommand` tells it. */
export interface Run {
  readonly step: string;
  readonly command: string;
  readonly file: string;
  readonly folder: string;
  readonly overrides: readonly Override[];
  readonly vh: string;
  /** What follows the file in any case: what valohai.yaml passes to a script that reads its own command line. */
  readonly words: readonly string[];
  /** Whether it imports the runtime. */
  readonly runtime: boolean;
}

/** How a shell reads words. */
export type Shell = 'posix' | 'powershell' | 'cmd';

/** The kind of a shell, by its program: `vscode.env.shell`. */
export function shellOf(program: string): Shell {
  const name = program.split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
  if (/^(pwsh|powershell)(\.exe)?$/.test(name)) {
    return 'powershell';
  }
  return name === 'cmd.exe' ? 'cmd' : 'posix';
}

/** The words that run a step on this machine, in its folder; what is not given keeps its default. */
export function localRun(python: string, run: Run, given: ReadonlyMap<string, string>): string[] {
  const file = operand(path.relative(run.folder, run.file));
  if (file.endsWith('.ipynb')) {
    // A kernel has no command line of the step's own: a notebook runs with its defaults.
    return [near(python, run.folder), '-m', 'papermill', '-k', 'python3', file, file.replace(/\.ipynb$/, '.output.ipynb')];
  }
  return [near(python, run.folder), file, ...run.words, ...[...given].map(([name, value]) => `--${name}=${value}`)];
}

/** The words that run a step on Valohai. */
export function remoteRun(step: string): string[] {
  return ['vh', 'execution', 'run', '--adhoc', step];
}

/** A line of a shell that runs a program with these words. */
export function commandLine(words: readonly string[], shell: Shell): string {
  const line = words.map((word) => quoted(word, shell)).join(' ');
  // PowerShell takes a quoted first word for a text, unless it is called.
  return shell === 'powershell' && line.startsWith("'") ? `& ${line}` : line;
}

/** The label of an override in a list: its flag and what it stands at. */
export function label(override: Override, given: ReadonlyMap<string, string>): string {
  const value = given.get(override.name) ?? override.default;
  return value === null ? `--${override.name}` : `--${override.name}=${value}`;
}

function quoted(word: string, shell: Shell): string {
  if (/^[\w+=:./-]+$/.test(word) || (shell !== 'posix' && /^[\w+=:./\\-]+$/.test(word))) {
    return word;
  }
  switch (shell) {
    case 'posix':
      return `'${word.replaceAll("'", `'"'"'`)}'`;
    case 'powershell':
      return `'${word.replaceAll("'", "''")}'`;
    case 'cmd':
      // Backslashes count only before a quote.
      return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  }
}

/** The path of a program, as seen from a folder that it lies in. */
function near(program: string, folder: string): string {
  const seen = path.relative(folder, program);
  return path.isAbsolute(program) && !path.isAbsolute(seen) && !seen.startsWith('..') ? seen : program;
}

/** A path as a word that no program takes for an option. */
function operand(file: string): string {
  return file.startsWith('-') ? `.${path.sep}${file}` : file;
}
