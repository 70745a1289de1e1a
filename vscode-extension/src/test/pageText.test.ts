import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pageText } from '../pageText';

test('nothing can be loaded, and nothing runs or is styled without the nonce', () => {
  const page = pageText('run()', 'n0nce');
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  assert.equal(policy, "default-src 'none'; style-src 'nonce-n0nce'; script-src 'nonce-n0nce'");
  for (const [tag] of page.matchAll(/<(?:script|style)[^>]*>/g)) assert.match(tag, / nonce="n0nce"/);
  assert.doesNotMatch(page, /\b(?:src|href|on\w+|style)=/);
  assert.doesNotMatch(page, /https?:/);
});
