import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Shown, Views } from '../views';

/** A panel as VS Code makes them: closed, it tells so once, and refuses every message. */
class Panel {
  readonly sent: unknown[] = [];
  readonly webview = {
    postMessage: async (message: unknown): Promise<boolean> => {
      await Promise.resolve();
      if (this.closed) {
        throw new Error('Webview is disposed');
      }
      return this.sent.push(message) > 0;
    },
  };
  private closed = false;
  private listeners: (() => void)[] = [];

  onDidDispose(listener: () => void): void {
    this.listeners.push(listener);
  }

  dispose(): void {
    this.closed = true;
    const told = this.listeners;
    this.listeners = [];
    told.forEach((listener) => listener());
  }
}

test('a view is kept until its panel is closed', async () => {
  const views = new Views<Panel, Panel>();
  const panel = new Panel();
  assert.equal(await views.open('a', panel, async () => panel), panel);
  assert.equal(views.get('a'), panel);
  panel.dispose();
  assert.deepEqual(views.values(), []);
});

test('a panel that is closed while its view is made is not kept', async () => {
  const views = new Views<Panel, Panel>();
  const panel = new Panel();
  const opened = views.open('a', panel, async () => {
    await Promise.resolve();
    panel.dispose();
    return panel;
  });
  assert.equal(await opened, undefined);
  assert.deepEqual(views.values(), []);
});

test('a second panel of a file takes the place of the first', async () => {
  const views = new Views<Panel, Panel>();
  const [first, second] = [new Panel(), new Panel()];
  await views.open('a', first, async () => first);
  await views.open('a', second, async () => second);
  assert.deepEqual(views.values(), [second]);
  await assert.rejects(async () => first.webview.postMessage('late'));
});

test('what is sent to a closed panel is no error, before and while it is sent', async () => {
  const panel = new Panel();
  const shown = new Shown(panel);
  await shown.send(1);
  const late = shown.send(2);
  panel.dispose();
  await late;
  await shown.send(3);
  assert.deepEqual(panel.sent, [1]);
});

test('a message that an open panel refuses is an error', async () => {
  const panel = { onDidDispose: () => undefined, webview: { postMessage: () => Promise.reject(new Error('no')) } };
  await assert.rejects(new Shown(panel).send(1), /^Error: no$/);
});
