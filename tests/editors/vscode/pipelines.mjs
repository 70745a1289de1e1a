// "Show Pipeline" in a real VS Code, by keys and eyes (hands.mjs): what is drawn, what a click and a key lead to, what is
// red, and what is left after the window was reloaded. Started by test_pipelines.py.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Hands } from './hands.mjs';
import { install, makeProfile, openBrowser, openPage, poll, start } from './launch.mjs';
import { reach } from './states.mjs';

const { VALOHAI_WORKSPACES: workspaces, VALOHAI_PICTURES: pictures } = process.env;
mkdirSync(pictures, { recursive: true });

const profile = makeProfile(process.env.VALOHAI_ROOT, { path: process.env.VALOHAI_PATH });
install(profile, process.env.VALOHAI_VSIX);
const vscode = await start(profile);
const browser = await openBrowser();
const { page, outside } = await openPage(browser, { width: 1500, height: 900 });
const hands = new Hands(page, vscode);

const SELECTION = '[id="status.editor.selection"]';
const VIEW = 'Pipeline: ';

// The page in the view that is in front; a view that is hidden has none.
const view = () => page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
const node = (name) => view().locator('svg [data-node]', { hasText: name }).first();
const texts = async (selector) => (await view().locator(selector).allTextContents()).map((text) => text.trim());

const drawn = (...names) =>
  poll(`${names} are drawn`, async () => {
    const seen = await texts('svg [data-node] text:first-of-type');
    return names.every((name) => seen.includes(name)) || seen;
  });

// The cursor is on the first line of the file that holds the text, or so many lines below.
async function landed(file, text, below = 0) {
  const line = hands.read(file).split('\n').findIndex((each) => each.includes(text)) + 1 + below;
  await hands.see(`Ln ${line}, Col`, SELECTION);
  await page.locator('.tab.active', { hasText: file }).first().waitFor();
}

// What a person sees as red: more red than green and blue.
const isRed = (selector) =>
  poll(`${selector} is red`, async () => {
    const colour = await view().locator(selector).first().evaluate((element) => getComputedStyle(element).stroke);
    const [red, green, blue] = (colour.match(/\d+/g) ?? []).map(Number);
    return (red > green + 60 && red > blue + 60) || colour;
  });

// How far apart in brightness two colours of the page are (WCAG 2.2, contrast ratio).
async function contrast(selector) {
  const [text, ground] = await view()
    .locator(selector)
    .first()
    .evaluate((element) => [getComputedStyle(element).fill, getComputedStyle(document.body).backgroundColor]);
  const light = (colour) =>
    colour
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const [high, low] = [light(text), light(ground)].sort((one, other) => other - one);
  return (high + 0.05) / (low + 0.05);
}

// What VS Code writes down of a workspace is in the browser's own database a few seconds later.
const written = (words) =>
  poll(`${words} is written down`, () =>
    page.evaluate(async (wanted) => {
      const result = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = reject)));
      for (const { name } of await indexedDB.databases()) {
        const database = await result(indexedDB.open(name));
        for (const table of database.objectStoreNames) {
          const rows = await result(database.transaction(table).objectStore(table).getAll());
          if (rows.some((row) => typeof row === 'string' && wanted.every((word) => row.includes(word)))) return database.close(), true;
        }
        database.close();
      }
      return false;
    }, words),
  );

const show = () => hands.palette('Valohai: Show Pi', 'Valohai: Show Pipeline');

const states = {
  async 'the pipeline is drawn beside valohai.yaml'() {
    await hands.openFolder(join(workspaces, 'pipelines'));
    await hands.open('valohai.yaml');
    await hands.see('show pipeline', '.codelens-decoration');
    await show();
    await page.locator('.tab', { hasText: `${VIEW}valohai.yaml` }).waitFor();
    await drawn('prepare', 'train-small', 'train-large', 'evaluate');
    if ((await page.locator('.editor-group-container').count()) !== 2) throw new Error('it is not beside the editor');
  },
  async 'a click on a node leads to its line'() {
    await node('train-large').click();
    await landed('valohai.yaml', 'name: train-large');
    await view().locator('svg [data-edge] .near').last().click({ force: true });
    await landed('valohai.yaml', 'train-large.output.model.pkl');
  },
  async 'the arrow keys walk over the nodes, and Enter opens the line'() {
    await node('prepare').focus();
    await hands.press('ArrowRight', 'ArrowRight');
    await view().locator('[data-node]:focus', { hasText: 'evaluate' }).waitFor();
    await hands.press('Enter');
    await landed('valohai.yaml', '- name: evaluate');
  },
  async 'an edge that is broken turns red while it is typed, with the words of the finding'() {
    await hands.replace('valohai.yaml', 'train-large.output.model.pkl, evaluate.input.models', 'train-large.output.model.pkl, evaluate.input.modls');
    const words = "there is no input 'modls' in step evaluate; did you mean models?";
    await poll('the finding is listed', async () => (await texts('#problems button')).some((text) => text.includes(words)) || texts('#problems'));
    await isRed('[data-edge] path.broken');
    await poll('the tooltip says it', async () => {
      const titles = await texts('[data-edge].broken title');
      return titles.some((title) => title.includes(words)) || titles;
    });
    await node('prepare').click();
    await landed('valohai.yaml', '- name: prepare');
    await view().locator('#problems button').first().click();
    await landed('valohai.yaml', 'train-large.output.model.pkl');
  },
  async 'while the file cannot be read, the drawing stays, and says that it is old'() {
    await hands.replace('valohai.yaml', 'modls]', 'modls');
    await view().locator('body.old #note', { hasText: 'as it was' }).waitFor();
    await drawn('prepare', 'train-small', 'train-large', 'evaluate');
    await hands.replace('valohai.yaml', 'modls', 'models]');
    await view().locator('body:not(.old)').waitFor();
    await poll('nothing is broken', async () => (await texts('#problems button')).length === 0);
    await hands.save();
    await hands.saved();
  },
  async 'another pipeline of the file is chosen, and is there after the window was reloaded'() {
    await view().locator('#tabs button', { hasText: 'retrain' }).click();
    await drawn('train', 'evaluate');
    if ((await view().locator('svg [data-node]').count()) !== 2) throw new Error('not the pipeline that was chosen');
    await written(['valohai-steps.pipeline:', 'retrain']);
    await page.reload();
    await page.locator('.tab', { hasText: `${VIEW}valohai.yaml` }).waitFor();
    await view().locator('#tabs [aria-selected="true"]', { hasText: 'retrain' }).waitFor({ timeout: 180_000 }); // everything starts anew
    await node('train').click();
    await landed('valohai.yaml', 'type: task', -1);
  },
  async 'the pipeline that Python makes is drawn, and its nodes lead to Python'() {
    await hands.open('nightly.py');
    await hands.clickLens('nightly.py', 'show pipeline');
    await page.locator('.tab.active', { hasText: `${VIEW}nightly.py` }).waitFor();
    await drawn('prepare', 'train-small', 'train-large', 'evaluate');
    await node('train-small').click();
    await landed('nightly.py', 'pipe.execution("train"');
    await hands.replace('nightly.py', '"models"', '"modles"');
    await poll('the finding is listed', async () => (await texts('#problems button')).some((text) => text.includes('did you mean models?')));
    await hands.undoUntilGone('nightly.py', '"modles"');
  },
  async 'without a pipeline the view says what to do'() {
    await hands.open('train.py');
    await show();
    await view().locator('#note', { hasText: 'Write a function main(config) that returns a valohai.Pipeline' }).waitFor();
  },
  async 'pipelines of every shape can be read'() {
    await hands.openFolder(join(workspaces, 'shapes'));
    await hands.open('valohai.yaml');
    await show();
    for (const [name, count] of [['chain', 3], ['fan', 14], ['real', 9], ['broken', 3]]) {
      await view().locator('#tabs button', { hasText: name }).click();
      await poll(`${name} is drawn`, async () => (await view().locator('svg [data-node]').count()) === count || texts('svg'));
      await page.screenshot({ path: join(pictures, `shape ${name}.png`) });
    }
  },
  async 'what is drawn can be read in every theme'() {
    const kinds = { 'Default Dark Modern': 'dark', 'Default High Contrast': 'high-contrast', 'Default High Contrast Light': 'high-contrast-light', 'Default Light Modern': 'light' };
    for (const [theme, kind] of Object.entries(kinds)) {
      mkdirSync(join(hands.folder, '.vscode'), { recursive: true });
      writeFileSync(join(hands.folder, '.vscode', 'settings.json'), JSON.stringify({ 'workbench.colorTheme': theme }));
      await view().locator(`body[data-vscode-theme-kind="vscode-${kind}"]`).waitFor();
      for (const selector of ['svg .node:not(.broken) text', 'svg .broken text', 'svg .label']) {
        await poll(`${selector} can be read in ${theme}`, async () => {
          const found = await contrast(selector);
          return found > 3.5 || found;
        });
      }
      await isRed('.node.broken rect');
      await page.screenshot({ path: join(pictures, `theme ${theme}.png`) });
    }
  },
};

const keep = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  await reach(states, { keep, outside: () => outside });
} finally {
  await browser.close();
  await vscode.stop();
}
