import * as path from 'node:path';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';

import { commandLine, label, localRun, type Override, type Run, remoteRun, type Shell, shellOf } from '../shell';

const RUN: Run = {
  step: 'train',
  command: 'python src/train.py --learning-rate=0.001',
  file: '/projects/digits/src/train.py',
  folder: '/projects/digits',
  overrides: [],
  vh: 'vh execution run --adhoc train',
  line: ['python', 'src/train.py', '--learning-rate=0.001'],
  words: [],
  runtime: true,
};
const EPOCHS: Override = {
  name: 'epochs',
  kind: 'parameter',
  type: 'integer',
  default: '5',
  description: null,
  choices: [],
  min: null,
  max: null,
  separator: null,
  optional: false,
  spelled: ['--epochs={v}'],
  before: [],
  repeats: false,
  on: null,
  off: null,
  replaces: [],
};
const WORDS = [
  'plain',
  'two words',
  "it's",
  '$HOME `x` "q" \\',
  '',
  '漢字 😀',
  'a;b',
  '*',
  '~',
  '--x=1 2',
  '!!',
  'a%b',
  '=ls',
  'A=b',
];

/** All words of up to three of the characters that shells of a kind care about. */
function hostile(characters: string): string[] {
  const longer = (words: string[]): string[] => words.flatMap((word) => [...characters].map((each) => word + each));
  const one = longer(['']);
  const two = longer(one);
  return ['', ...one, ...two, ...longer(two), ...WORDS];
}

function line(words: readonly string[], shell: Shell): string {
  const made = commandLine(words, shell);
  assert.ok(typeof made === 'string', String(made));
  return made;
}

/** What a program gets when a shell reads the line from its standard input: a file, as fish takes no socket. */
function ran(shell: string, before: string, words: readonly string[]): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'shell-'));
  const print = ['node', '-p', 'JSON.stringify(process.argv.slice(1))', '--'];
  writeFileSync(path.join(folder, 'line'), `${before}${line([...print, ...words], shellOf(shell))}\n`);
  const input = openSync(path.join(folder, 'line'), 'r');
  try {
    return JSON.parse(execFileSync(shell, [], { encoding: 'utf-8', stdio: [input, 'pipe', 'ignore'] }));
  } finally {
    closeSync(input);
    rmSync(folder, { recursive: true });
  }
}

for (const [shell, before] of [
  ['sh', ''],
  ['bash', 'set -o history -H\n'],
  ['zsh', 'setopt rc_quotes bang_hist extended_glob\n'],
  ['fish', ''],
] as const) {
  const absent = spawnSync(shell, ['-c', 'true']).error !== undefined;
  test(`${shell} reads each word back as it was`, { skip: absent && `${shell} is not here` }, () => {
    const words = hostile('a\\\'"$!; =~').filter((word) => word !== '');
    assert.deepEqual(ran(shell, before, words), words);
  });
}

test('fish reads each word back as it was, also where there is no fish', () => {
  for (const word of hostile("a\\'; $")) {
    // fish-language(1), "Quotes": between single quotes, only \' and \\ are escape sequences.
    const read = line([word], 'fish').replace(/^'((?:[^\\']|\\.)*)'$/, (_, inside: string) => inside.replace(/\\([\\'])/g, '$1'));
    assert.equal(read, word);
  }
});

test('PowerShell reads each word back as it was, with typographic quotes', () => {
  for (const word of hostile('a\'’‛"$; \\')) {
    assert.deepEqual(readByPowerShell(line(['python', word], 'pwsh')), ['python', word]);
    const legacy = readByPowerShell(line(['python', word], 'powershell'));
    assert.deepEqual(splitByProgram(legacy.map(passedByWindowsPowerShell).join(' ')), ['python', word]);
  }
});

test('PowerShell calls a program that is quoted, and a parameter or number is a string', () => {
  const words = ['C:\\Program Files\\python.exe', 'train.py', "--note=it's"];
  assert.equal(line(words, 'powershell'), "& 'C:\\Program Files\\python.exe' train.py '--note=it''s'");
  assert.equal(line(['C:\\Python\\python.exe', 'train.py'], 'powershell'), 'C:\\Python\\python.exe train.py');
  assert.equal(line(['python', '-a.b', '0x10', '--lr=.5'], 'pwsh'), "python '-a.b' '0x10' --lr=.5");
});

test('cmd reads each word back as it was, and sees one command', () => {
  for (const word of hostile('a"&\\% ^')) {
    assert.deepEqual(readByCmd(line(['python', word, 'end'], 'cmd'), { a: '&calc', 'a ': '"' }), ['python', word, 'end']);
  }
  const names = ['a" & calc & "', '%PATH%', '%%PATH%%', '"%PATH%'];
  assert.deepEqual(readByCmd(line(['vh', ...names], 'cmd'), { PATH: '" & calc' }), ['vh', ...names]);
});

test('cmd quotes with double quotes, and a backslash counts only before one', () => {
  assert.equal(line(['C:\\my python\\python.exe', 'a\\b c\\'], 'cmd'), '"C:\\my python\\python.exe" "a\\b c\\\\"');
  assert.equal(line(['say "hi"', '100%'], 'cmd'), '"say ""hi""" "100%%cd:~,%"');
});

test('a control character is refused in every shell', () => {
  for (const shell of ['posix', 'fish', 'pwsh', 'powershell', 'cmd', 'other'] as const) {
    for (const control of ['\x03', '\n', '\r', '\t', '\x1b', '\x7f', '\x9b', '\0']) {
      const refused = commandLine(remoteRun(`a${control}calc`), shell);
      assert.match(String(refused), /contains a control character; remove it from the name or the value$/);
    }
  }
});

test('a shell that nobody knows gets words that every shell reads alike, and no others', () => {
  assert.equal(line(['python3', './train.py', '--lr=.5'], 'other'), 'python3 ./train.py --lr=.5');
  assert.match(
    String(commandLine(remoteRun('wow!'), 'other')),
    /"wow!" is not known; make bash, .* the default terminal profile$/,
  );
});

test('the shell is known by its program', () => {
  const kinds = {
    posix: [
      '/bin/zsh',
      '/bin/sh',
      '/bin/dash',
      '/usr/bin/ksh93',
      '/bin/mksh',
      'C:\\Program Files\\Git\\bin\\bash.exe',
      'wsl.exe',
    ],
    fish: ['/opt/homebrew/bin/fish'],
    powershell: ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
    pwsh: ['/usr/bin/pwsh', 'C:\\Program Files\\PowerShell\\7\\pwsh.exe', '/usr/bin/pwsh-preview'],
    cmd: ['C:\\WINDOWS\\System32\\cmd.exe'],
    other: ['/bin/tcsh', '/bin/csh', '/usr/bin/nu', '/usr/bin/xonsh', '/usr/bin/python3', ''],
  };
  for (const [kind, programs] of Object.entries(kinds)) {
    assert.deepEqual(programs.map(shellOf), Array(programs.length).fill(kind));
  }
});

test('what is overridden goes on the command line, the rest keeps its default', () => {
  const given = new Map([
    ['learning-rate', '.002'],
    ['note', 'two words'],
  ]);
  const overrides = [...given.keys()].map((name) => ({ ...EPOCHS, name, spelled: [`--${name}={v}`] }));
  const words = ['python3', 'src/train.py', '--learning-rate=.002', '--note=two words'];
  assert.deepEqual(localRun('python3', { ...RUN, overrides }, given), words);
});

test('a file whose name begins with a dash is no option', () => {
  assert.deepEqual(localRun('python3', { ...RUN, file: '/projects/digits/-x.py' }, new Map()), ['python3', './-x.py']);
});

test('a notebook runs through papermill of the chosen Python', () => {
  const words = localRun('/venv/bin/python', { ...RUN, file: '/projects/digits/explore.ipynb' }, new Map());
  assert.deepEqual(words, ['/venv/bin/python', '-m', 'papermill', '-k', 'python3', 'explore.ipynb', 'explore.output.ipynb']);
});

test('a script gets what valohai.yaml passes, and then what is given', () => {
  const run = { ...RUN, words: ['fit', '--epochs=3'], overrides: [EPOCHS], runtime: false };
  const words = localRun('python3', run, new Map([['epochs', '7']]));
  assert.deepEqual(words, ['python3', 'src/train.py', 'fit', '--epochs=3', '--epochs=7']);
});

test('a step whose name has blanks is one word for vh', () => {
  assert.equal(line(remoteRun('train it'), 'posix'), "vh execution run --adhoc 'train it'");
});

test('an interpreter inside the folder is named as seen from there', () => {
  const run = {
    step: 's',
    command: '',
    file: path.join('/', 'w', 'train.py'),
    folder: path.join('/', 'w'),
    overrides: [],
    vh: '',
    line: [],
    words: [],
    runtime: true,
  };
  const python = path.join('.venv', 'bin', 'python');
  assert.equal(localRun(path.join('/', 'w', python), run, new Map())[0], python);
  assert.equal(localRun(path.join('/', 'usr', 'python'), run, new Map())[0], path.join('/', 'usr', 'python'));
  assert.equal(localRun('python3', run, new Map())[0], 'python3');
});

test('a value of a script takes the place of what the step passes', () => {
  const plain = { ...EPOCHS, type: 'string', default: null };
  const words = ['--fast', '-r', '0.5', '--x=a', '--x=b', '--last'];
  const fast = { ...plain, name: 'fast', type: 'flag', on: ['--fast'], off: [], replaces: [0] };
  const rate = { ...plain, name: 'rate', spelled: ['-r', '{v}'], replaces: [1, 2] };
  const x = { ...plain, name: 'x', spelled: ['--x={v}'], separator: ',', repeats: true, replaces: [3, 4] };
  const size = { ...plain, name: 'size', before: ['--size'], spelled: ['{v}'], separator: ',', repeats: true };
  const run = { ...RUN, words, overrides: [fast, rate, x, size] };
  const given = (values: Record<string, string>) => localRun('python3', run, new Map(Object.entries(values))).slice(2);
  assert.deepEqual(given({}), words);
  assert.deepEqual(given({ fast: 'false', rate: '$&' }), ['--x=a', '--x=b', '--last', '-r', '$&']);
  assert.deepEqual(given({ fast: 'true', x: 'c, d' }), ['-r', '0.5', '--last', '--fast', '--x=c', '--x=d']);
  assert.deepEqual(given({ size: '3,4' }), [...words, '--size', '3', '4']);
});

test('an override shows what it stands at', () => {
  assert.equal(label(EPOCHS, new Map()), '--epochs=5');
  assert.equal(label(EPOCHS, new Map([['epochs', '7']])), '--epochs=7');
  assert.equal(label({ ...EPOCHS, default: null }, new Map()), '--epochs');
});

/** The words of a line, as PowerShell tells them apart: Microsoft, "about_Quoting_Rules"; its tokenizer for the quotes. */
function readByPowerShell(text: string): string[] {
  const words = [...text.matchAll(/['‘’‚‛]((?:[^'‘’‚‛]|['‘’‚‛]{2})*)['‘’‚‛]|([\w./\\-]+)|(\S)/g)];
  return words.map(([, inside, bare, other]) => {
    assert.equal(other, undefined, text);
    return bare ?? inside!.replace(/(['‘’‚‛])['‘’‚‛]/g, '$1');
  });
}

/** Windows PowerShell quotes an argument with a blank that is outside of quotes, and escapes nothing. */
function passedByWindowsPowerShell(argument: string): string {
  let quotes = 0;
  for (const each of argument) {
    quotes += each === '"' ? 1 : 0;
    if (each === ' ' && quotes % 2 === 0) {
      return `"${argument}"`;
    }
  }
  return argument;
}

/** The words of a line of a prompt, through cmd and the program. Fails where cmd sees a second command. */
function readByCmd(text: string, variables: Record<string, string>): string[] {
  const known = { ...variables, cd: 'C:\\project' } as Record<string, string>;
  // At a prompt, what names no variable stays; then the next sign may begin a name.
  let expanded = '';
  for (let rest = text; rest !== '';) {
    const [whole, name, slice] = /^%([^%:]+)(:~,)?%/.exec(rest) ?? [];
    const value = name === undefined ? undefined : known[name];
    expanded += value === undefined ? rest[0] : slice === undefined ? value : '';
    rest = rest.slice(value === undefined ? 1 : whole!.length);
  }
  const outside = expanded.split('"').filter((_, index) => index % 2 === 0);
  assert.ok(
    outside.every((each) => !/[&|<>^()]/.test(each)),
    expanded,
  );
  return splitByProgram(expanded);
}

/** Microsoft, "Parsing C command-line arguments": what a program makes of its command line. */
function splitByProgram(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let within = false;
  for (let rest = text; rest !== '';) {
    const [, slashes = '', quotes = ''] = /^(\\*)("{0,2})/.exec(rest) ?? [];
    if (quotes !== '') {
      const literal: boolean = slashes.length % 2 === 1;
      const doubled: boolean = !literal && within && quotes === '""';
      word = (word ?? '') + '\\'.repeat(slashes.length >> 1) + (literal || doubled ? '"' : '');
      within = literal || doubled ? within : !within;
      rest = rest.slice(slashes.length + (doubled ? 2 : 1));
    } else if (slashes !== '') {
      word = (word ?? '') + slashes;
      rest = rest.slice(slashes.length);
    } else {
      if (rest[0] === ' ' && !within) {
        words.push(...(word === undefined ? [] : [word]));
        word = undefined;
      } else {
        word = (word ?? '') + rest[0];
      }
      rest = rest.slice(1);
    }
  }
  return word === undefined ? words : [...words, word];
}
