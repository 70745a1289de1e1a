/** Which Python runs the language server. Pure but for `Probe`, which asks a Python for its version. */

/** Versions that the bundled server has compiled parts for. */
export const OLDEST = [3, 10] as const;
export const NEWEST_BUNDLED = [3, 14] as const;

/** A command line that starts a Python, and who named it. */
export interface Candidate {
  readonly command: readonly string[];
  readonly origin: string;
}

/** What a Python says of itself. */
export interface Python {
  readonly command: readonly string[];
  readonly origin: string;
  readonly version: readonly [number, number, number];
}

/** Why a candidate cannot be used. */
export interface Rejected {
  readonly candidate: Candidate;
  readonly why: string;
}

/** The version of a Python, or the reason why there is none. */
export type Probe = (command: readonly string[]) => Promise<readonly [number, number, number] | Error>;

/** The candidates in order: the setting, the Python extension's choice, then the PATH. */
export function candidates(setting: string, chosen: string | undefined, platform: NodeJS.Platform): Candidate[] {
  if (setting !== '') {
    return [{ command: [setting], origin: 'the setting valohai-steps.interpreter' }];
  }
  const found: Candidate[] = [];
  if (chosen !== undefined) {
    found.push({ command: [chosen], origin: 'the Python extension' });
  }
  const names = platform === 'win32' ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ['python']];
  return [...found, ...names.map((command) => ({ command, origin: 'the PATH' }))];
}

/** The first candidate that can run the server, or why none can. */
export async function choose(tried: readonly Candidate[], probe: Probe, bundled: boolean): Promise<Python | readonly Rejected[]> {
  const rejected: Rejected[] = [];
  for (const candidate of tried) {
    const version = await probe(candidate.command);
    const why = version instanceof Error ? version.message : unsuitable(version, bundled);
    if (why === undefined && !(version instanceof Error)) {
      return { ...candidate, version };
    }
    rejected.push({ candidate, why: why ?? 'it cannot be started' });
  }
  return rejected;
}

/** Why a version cannot run the server; undefined when it can. */
export function unsuitable(version: readonly number[], bundled: boolean): string | undefined {
  if (older(version, OLDEST)) {
    return `it is Python ${version.join('.')}, and the server needs ${OLDEST.join('.')} or newer`;
  }
  if (bundled && older(NEWEST_BUNDLED, version.slice(0, 2))) {
    return `it is Python ${version.join('.')}, and the bundled server knows ${NEWEST_BUNDLED.join('.')} at most`;
  }
  return undefined;
}

/** What to tell a person when no Python can be used. */
export function explain(rejected: readonly Rejected[]): string {
  const lines = rejected.map(({ candidate, why }) => `${candidate.command.join(' ')} (from ${candidate.origin}): ${why}`);
  return `Valohai: no Python can run the language server. ${lines.join('; ')}. Your own code may use any Python.`;
}

/** What makes a Python, however old, tell its version; no module but `sys` is imported, from anywhere. */
export const ASK_VERSION = ['-E', '-s', '-S', '-c', 'import sys; print("%d %d %d" % sys.version_info[:3])'];

/** The version in the answer to `ASK_VERSION`. */
export function parseVersion(answer: string): readonly [number, number, number] | Error {
  const numbers = answer.trim().split(/\s+/).map(Number);
  const [major, minor, micro] = numbers;
  if (major === undefined || minor === undefined || micro === undefined || numbers.some(Number.isNaN)) {
    return new Error(`it does not answer like a Python: ${answer.trim().slice(0, 100)}`);
  }
  return [major, minor, micro];
}

function older(one: readonly number[], other: readonly number[]): boolean {
  const [major = 0, minor = 0] = one;
  const [otherMajor = 0, otherMinor = 0] = other;
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
