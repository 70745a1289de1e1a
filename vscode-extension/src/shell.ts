/** Command lines for a terminal. */

/** What can be overridden when a step is run; as the server's command `valohai-steps.runCommand` tells it. */
export interface Override {
  readonly name: string;
  readonly kind: 'parameter' | 'input';
  readonly type: string | null;
  readonly default: string | null;
  readonly description: string | null;
}

/** How to run a step; as the server's command `valohai-steps.runCommand` tells it. */
export interface Run {
  readonly step: string;
  readonly command: string;
  readonly file: string;
  readonly folder: string;
  readonly overrides: readonly Override[];
  readonly vh: string;
}

/** The run of a file with the given overrides; what is not given keeps its default. */
export function commandLine(
  python: string,
  file: string,
  given: ReadonlyMap<string, string>,
  platform: NodeJS.Platform,
): string {
  const words = [python, file, ...[...given].map(([name, value]) => `--${name}=${value}`)];
  const line = words.map((word) => quoted(word, platform)).join(' ');
  // PowerShell takes a quoted first word for a text, unless it is called.
  return platform === 'win32' && line.startsWith("'") ? `& ${line}` : line;
}

/** The label of an override in a list: its flag and what it stands at. */
export function label(override: Override, given: ReadonlyMap<string, string>): string {
  const value = given.get(override.name) ?? override.default;
  return value === null ? `--${override.name}` : `--${override.name}=${value}`;
}

/** A word as a shell reads it back: PowerShell's quotes on Windows, POSIX quotes elsewhere. */
export function quoted(word: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word) && (platform === 'win32' || !word.includes('\\'))) {
    return word;
  }
  return platform === 'win32' ? `'${word.replaceAll("'", "''")}'` : `'${word.replaceAll("'", `'"'"'`)}'`;
}
