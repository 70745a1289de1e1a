import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundledArguments, environmentArguments } from '../arguments';

test('the bundled server is isolated, and writes no bytecode beside its modules', () => {
  const words = bundledArguments('/extension/bundled/start.py', '/storage/bytecode');
  assert.deepEqual(words, ['-I', '-S', '-X', 'utf8', '-X', 'pycache_prefix=/storage/bytecode', '/extension/bundled/start.py']);
});

test('the server of an environment sees that environment', () => {
  assert.equal(environmentArguments().includes('-I'), false);
  assert.deepEqual(environmentArguments().slice(-3), ['-m', 'valohai_steps', 'server']);
});
