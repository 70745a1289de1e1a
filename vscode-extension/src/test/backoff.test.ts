import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../backoff';

test('each crash waits longer, and the fifth within three minutes is the last', () => {
  const backoff = new Backoff(() => 0);
  const pauses = [1, 2, 3, 4, 5].map(() => backoff.afterCrash());
  assert.deepEqual(pauses, [0, 1_000, 4_000, 15_000, undefined]);
});

test('a server that lived for a while starts with a clean sheet', () => {
  let now = 0;
  const backoff = new Backoff(() => now);
  backoff.afterCrash();
  backoff.afterCrash();
  now = 10 * 60_000;
  assert.equal(backoff.afterCrash(), 0);
});

test('a person who asks for a restart gets one', () => {
  const backoff = new Backoff(() => 0);
  for (let crash = 0; crash < 5; crash += 1) {
    backoff.afterCrash();
  }
  backoff.reset();
  assert.equal(backoff.afterCrash(), 0);
});
