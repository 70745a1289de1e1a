/** What a person is told when the server does not start, and how loud each line of its log is. */

export type Level = 'error' | 'warn' | 'info';

/** The message for a server that ended before it answered. `said` is the last line of its log. */
export function explainFailure(said: string): string {
  return `Valohai: the language server did not start. ${said}`;
}

/** How loud a line of the server's log is: it begins with its level, or is a traceback. */
export function levelOf(line: string): Level {
  if (/^(DEBUG|INFO) /.test(line)) {
    return 'info';
  }
  return line.startsWith('WARNING ') ? 'warn' : 'error';
}
