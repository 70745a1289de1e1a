import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nearest } from '../page/focus';

// first - two in the middle, one above the other - last
const points = [
  { x: 0, y: 50 },
  { x: 100, y: 20 },
  { x: 100, y: 80 },
  { x: 200, y: 50 },
];
const from = (number: number, key: string) => nearest(key, points[number]!, points);

test('an arrow leads to the nearest node in its direction', () => {
  assert.deepEqual([from(1, 'ArrowDown'), from(2, 'ArrowUp'), from(1, 'ArrowRight'), from(2, 'ArrowLeft')], [2, 1, 3, 0]);
  assert.equal(from(0, 'ArrowRight'), 1); // the next column, not the one behind it that is straight ahead
});

test('where there is none, and on other keys, the focus stays', () => {
  assert.deepEqual([from(3, 'ArrowRight'), from(0, 'ArrowLeft'), from(0, 'a')], [undefined, undefined, undefined]);
});
