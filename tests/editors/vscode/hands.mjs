// A person at VS Code: types, presses keys, clicks on what is seen, and reads the screen and the disk. Nothing here calls
// a command by its id, sets a text, or knows what VS Code holds.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PATIENCE, poll } from './launch.mjs';
import { clickAction } from './window.mjs';

const FOCUS = '.native-edit-context:focus, textarea.inputarea:focus';
const PAUSE = 8; // milliseconds between two keys: a fast typist, whom every completion gets to see

export class Hands {
  constructor(page, vscode) {
    this.page = page;
    this.vscode = vscode;
  }

  async openFolder(folder) {
    this.folder = folder;
    await this.page.goto(`${this.vscode.url}/?folder=${encodeURIComponent(folder)}`);
    await this.page.locator('.explorer-folders-view').waitFor();
  }

  // The quick input opens with these keys, and takes what is typed.
  async ask(keys, typed) {
    await this.press(...keys);
    await this.page.locator('.quick-input-widget input:focus').waitFor();
    await this.type(typed);
  }

  // F2 at the cursor, the name over the old one.
  async rename(name) {
    await this.press('F2');
    await this.page.locator('.rename-box input:focus').waitFor();
    await this.press('Control+a');
    await this.type(name);
    await this.press('Enter');
    await this.page.locator('.rename-box input').waitFor({ state: 'hidden' });
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: PAUSE });
  }

  // All that is readable on the screen, or in a part of it.
  async screen(part = 'body') {
    const texts = await this.page.locator(part).filter({ visible: true }).allInnerTexts();
    return texts.join('\n').replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
  }

  // The entry of that name in the list that completion shows: the arrow keys go to it. In a list of one they would leave it.
  offered(label) {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    return poll(`${label} is offered`, async () => {
      const all = await rows.evaluateAll((found) =>
        found.map((row) => ({ name: row.querySelector('.label-name')?.textContent, focused: row.classList.contains('focused') })),
      );
      const at = all.find((row) => row.focused);
      if (at?.name === label) return true;
      if (at && all.some((row) => row.name === label)) await this.press('ArrowDown');
      return { all, seen: await this.screen('.editor-instance .view-lines') };
    });
  }

  // Ctrl+Space in a file that was just made, until the server has started and knows something.
  askWhatCanBeThere() {
    const list = this.page.locator('.suggest-widget.visible .monaco-list-row').first();
    return poll('something is offered', async () => {
      await this.press('Control+Space');
      return list.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => this.screen('.suggest-widget'),
      );
    });
  }

  // Waits until all the words are seen.
  see(words, part) {
    return poll(`to see ${JSON.stringify(words)}`, async () => {
      const screen = await this.screen(part);
      const missing = [words].flat().filter((word) => !screen.includes(word));
      return missing.length === 0 || { missing, seen: screen.slice(0, 3000) };
    });
  }

  // Waits until none of the words is seen.
  miss(words, part) {
    return poll(`not to see ${JSON.stringify(words)}`, async () => {
      const screen = await this.screen(part);
      const there = [words].flat().filter((word) => screen.includes(word));
      return there.length === 0 || { there };
    });
  }

  read(file) {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  // Waits until a file on disk is what it must be: a text, or what a function says of it.
  disk(file, wanted, milliseconds = undefined) {
    const holds = typeof wanted === 'function' ? wanted : (text) => text === wanted;
    return poll(`${file} on disk`, () => {
      const text = this.read(file);
      return (text !== null && holds(text) === true) || text;
    }, milliseconds);
  }

  editor(file) {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${file}"]`).first();
  }

  // Ctrl+F, the text, Escape: what was found first is selected.
  async select(file, text) {
    const widget = this.editor(file).locator('.find-widget.visible');
    // While a panel closes, the focus is on its way: a person who sees no box presses the keys again.
    await poll('the box of the search', async () => {
      await this.look(file);
      await this.press('Control+Home', 'Control+f');
      const box = widget.locator('textarea:focus, input:focus').first();
      return box.waitFor({ timeout: 3_000 }).then(() => true, () => 'none');
    });
    await this.type(text);
    await widget.locator('.matchesCount', { hasText: /^\s*1 of \d+\s*$/ }).waitFor();
    // The first Escape may close something else that is open.
    await poll('the search is closed', async () => {
      await this.press('Escape');
      return (await widget.count()) === 0;
    });
    await this.focused(file);
  }

  async replace(file, text, by) {
    await this.select(file, text);
    await this.type(by);
  }

  // The editor of an open file, with the cursor in it.
  async look(file) {
    const editor = this.editor(file);
    if ((await editor.locator(FOCUS).count()) > 0) return;
    await editor.locator('.line-numbers').last().click(); // its text may be scrolled away
    await this.focused(file);
  }

  focused(file, timeout) {
    return this.editor(file).locator(FOCUS).first().waitFor({ state: 'attached', timeout });
  }

  async clickLens(file, title) {
    await this.editor(file).locator('.codelens-decoration a', { hasText: title }).first().click();
  }

  async clickButton(label, part = 'body') {
    await this.page.locator(`${part} .monaco-button`).filter({ visible: true, hasText: label }).first().click();
  }

  // Ctrl+P, the name, Enter.
  async open(file) {
    await this.ask(['Control+p'], file);
    await this.see(file, '.quick-input-list .monaco-list-row.focused');
    await this.press('Enter');
    const place = file.endsWith('.ipynb') ? this.page.locator('.notebook-editor .code-cell-row .view-lines').first() : this.editor(file);
    await place.waitFor();
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  // F1, the beginning of a title, Enter on the title that is seen first. Right after the start VS Code does not know the
  // commands of extensions: a person tries again.
  async palette(typed, title) {
    const row = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
    await poll(`${title} in the palette`, async () => {
      await this.ask(['Escape', 'F1'], typed);
      return row.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => this.screen('.quick-input-widget'),
      );
    });
    await this.press('Enter');
  }

  // The explorer's own button, then the name.
  async newFile(name) {
    await this.page.locator('.explorer-folders-view').hover();
    await this.page.locator('.pane-header a[aria-label^="New File"]').first().click();
    await this.page.locator('.explorer-item-edited input:focus').waitFor();
    await this.type(name);
    await this.press('Enter');
    await this.focused(name);
    // What closes brackets and indents lines comes a moment after the editor.
    await poll('brackets close by themselves', async () => {
      await this.type('(');
      const text = (await this.editor(name).innerText()).replaceAll('\u200b', '').trim();
      await this.press('Backspace');
      return text.includes('()');
    });
  }

  // Ctrl+S, until nothing of the file that the cursor is in is unsaved. A click into a view beside it can make that view the one
  // that is saved, a moment after the text has the cursor again: a person who still sees the mark on the tab clicks on the tab.
  async save() {
    const beside = this.page.locator('.editor-group-container', { has: this.page.locator('.monaco-editor.focused') });
    const tab = ((await beside.count()) > 0 ? beside : this.page.locator('.editor-group-container.active')).locator('.tab.active');
    await poll('the file is saved', async () => {
      await this.press('Control+s');
      const mark = tab.and(this.page.locator('.dirty')).first();
      const gone = await mark.waitFor({ state: 'detached', timeout: 3_000 }).then(() => true, () => 'the mark is still there');
      if (gone !== true) await tab.first().click();
      return gone;
    });
  }

  // Ctrl+S, until saving has done what a setting asks for: a setting that was just written is in force a moment later, and
  // who sees that nothing happened saves again.
  async saveUntil(file, holds) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      await this.save();
      const there = await this.disk(file, holds, 3_000).then(() => true, (error) => error);
      if (there === true) return;
      if (Date.now() > end) throw there;
    }
  }

  // Ctrl+Z, until a text is not seen any more: how much one takes back is the editor's business.
  async undoUntilGone(file, text) {
    await this.look(file);
    const shown = () => this.editor(file).innerText();
    await poll(`${text} is undone`, async () => {
      const before = await shown();
      if (!before.includes(text)) return true;
      await this.press('Control+z');
      await poll('an undo is seen', async () => (await shown()) !== before); // or the next would take back too much
      return 'still there';
    });
  }

  // Ctrl+., and the entry that is seen.
  fix(title) {
    return clickAction(this.page, title);
  }

  // Nothing is left to save: the mark on a tab goes a moment after the file is on disk.
  saved() {
    return this.page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  }

  async language() {
    await this.page.locator('[id="status.languageStatus"]').click();
    return '.hover-language-status';
  }
}
