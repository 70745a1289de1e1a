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
  /** The words that pass a value, which `{v}` stands for. */
  readonly spelled: readonly string[];
  /** The words in front of those of all values. */
  readonly before: readonly string[];
  /** Whether each of several values is spelled by itself. */
  readonly repeats: boolean;
  /** The words of a flag; null where it is spelled as other values are. */
  readonly on: readonly string[] | null;
  readonly off: readonly string[] | null;
  /** The places in the run's `words` that a given value does away with. */
  readonly replaces: readonly number[];
}

/** How to run a step; as the server's command `valohai-steps.runCommand` tells it. */
export interface Run {
  readonly step: string;
  readonly command: string;
  readonly file: string;
  readonly folder: string;
  readonly overrides: readonly Override[];
  readonly vh: string;
  /** The words of `command`, which is written for a POSIX shell. */
  readonly line: readonly string[];
  /** What follows the file in any case: what valohai.yaml passes to a script that reads its own command line. */
  readonly words: readonly string[];
  /** Whether it imports the runtime. */
  readonly runtime: boolean;
}

/** How a shell reads words; `powershell` is Windows PowerShell, `pwsh` PowerShell 7.3 or later, `other` one nobody knows here. */
export type Shell = 'posix' | 'fish' | 'pwsh' | 'powershell' | 'cmd' | 'other';

const POSIX = /^((r?b|d|r|y)?ash|(m|o|pd|r)?ksh(93)?|r?zsh|sh|wsl)$/;

/** The kind of a shell, by its program: `vscode.env.shell`. */
export function shellOf(program: string): Shell {
  const file = program.split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
  const name = file.replace(/\.exe$/, '').replace(/-[\d.]+$/, '');
  switch (name) {
    case 'fish':
    case 'powershell':
    case 'cmd':
      return name;
    case 'pwsh':
    case 'pwsh-preview':
      return 'pwsh';
    default:
      return POSIX.test(name) ? 'posix' : 'other';
  }
}

/** The words that run a step on this machine, in its folder; what is not given keeps its default. */
export function localRun(python: string, run: Run, given: ReadonlyMap<string, string>): string[] {
  const file = operand(path.relative(run.folder, run.file));
  if (file.endsWith('.ipynb')) {
    // A kernel has no command line of the step's own: a notebook runs with its defaults.
    return [near(python, run.folder), '-m', 'papermill', '-k', 'python3', file, file.replace(/\.ipynb$/, '.output.ipynb')];
  }
  const changed = run.overrides.filter((each) => given.has(each.name));
  const replaced = new Set(changed.flatMap((each) => each.replaces));
  const kept = run.words.filter((_, place) => !replaced.has(place));
  return [near(python, run.folder), file, ...kept, ...changed.flatMap((each) => passed(each, given.get(each.name) ?? ''))];
}

/** The words that give an override a value. */
function passed(override: Override, value: string): string[] {
  const { spelled, before, repeats, separator, on, off } = override;
  if (on !== null && off !== null) {
    return [...(value === 'true' ? on : off)];
  }
  const values = repeats && separator !== null ? value.split(separator).map((each) => each.trim()) : [value];
  return [...before, ...values.flatMap((each) => spelled.map((word) => word.replaceAll('{v}', () => each)))];
}

/** The words that run a step on Valohai. */
export function remoteRun(step: string): string[] {
  return ['vh', 'execution', 'run', '--adhoc', step];
}

/** A line of a shell that runs a program with exactly these words, or why there is none. */
export function commandLine(words: readonly string[], shell: Shell): string | Error {
  const control = words.find((word) => /\p{Cc}/u.test(word));
  if (control !== undefined) {
    // A terminal takes them for keys, wherever a shell would read a quote: Ctrl+C, Tab, Enter.
    return new Error(`${JSON.stringify(control)} contains a control character; remove it from the name or the value`);
  }
  if (shell === 'other') {
    return unquoted(words);
  }
  const line = words.map((word) => (isPlain(word, shell) ? word : quoted(word, shell))).join(' ');
  // PowerShell takes a quoted first word for a string, unless it is called.
  return isPowerShell(shell) && line.startsWith("'") ? `& ${line}` : line;
}

/** The words as they are, for a shell whose quotes are not known, or why that is not possible. */
function unquoted(words: readonly string[]): string | Error {
  const unknown = words.find((word) => !isPlain(word, 'other'));
  if (unknown === undefined) {
    return words.join(' ');
  }
  const shells = 'bash, zsh, fish, PowerShell or cmd';
  return new Error(`how this shell quotes ${JSON.stringify(unknown)} is not known; make ${shells} the default terminal profile`);
}

/** The label of an override in a list: its flag and what it stands at. */
export function label(override: Override, given: ReadonlyMap<string, string>): string {
  const value = given.get(override.name) ?? override.default;
  return value === null ? `--${override.name}` : `--${override.name}=${value}`;
}

/** Whether a shell reads a word as it is: no `=` that assigns or expands, no number or parameter of PowerShell. */
function isPlain(word: string, shell: Shell): boolean {
  switch (shell) {
    case 'posix':
    case 'fish':
    case 'other':
      return /^(--[\w-]+=)?[\w+:./-]+$/.test(word);
    case 'cmd':
      return /^(--[\w-]+=)?[\w+:./\\-]+$/.test(word);
    case 'pwsh':
    case 'powershell':
      return /^(--[\w-]+=[\w+:./\\-]+|-[a-z]|[a-z_./\\][\w+:./\\-]*)$/i.test(word);
  }
}

function quoted(word: string, shell: Exclude<Shell, 'other'>): string {
  switch (shell) {
    case 'posix':
      return `'${word.replaceAll("'", `'"'"'`)}'`;
    case 'fish':
      // Unlike in POSIX, a backslash counts between single quotes.
      return `'${word.replace(/[\\']/g, '\\$&')}'`;
    case 'pwsh':
      // Typographic quotes close a string as well.
      return `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`;
    case 'powershell':
      return quoted(asLegacyArgument(word), 'pwsh');
    case 'cmd':
      // cmd expands %NAME% between quotes too; `%cd:~,%` is nothing, and parts the sign from the name behind it.
      return `"${withDoubledQuotes(word).replaceAll('%', '%%cd:~,%')}"`;
  }
}

/** A word as Windows PowerShell must have it: it puts quotes around what has blanks, but escapes nothing, and drops ''. */
function asLegacyArgument(word: string): string {
  if (word === '') {
    return '""';
  }
  return /\s/.test(word) ? withDoubledQuotes(word) : word.replace(/(\\*)"/g, '$1$1\\"');
}

/**
 * What programs of Windows read between double quotes as this word: a quote is doubled, which keeps cmd inside of its
 * quotes too, as a `\"` does not; backslashes count only before a quote.
 */
function withDoubledQuotes(word: string): string {
  return word.replace(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&');
}

function isPowerShell(shell: Shell): boolean {
  return shell === 'pwsh' || shell === 'powershell';
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
