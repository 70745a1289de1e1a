import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';

import { explainFailure, levelOf } from '../failures';
import { Stderr } from '../stderr';

test('a server that does not start is explained by the last thing it said', () => {
  const said = 'The language server needs Python 3.10 or newer; this is /usr/bin/python 3.9.18.';
  assert.equal(explainFailure(said), `Valohai: the language server did not start. ${said}`);
});

test('a line of the log is as loud as it says, and a traceback is an error', () => {
  assert.equal(levelOf('WARNING valohai_steps.lsp.incoming.configuration: unknown setting'), 'warn');
  assert.equal(levelOf('INFO pygls: x'), 'info');
  assert.equal(levelOf('ERROR pygls: x'), 'error');
  assert.equal(levelOf('Traceback (most recent call last):'), 'error');
});

test('each line of standard error reaches the log, and the last one is kept', async () => {
  const lines: string[] = [];
  const log = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
  const stderr = new Stderr();
  const stream = new PassThrough();
  const ended = new Promise((resolve) => stream.once('close', resolve));
  stderr.follow(stream, { error: log('error'), warn: log('warn'), info: log('info') });
  stream.end('WARNING a: slow\nbro');
  await ended;
  assert.deepEqual(lines, ['warn: WARNING a: slow', 'error: bro']);
  assert.equal(stderr.last, 'bro');
});
