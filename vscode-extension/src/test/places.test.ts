import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';

import { environmentsAbove, installations, isPythonName, pythonIn } from '../places';

test('environments are looked for from the folder of the code up to the top of the workspace', () => {
  const folder = path.join('/', 'w', 'a', 'b');
  const found = environmentsAbove(folder, path.join('/', 'w', 'a'));
  assert.deepEqual(
    found,
    ['b/.venv', 'b/venv', '.venv', 'venv'].map((name) => path.join('/', 'w', 'a', name)),
  );
  assert.equal(environmentsAbove(path.join('/', 'elsewhere'), path.join('/', 'w')).length, 2);
});

test('the Python of an environment is where its platform puts it', () => {
  assert.equal(pythonIn('e', 'win32'), path.join('e', 'Scripts', 'python.exe'));
  assert.equal(pythonIn('e', 'linux'), path.join('e', 'bin', 'python'));
});

test('a Python is known by its name', () => {
  for (const name of ['python', 'python3', 'python3.12']) assert.ok(isPythonName(name, 'linux'), name);
  for (const name of ['python3-config', 'python3.12-gdb.py', 'pythonw', 'ipython']) assert.ok(!isPythonName(name, 'linux'), name);
  assert.ok(isPythonName('Python.exe', 'win32'));
  assert.ok(!isPythonName('pythonw.exe', 'win32'));
});

test('the PATH comes first, then where Pythons are installed by hand', async () => {
  const list = async (folder: string) => (folder === path.join('/root-of-pyenv', 'versions') ? ['3.12.1'] : []);
  const found = await installations('/home/me', { PATH: '/bin:/x', PYENV_ROOT: '/root-of-pyenv' }, 'linux', list);
  assert.deepEqual(found.slice(0, 2), ['/bin', '/x']);
  assert.equal(found.at(-1), path.join('/root-of-pyenv', 'versions', '3.12.1', 'bin'));
});
