// A whole valohai.yaml from an empty file: what is offered is taken, and only names and values are typed that a person alone
// knows. Seen by test_keyed.py, and shown in a picture.
export const FILE = 'valohai.yaml';

export const WRITTEN = `\
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: 0.1
    inputs:
      - name: images
        optional: true
- pipeline:
    name: flow
    nodes:
      - name: first
        type: execution
        step: train
      - name: second
        type: execution
        step: train
        override:
          parameters:
            - name: lr
              default: 0.5
    edges:
      - [first.output.*, second.input.images]`;

// Each part is a line: `>` is Enter, `<` one level of indentation less, `+label` is taken from the list when it is offered;
// in front of a label, what is typed to find it.
const LINES = [
  ['+step', 'train'],
  ['>', 'im+image', '+python:3.11-slim'],
  ['>', 'co+command', '+python train.py {parameters}'],
  ['>', 'pa+parameters', '+lr'],
  ['>', '<', '<', 'in+inputs', 'images'],
  ['>', 'op+optional', '+true'],
  ['>', '<', '<', '<', '<', 'pi+pipeline', 'flow'],
  ['>', 'no+nodes', 'first'],
  ['>', 'ty+type', '+execution'],
  ['>', 'st+step', '+train'],
  ['>', '<', '- +name', 'second'],
  ['>', 'ty+type', '+execution'],
  ['>', 'st+step', '+train'],
  ['>', 'ov+override', '+parameters', '+lr'],
  ['>', 'de+default', '0.5'],
  ['>', '<', '<', '<', '<', '<', 'ed+edges', '+first', '+output', '+*', ', +second', '+input', '+images'],
];

// Takes what is offered, in a file that was just made; up to the list of the last act `until`, which is left open.
export async function complete(hands, { until } = {}) {
  await hands.askWhatCanBeThere();
  for (const act of LINES.flat()) {
    const [typed, label] = act.split('+');
    if (act === '>') await hands.press('Enter');
    else if (act === '<') await hands.press('Shift+Tab');
    else {
      await hands.type(typed);
      if (label === undefined) continue;
      await hands.offered(label);
      if (act === until) return;
      await hands.press('Enter');
    }
  }
}
