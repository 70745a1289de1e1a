import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Change, touchedLines } from '../touched';

const change = (start: number, end: number, text: string): Change => ({
  range: { start: { line: start }, end: { line: end } },
  text,
});

test('a value that changes touches its line', () => {
  assert.deepEqual(touchedLines([change(9, 9, '0.002')]), [9, 9]);
});

test('lines that come are touched, as they lie after the edit', () => {
  assert.deepEqual(touchedLines([change(9, 9, '- name: epochs\n  default: 5\n')]), [9, 11]);
});

test('what lies below lines that came or went has moved', () => {
  assert.deepEqual(touchedLines([change(20, 20, 'x'), change(4, 4, 'a\nb\n')]), [4, 22]);
  assert.deepEqual(touchedLines([change(2, 6, ''), change(10, 10, 'x')]), [2, 6]);
});

test('no change touches nothing', () => {
  assert.equal(touchedLines([]), undefined);
});
