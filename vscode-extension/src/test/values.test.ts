import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Override } from '../shell';
import { expected, inOrder, inputPrompt, listed, parameterPrompt, problem, stillGood } from '../values';

const override = (given: Partial<Override>): Override => ({
  name: 'lr',
  kind: 'parameter',
  type: 'float',
  default: '0.1',
  description: null,
  choices: [],
  min: null,
  max: null,
  separator: null,
  optional: false,
  spelled: [`--${given.name ?? 'lr'}={v}`],
  before: [],
  repeats: false,
  on: null,
  off: null,
  replaces: [],
  ...given,
});

test('an integer is a whole number', () => {
  const epochs = override({ name: 'epochs', type: 'integer', min: 1, max: 100 });
  assert.equal(problem(epochs, '7'), undefined);
  assert.equal(problem(epochs, '1_0'), undefined);
  assert.equal(problem(epochs, 'seven'), "'seven' is not an integer; type a whole number such as 10");
  assert.equal(problem(epochs, '7.5'), "'7.5' is not an integer; type a whole number such as 10");
  assert.equal(problem(epochs, '0'), '0 is too small; the smallest is 1');
  assert.equal(problem(epochs, '101'), '101 is too large; the largest is 100');
});

test('a float is what Python reads as one', () => {
  for (const value of ['.002', '1e-3', '5', '-1.', 'inf', '1_000.5'])
    assert.equal(problem(override({}), value), undefined, value);
  for (const value of ['', 'e', '1e', '.', '0x1', '1,5']) {
    assert.equal(problem(override({}), value) === undefined, value === '', value);
  }
});

test('several values are checked one by one', () => {
  const sizes = override({ type: 'integer', separator: ',' });
  assert.equal(problem(sizes, '1, 2,3'), undefined);
  assert.match(problem(sizes, '1,two') ?? '', /'two' is not an integer/);
  assert.equal(listed(override({ choices: ['a'], separator: ',' })), undefined);
  assert.equal(expected(sizes), 'integer, several joined by ","');
});

test('choices and flags are lists', () => {
  assert.deepEqual(listed(override({ choices: ['sgd', 'adam'] })), ['sgd', 'adam']);
  assert.deepEqual(listed(override({ type: 'flag' })), ['true', 'false']);
  assert.equal(listed(override({})), undefined);
  assert.equal(problem(override({ type: 'string', choices: ['sgd', 'adam'] }), 'rms'), "'rms' is not one of sgd, adam");
});

test('what has no default needs a value, unless it is optional', () => {
  assert.equal(problem(override({ default: null }), ''), 'lr has no default; type a value');
  assert.equal(problem(override({ default: null, optional: true }), ''), undefined);
  assert.equal(problem(override({ kind: 'input', default: null }), ''), undefined);
});

test('of what was given last time only what still fits is offered', () => {
  const overrides = [override({}), override({ name: 'epochs', type: 'integer' })];
  assert.deepEqual(stillGood({ lr: '0.5', epochs: 'seven', gone: '1' }, overrides), new Map([['lr', '0.5']]));
  assert.deepEqual(stillGood({ lr: '0.1' }, overrides), new Map());
});

test('a prompt says what to type, and what an empty value means', () => {
  const lr = override({ description: 'Learning rate', min: 0, max: 1 });
  assert.equal(parameterPrompt(lr), 'Learning rate · float from 0 to 1. Leave empty for the default (0.1).');
  assert.equal(parameterPrompt(override({ type: 'integer', default: null })), 'integer.');
  const images = override({ kind: 'input', type: null, default: 's3://b/images.zip' });
  const browse = 'Type a URL or a path, or browse with the folder button.';
  assert.equal(inputPrompt(images), `${browse} Leave empty for the default (s3://b/images.zip).`);
});

test('what needs a value comes first', () => {
  const overrides = [
    override({}),
    override({ name: 'threshold', default: null }),
    override({ name: 'fast', type: 'flag', default: null }),
  ];
  assert.deepEqual(
    inOrder(overrides).map((each) => each.name),
    ['threshold', 'lr', 'fast'],
  );
});
