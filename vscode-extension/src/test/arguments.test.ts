import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundledAgentArguments, bundledArguments, environmentAgentArguments, environmentArguments } from '../arguments';

test('the bundled server is isolated, and writes no bytecode beside its modules', () => {
  const words = bundledArguments('/extension/bundled/start.py', '/storage/bytecode');
  assert.deepEqual(words, ['-I', '-S', '-X', 'utf8', '-X', 'pycache_prefix=/storage/bytecode', '/extension/bundled/start.py']);
});

test('the server of an environment sees that environment', () => {
  assert.equal(environmentArguments().includes('-I'), false);
  assert.deepEqual(environmentArguments().slice(-3), ['-m', 'valohai_steps', 'server']);
});

test('the server for agents is told the folders of the workspace, and finds its package in the interpreter', () => {
  const bundled = bundledAgentArguments('/ext/start.py', '/store/bytecode', ['/one', '/two words']);
  assert.deepEqual(bundled.slice(-6), ['/ext/start.py', 'mcp', '--root', '/one', '--root', '/two words']);
  assert.ok(bundled.includes('-I') && !bundled.includes('-S'));
  assert.deepEqual(environmentAgentArguments(['/one']).slice(2), ['-m', 'valohai_steps', 'mcp', '--root', '/one']);
});
