import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filledIn } from '../variables';

const surroundings = { home: '/home/me', workspaceFolder: '/projects/a$&b', environment: { PYTHONS: '/opt/pythons' } };

test('a path may name the home, the workspace and the environment', () => {
  assert.equal(filledIn('~/venv/bin/python', surroundings), '/home/me/venv/bin/python');
  assert.equal(filledIn('${userHome}/venv/bin/python', surroundings), '/home/me/venv/bin/python');
  assert.equal(filledIn('${workspaceFolder}/.venv/bin/python', surroundings), '/projects/a$&b/.venv/bin/python');
  assert.equal(filledIn('${env:PYTHONS}/3.12/python', surroundings), '/opt/pythons/3.12/python');
});

test('what is unknown stays, so that the message about it shows what was written', () => {
  assert.equal(filledIn('${env:NOWHERE}/python', surroundings), '${env:NOWHERE}/python');
  assert.equal(
    filledIn('${workspaceFolder}/python', { ...surroundings, workspaceFolder: undefined }),
    '${workspaceFolder}/python',
  );
  assert.equal(filledIn('/usr/bin/python~', surroundings), '/usr/bin/python~');
  assert.equal(filledIn('python3.12', surroundings), 'python3.12');
});
