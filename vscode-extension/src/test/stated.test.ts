import assert from 'node:assert/strict';
import { test } from 'node:test';

import { stated } from '../stated';

test('what nobody has set is not stated, so that pyproject.toml counts', () => {
  assert.equal(stated(undefined), undefined);
  assert.equal(stated({}), undefined);
  assert.equal(stated({ globalValue: '', workspaceValue: null }), undefined);
});

test('the nearest place counts', () => {
  assert.equal(stated({ globalValue: 'a.yaml', workspaceValue: 'b.yaml' }), 'b.yaml');
  assert.equal(stated({ globalValue: 'requirements.txt', workspaceFolderValue: false }), false);
  assert.deepEqual(stated({ globalValue: ['old/'], workspaceValue: [] }), []);
});

test('of tables every entry counts, the nearest of each name', () => {
  const places = { globalValue: { VH102: 'off', VH113: 'off' }, workspaceValue: { VH113: 'error' } };
  assert.deepEqual(stated(places), { VH102: 'off', VH113: 'error' });
});
