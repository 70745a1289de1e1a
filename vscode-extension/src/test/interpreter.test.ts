import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { ASK_VERSION, type Candidate, candidates, choose, explain, type Probe, parseVersion, unsuitable } from '../interpreter';

const probe =
  (versions: Record<string, readonly [number, number, number] | Error>): Probe =>
  (command) =>
    Promise.resolve(versions[command.join(' ')] ?? new Error('there is no such program'));

test('the setting is the only candidate when it is given', () => {
  const [only, ...others] = candidates('/opt/python', '/venv/bin/python', 'linux');
  assert.deepEqual(only?.command, ['/opt/python']);
  assert.deepEqual(others, []);
});

test('the Python extension goes before the PATH', () => {
  const commands = candidates('', '/venv/bin/python', 'linux').map((each) => each.command.join(' '));
  assert.deepEqual(commands, ['/venv/bin/python', 'python3', 'python']);
});

test('on Windows the launcher is asked first', () => {
  assert.deepEqual(
    candidates('', undefined, 'win32').map((each) => each.command.join(' ')),
    ['py -3', 'python', 'python3'],
  );
});

test('the first that is new enough is taken', async () => {
  const found = await choose(candidates('', '/old', 'linux'), probe({ '/old': [3, 8, 1], python3: [3, 11, 7] }), true);
  assert.deepEqual('version' in found && [found.command, found.version], [['python3'], [3, 11, 7]]);
});

test('when none can be used, each is named with its reason', async () => {
  const tried: Candidate[] = candidates('', '/old', 'linux');
  const found = await choose(tried, probe({ '/old': [3, 8, 1], python3: new Error('it does not answer') }), true);
  assert.ok(!('version' in found));
  const said = explain(found);
  assert.match(said, /\/old \(from the Python extension\): it is Python 3\.8\.1, and the server needs 3\.10 or newer/);
  assert.match(said, /python3 \(from the PATH\): it does not answer/);
  assert.match(said, /python \(from the PATH\): there is no such program/);
});

test('a Python newer than the bundled parts runs a server of its own environment only', () => {
  assert.match(unsuitable([3, 15, 0], true) ?? '', /at most/);
  assert.equal(unsuitable([3, 15, 0], false), undefined);
  assert.equal(unsuitable([3, 14, 9], true), undefined);
  assert.equal(unsuitable([4, 0, 0], false), undefined);
});

test('an answer that is no version is an error', () => {
  assert.deepEqual(parseVersion('3 11 7\n'), [3, 11, 7]);
  for (const answer of ['', 'Python was not found; run without arguments to install', '3 11']) {
    assert.ok(parseVersion(answer) instanceof Error);
  }
});

test('a real Python answers', () => {
  const version = parseVersion(execFileSync('python3', ASK_VERSION, { encoding: 'utf-8' }));
  assert.ok(!(version instanceof Error));
  assert.equal(version[0], 3);
});
