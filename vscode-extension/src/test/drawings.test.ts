import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Drawings, type Graph, type Obstacle } from '../drawings';

const at = (line: number) => ({ uri: 'file:///w/valohai.yaml', range: { start: { line } } });
const graph = (name: string, problem = ''): Graph => ({
  name,
  drawing: `<svg>${name}</svg>`,
  stale: false,
  location: at(1),
  nodes: [
    { name: 'a', problem: '', location: at(2) },
    { name: 'b', problem, location: at(3) },
  ],
  edges: [{ source: 'a', target: 'b', problem, location: at(4) }],
});
const broken: Obstacle = { ...at(9), place: 'valohai.yaml:10', reason: 'a bracket is open' };

test('the pipeline that was asked for is shown, with all of them to choose from', () => {
  const drawings = new Drawings('second');
  drawings.take({ graphs: [graph('first'), graph('second')], obstacle: null });
  const { names, shown, drawing, problems, note } = drawings.picture('valohai.yaml');
  assert.deepEqual([names, shown, drawing, problems, note], [['first', 'second'], 1, '<svg>second</svg>', [], '']);
  drawings.choose(0);
  assert.equal(drawings.picture('valohai.yaml').shown, 0);
  drawings.choose(7);
  assert.equal(drawings.name, 'first');
});

test('what is broken is listed in the words of its finding, and leads to its place', () => {
  const drawings = new Drawings(undefined);
  drawings.take({ graphs: [graph('first', 'there is no step')], obstacle: null });
  const { problems } = drawings.picture('valohai.yaml');
  assert.deepEqual(
    problems.map(({ words }) => words),
    ['b: there is no step', 'a → b: there is no step'],
  );
  assert.deepEqual(
    problems.map(({ target }) => drawings.location(target)),
    [at(3), at(4)],
  );
  assert.deepEqual(drawings.location({ part: 'pipeline' }), at(1));
  assert.equal(drawings.location({ part: 'node', number: 2 }), undefined);
});

test('while the file cannot be read, the last drawing stays, and says that it is old', () => {
  const drawings = new Drawings('second');
  drawings.take({ graphs: [graph('first'), graph('second'), graph('third')], obstacle: null });
  drawings.take({ graphs: [graph('first'), graph('third')], obstacle: broken });
  const { names, shown, isOld, note, problems } = drawings.picture('valohai.yaml');
  assert.deepEqual([names, shown, isOld], [['first', 'second', 'third'], 1, true]);
  assert.match(note, /as it was/);
  assert.deepEqual(problems.at(-1), { words: 'valohai.yaml:10: a bracket is open', target: { part: 'obstacle' } });
  assert.deepEqual(drawings.location({ part: 'obstacle' }), broken);
  drawings.choose(0);
  assert.equal(drawings.picture('valohai.yaml').isOld, false);
});

test('a pipeline that was removed is gone once the file can be read', () => {
  const drawings = new Drawings('second');
  drawings.take({ graphs: [graph('first'), graph('second')], obstacle: null });
  drawings.take({ graphs: [graph('first')], obstacle: broken });
  drawings.take({ graphs: [graph('first')], obstacle: null });
  const { names, shown } = drawings.picture('valohai.yaml');
  assert.deepEqual([names, shown], [['first'], 0]);
});

test('where there is no pipeline, it is said what to do', () => {
  const drawings = new Drawings(undefined);
  assert.match(drawings.picture('valohai.yaml').note, /Add an item "- pipeline:"/);
  assert.match(drawings.picture('train.py').note, /main\(config\) that returns a valohai.Pipeline/);
  drawings.take({ graphs: [], obstacle: broken });
  const { note, problems, drawing } = drawings.picture('valohai.yaml');
  assert.match(note, /cannot be drawn yet/);
  assert.equal(problems.length, 1);
  assert.equal(drawing, '');
});
