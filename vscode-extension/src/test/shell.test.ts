import * as path from 'node:path';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { commandLine, label, localRun, type Run, remoteRun, shellOf } from '../shell';

const RUN: Run = {
  step: 'train',
  command: 'python src/train.py --learning-rate=0.001',
  file: '/projects/digits/src/train.py',
  folder: '/projects/digits',
  overrides: [],
  vh: 'vh execution run --adhoc train',
  words: [],
  runtime: true,
};
const WORDS = ['plain', 'two words', "it's", '$HOME `x` "q" \\', '', '漢字 😀', 'a;b', '*', '~', '--x=1 2', '!!', 'a%b'];

test('a POSIX shell reads each word back as it was', () => {
  const line = commandLine(['node', '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...WORDS], 'posix');
  assert.deepEqual(JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf-8' })), WORDS);
});

test('PowerShell doubles its quotes, and calls a program that is quoted', () => {
  const words = ['C:\\Program Files\\python.exe', 'train.py', "--note=it's"];
  assert.equal(commandLine(words, 'powershell'), "& 'C:\\Program Files\\python.exe' train.py '--note=it''s'");
  assert.equal(commandLine(['C:\\Python\\python.exe', 'train.py'], 'powershell'), 'C:\\Python\\python.exe train.py');
});

test('cmd quotes with double quotes, and a backslash counts only before one', () => {
  assert.equal(commandLine(['C:\\my python\\python.exe', 'a\\b c\\'], 'cmd'), '"C:\\my python\\python.exe" "a\\b c\\\\"');
  assert.equal(commandLine(['say "hi"'], 'cmd'), '"say \\"hi\\""');
});

test('the shell is known by its program', () => {
  assert.equal(shellOf('/bin/zsh'), 'posix');
  assert.equal(shellOf('C:\\Program Files\\Git\\bin\\bash.exe'), 'posix');
  assert.equal(shellOf('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'), 'powershell');
  assert.equal(shellOf('/usr/bin/pwsh'), 'powershell');
  assert.equal(shellOf('C:\\WINDOWS\\System32\\cmd.exe'), 'cmd');
});

test('what is overridden goes on the command line, the rest keeps its default', () => {
  const given = new Map([
    ['learning-rate', '.002'],
    ['note', 'two words'],
  ]);
  assert.deepEqual(localRun('python3', RUN, given), ['python3', 'src/train.py', '--learning-rate=.002', '--note=two words']);
});

test('a file whose name begins with a dash is no option', () => {
  assert.deepEqual(localRun('python3', { ...RUN, file: '/projects/digits/-x.py' }, new Map()), ['python3', './-x.py']);
});

test('a notebook runs through papermill of the chosen Python', () => {
  const words = localRun('/venv/bin/python', { ...RUN, file: '/projects/digits/explore.ipynb' }, new Map());
  assert.deepEqual(words, ['/venv/bin/python', '-m', 'papermill', '-k', 'python3', 'explore.ipynb', 'explore.output.ipynb']);
});

test('a script gets what valohai.yaml passes, and then what is given', () => {
  const run = { ...RUN, words: ['fit', '--epochs=3'], runtime: false };
  const words = localRun('python3', run, new Map([['epochs', '7']]));
  assert.deepEqual(words, ['python3', 'src/train.py', 'fit', '--epochs=3', '--epochs=7']);
});

test('a step whose name has blanks is one word for vh', () => {
  assert.equal(commandLine(remoteRun('train it'), 'posix'), "vh execution run --adhoc 'train it'");
});

test('an interpreter inside the folder is named as seen from there', () => {
  const run = {
    step: 's',
    command: '',
    file: path.join('/', 'w', 'train.py'),
    folder: path.join('/', 'w'),
    overrides: [],
    vh: '',
    words: [],
    runtime: true,
  };
  const python = path.join('.venv', 'bin', 'python');
  assert.equal(localRun(path.join('/', 'w', python), run, new Map())[0], python);
  assert.equal(localRun(path.join('/', 'usr', 'python'), run, new Map())[0], path.join('/', 'usr', 'python'));
  assert.equal(localRun('python3', run, new Map())[0], 'python3');
});

test('an override shows what it stands at', () => {
  const range = { choices: [], min: null, max: null, separator: null, optional: false };
  const override = { name: 'epochs', kind: 'parameter', type: 'integer', default: '5', description: null, ...range } as const;
  assert.equal(label(override, new Map()), '--epochs=5');
  assert.equal(label(override, new Map([['epochs', '7']])), '--epochs=7');
  assert.equal(label({ ...override, default: null }, new Map()), '--epochs');
});
