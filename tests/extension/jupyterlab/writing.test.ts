/** The files of an update in JupyterLab, on a disk and in documents whose writing can fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, write } from '../../../jupyterlab-extension/src/writing';

type Documents = Parameters<typeof write>[0];

/** A lab: the files on disk, those of them that are open, and what the writing of a file runs into. */
class Lab {
  readonly open = new Map<string, string>();

  constructor(
    readonly disk: Map<string, string>,
    private readonly fault: (path: string, text: string) => string | undefined,
  ) {}

  get documents(): Documents {
    const contents = {
      get: async (path: string) => {
        if (!this.disk.has(path)) throw Object.assign(new Error('absent'), { response: { status: 404 } });
        return { content: this.disk.get(path) };
      },
      save: async (path: string, { content }: { content: string }) => this.save(path, content),
      delete: async (path: string) => this.disk.delete(path),
      driveName: (path: string) => /^(\w+):/.exec(path)?.[1] ?? '',
    };
    const context = (path: string) => ({
      model: {
        toString: () => this.open.get(path),
        sharedModel: { setSource: (text: string) => this.open.set(path, text) },
      },
      save: async () => this.save(path, this.open.get(path) ?? ''),
    });
    return {
      services: { contents },
      findWidget: (path: string) => (this.open.has(path) ? path : undefined),
      contextForWidget: context,
    } as unknown as Documents;
  }

  private save(path: string, text: string): void {
    const fault = this.fault(path, text);
    if (fault !== undefined) throw new Error(fault);
    this.disk.set(path, text);
  }
}

const file = (name: string, before: string | null, after: string) => ({
  uri: `file:///lab/${name}`,
  name,
  before,
  after,
  diff: '',
});
const FILES = [file('valohai.yaml', 'old\n', 'new\n'), file('made.txt', null, 'made\n'), file('last.txt', 'a\n', 'b\n')];
const disk = () =>
  new Map([
    ['valohai.yaml', 'old\n'],
    ['last.txt', 'a\n'],
  ]);

test('all files are written', async () => {
  const lab = new Lab(disk(), () => undefined);
  lab.open.set('valohai.yaml', 'old\n');
  await write(lab.documents, FILES, 'train.py');
  assert.deepEqual(Object.fromEntries(lab.disk), { 'valohai.yaml': 'new\n', 'made.txt': 'made\n', 'last.txt': 'b\n' });
  assert.equal(lab.open.get('valohai.yaml'), 'new\n');
});

test('in a drive of the lab the files that are open there are found, and all are written there', async () => {
  const lab = new Lab(new Map([...disk()].map(([path, text]) => [`RTC:${path}`, text])), () => undefined);
  lab.open.set('RTC:valohai.yaml', 'old\n');
  await write(lab.documents, FILES, 'RTC:train.py');
  assert.deepEqual([...lab.disk.keys()].sort(), ['RTC:last.txt', 'RTC:made.txt', 'RTC:valohai.yaml']);
  assert.equal(lab.open.get('RTC:valohai.yaml'), 'new\n');
});

test('a file that cannot be written: those before it are as they were, open or not, and the reason is told', async () => {
  for (const open of [[], ['valohai.yaml'], ['last.txt'], ['valohai.yaml', 'last.txt']]) {
    const lab = new Lab(disk(), (path, text) => (path === 'last.txt' && text === 'b\n' ? 'the disk is full' : undefined));
    for (const path of open) lab.open.set(path, disk().get(path) ?? '');
    await assert.rejects(write(lab.documents, FILES, 'train.py'), /^Error: the disk is full$/);
    assert.deepEqual(lab.disk, disk());
    for (const path of open) assert.equal(lab.open.get(path), disk().get(path));
  }
});

test('a file whose writing is answered with an error although it is written is put back as well', async () => {
  const lab = new Lab(disk(), (path, text) => {
    if (path !== 'last.txt' || text !== 'b\n') return undefined;
    lab.disk.set(path, text);
    return 'the connection was lost';
  });
  await assert.rejects(write(lab.documents, FILES, 'train.py'), /the connection was lost/);
  assert.deepEqual(lab.disk, disk());
});

test('what somebody wrote meanwhile is kept, and named', async () => {
  const lab = new Lab(disk(), (path) => {
    if (path !== 'last.txt') return undefined;
    lab.disk.set('valohai.yaml', 'theirs\n');
    return 'the disk is full';
  });
  const why = 'last.txt could not be written (the disk is full), and valohai.yaml could not be put back; look at the text there';
  await assert.rejects(write(lab.documents, FILES, 'train.py'), new Refusal(why));
  assert.deepEqual(Object.fromEntries(lab.disk), { 'valohai.yaml': 'theirs\n', 'last.txt': 'a\n' });
});

test('nothing is written when a file is not what the proposal was made from', async () => {
  const lab = new Lab(new Map([...disk(), ['made.txt', 'theirs\n']]), () => undefined);
  await assert.rejects(write(lab.documents, FILES, 'train.py'), /^Error: made.txt was changed meanwhile, and nothing was written/);
  assert.equal(lab.disk.get('valohai.yaml'), 'old\n');
});
