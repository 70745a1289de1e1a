/** The server's standard error: each line goes to the log, and the last one is remembered. */
import * as readline from 'node:readline';
import type { Readable } from 'node:stream';

import { type Level, levelOf } from './failures';

type Log = Record<Level, (line: string) => void>;

export class Stderr {
  /** The last line that said something; '' before there is one. */
  last = '';

  follow(stream: Readable, log: Log): void {
    readline.createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      if (line.trim() !== '') {
        this.last = line;
        log[levelOf(line)](line);
      }
    });
  }
}
