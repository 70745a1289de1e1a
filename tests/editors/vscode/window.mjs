// One window of VS Code, as a person uses it: keys and clicks go in, what is shown and what is on disk comes out.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openPage, poll } from './launch.mjs';

const INPUT = '.quick-input-widget input[type="text"]';
const ROWS = '.quick-input-list .monaco-list-row';

// The entry of the menu that Ctrl+. opens. What the menu offers is settled when it opens: a person who misses an entry,
// because its finding came a moment later, opens it again.
export async function clickAction(page, title) {
  const entry = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
  await poll(`${title} is offered`, async () => {
    await page.keyboard.press('Control+.');
    const offered = await entry.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => page.locator('.action-widget').allInnerTexts(),
    );
    if (offered !== true) await page.keyboard.press('Escape');
    return offered;
  });
  await entry.click();
}

export async function openWindow(browser, vscode, { size = { width: 1200, height: 800 } } = {}) {
  const { page, outside } = await openPage(browser, size);
  return new Window(page, vscode, outside);
}

class Window {
  constructor(page, vscode, outside) {
    this.page = page;
    this.vscode = vscode;
    this.outside = outside; // addresses asked for that are not of this machine
  }

  async openFolder(folder) {
    this.folder = folder;
    rmSync(this.probe(), { force: true }); // of an earlier window, which may still answer for a while
    await this.page.goto(`${this.vscode.url}/?folder=${encodeURIComponent(folder)}`);
    await this.page.locator('.monaco-workbench').waitFor();
    await poll('the probe answers', () => this.state().then((state) => state !== null, () => false));
  }

  probe() {
    return join(this.vscode.profile.probe, this.folder.split('/').at(-1));
  }

  async ask(path, options = {}) {
    const port = readFileSync(this.probe(), 'utf8');
    return (await fetch(`http://127.0.0.1:${port}${path}`, options)).json();
  }

  // What VS Code holds, from the probe.
  state() {
    return this.ask('/');
  }

  // The tools that language models have.
  tools() {
    return this.ask('/tools');
  }

  // What a language model gets when it calls a tool: `{ text }`, or `{ error }`.
  call(tool, input) {
    return this.ask(`/tools/${tool}`, { method: 'POST', body: JSON.stringify(input) });
  }

  async text(file) {
    return (await this.state()).texts[file];
  }

  // The text of a file that was opened, once it has `part`: the probe hears of it a moment after the screen shows it.
  async textWith(file, part) {
    let text;
    await poll(`${part} is in ${file}`, async () => {
      text = await this.text(file);
      return text?.includes(part) || (text ?? 'no text yet');
    });
    return text;
  }

  editor(file) {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${file}"]`).first();
  }

  async pick(typed, row) {
    const box = this.page.locator(INPUT);
    await box.waitFor();
    await box.fill(typed);
    await this.page.locator(ROWS, { hasText: row }).first().click();
  }

  // F1, its title, Enter.
  async command(title) {
    await this.page.keyboard.press('F1');
    await this.pick(`>${title}`, title);
  }

  async open(file) {
    await this.page.keyboard.press('Control+p');
    await this.pick(file, file);
    if (file.endsWith('.ipynb')) await this.page.locator('.notebook-editor .code-cell-row .view-lines').first().waitFor();
    else await this.editor(file).locator('.view-lines').waitFor();
    // A file that another group shows already is seen at once: the next key goes where the focus is.
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    if (!file.endsWith('.ipynb')) await this.page.locator(`.monaco-editor[data-uri$="/${file}"] *:focus`).first().waitFor({ state: 'attached' });
  }

  // The cursor before the first place of `text`; the file is open. Columns count UTF-16 units, as VS Code does.
  async goTo(file, text) {
    await this.open(file);
    const content = await this.textWith(file, text);
    const before = content.slice(0, content.indexOf(text)).split('\n');
    const [line, column] = [before.length, before.at(-1).length + 1];
    await this.page.keyboard.press('Control+g');
    const box = this.page.locator(INPUT);
    await box.waitFor();
    await box.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
    await this.page.locator('[id="status.editor.selection"]', { hasText: `Ln ${line}, Col` }).waitFor({ state: 'attached' });
  }

  async change(file, from, to) {
    await this.goTo(file, from);
    const characters = [...new Intl.Segmenter().segment(from)].length;
    for (let index = 0; index < characters; index++) await this.page.keyboard.press('Shift+ArrowRight');
    const wanted = (await this.textWith(file, from)).replace(from, () => to);
    await this.page.keyboard.insertText(to);
    await poll(`${to} is in ${file}`, async () => (await this.text(file)) === wanted || (await this.text(file)));
  }

  // Ctrl+. at a place, and the entry of that title.
  async fix(file, at, title) {
    await this.goTo(file, at);
    await clickAction(this.page, title);
  }

  // The editor of an open file in front, with the focus: VS Code drops pending lenses of an editor that loses it.
  async look(file) {
    const editor = this.editor(file);
    const focused = (await editor.isVisible()) && (await editor.locator('*:focus').count()) > 0;
    if (!focused) await this.open(file);
  }

  async clickLens(file, title) {
    await this.look(file);
    await this.editor(file).locator('.codelens-decoration a', { hasText: title }).first().click();
  }

  async hover(file, text) {
    await this.goTo(file, text);
    await this.command('Show or Focus Hover');
  }

  async complete(file, behind, typed, item) {
    await this.goTo(file, behind);
    for (const _ of behind) await this.page.keyboard.press('ArrowRight');
    await this.page.keyboard.type(typed);
    await this.page.keyboard.press('Control+Space'); // in strings VS Code completes when asked
    const row = this.page.locator('.suggest-widget .monaco-list-row', { hasText: item }).first();
    await row.waitFor();
    await row.click();
  }

  // A question about a removal: yes.
  async confirm() {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
  }

  // Asks for one override in the quick pick, then runs.
  async runStep(file, override, value) {
    await this.open(file);
    await this.command('Run Step Locally...');
    await this.page.locator(ROWS, { hasText: override }).first().click();
    const box = this.page.locator('.quick-input-widget', { hasText: `--${override}` }).locator('input[type="text"]');
    await box.waitFor();
    await box.fill(value);
    await this.page.keyboard.press('Enter');
    await this.page.locator(ROWS, { hasText: `--${override}=${value}` }).first().click();
  }

  async openWalkthrough(title) {
    await this.page.keyboard.press('F1');
    await this.pick('>Welcome: Open Walkthrough', 'Welcome: Open Walkthrough');
    await this.pick(title, title);
  }

  async trust() {
    await this.command('Workspaces: Manage Workspace Trust');
    await this.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).first().click();
  }

  writeSettings(settings) {
    mkdirSync(join(this.folder, '.vscode'), { recursive: true });
    writeFileSync(join(this.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  }

  async rename(file, at, to) {
    await this.goTo(file, at);
    await this.page.keyboard.press('F2');
    const box = this.page.locator('.rename-box input');
    await box.waitFor();
    await box.fill(to);
    await this.page.keyboard.press('Enter');
  }

  // One undo takes an edit of several files back in all of them.
  async undo(files) {
    const before = await Promise.all(files.map((file) => this.textWith(file, '')));
    await this.open(files[0]);
    await this.page.keyboard.press('Control+z');
    await poll('the texts change back', async () => {
      const now = await Promise.all(files.map((file) => this.text(file)));
      return now.every((text, index) => text !== before[index]);
    });
  }

  // A file that only an edit of the workspace touched gets its tab a moment later, and Save All saves what has one.
  async save() {
    await poll('what is not saved has a tab', async () => {
      const { dirty, tabs } = await this.state();
      return dirty.every((file) => tabs.includes(file)) || { dirty, tabs };
    });
    await this.command('File: Save All');
    await poll('all is saved', async () => {
      const { dirty } = await this.state();
      return dirty.length === 0 || dirty;
    });
  }

  onDisk(file) {
    return readFileSync(join(this.folder, file), 'utf8');
  }
}
