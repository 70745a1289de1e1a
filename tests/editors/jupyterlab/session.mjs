// One session in a real JupyterLab, by clicks, keys and eyes; started by test_jupyterlab.py. After each state a picture is kept.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openBrowser, poll } from '../vscode/launch.mjs';
import { addressesOutside, reach } from '../vscode/states.mjs';
import { startLab } from './lab.mjs';

const { VALOHAI_FOLDER: folder, VALOHAI_PICTURES: pictures } = process.env;
mkdirSync(pictures, { recursive: true });

const lab = await startLab(folder);
const browser = await openBrowser();
const context = await browser.newContext({ viewport: { width: 1100, height: 640 } });
context.setDefaultTimeout(60_000);
const outside = addressesOutside(context);
let page = await context.newPage();
page.on('dialog', (dialog) => dialog.accept());

const PANEL = '.lm-DockPanel-widget:not(.lm-mod-hidden)';
const panel = () => page.locator(PANEL);
const mark = (text) => panel().locator('.cm-lintRange', { hasText: text }).first();
const button = () => panel().locator('.valohai-steps-update');
const dialog = () => page.locator('.jp-Dialog');
// One of the pictures of docs/pictures (tools/make_pictures.py).
const picture = (name) => keep(name);
const onDisk = (name) => readFileSync(join(folder, name), 'utf8');
const open = (name) => page.goto(`${lab.url}/lab/tree/${name}`);

// A tab that is open; by the file browser when it is not.
async function show(name) {
  const tab = page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab', { hasText: name });
  if (await tab.count()) await tab.click();
  else await page.locator('.jp-DirListing-item', { hasText: name }).dblclick();
  await page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current', { hasText: name }).waitFor();
}

async function says(text) {
  await poll(`"${text}" is shown at the mark`, async () => {
    await page.mouse.move(5, 5);
    await mark('').hover();
    const tip = page.locator('.cm-tooltip-lint');
    await tip.waitFor({ timeout: 3_000 }).catch(() => undefined);
    const shown = (await tip.allInnerTexts()).join('\n');
    return shown.includes(text) || shown;
  });
}

async function update() {
  await button().click();
  await dialog().locator('.valohai-steps-added').first().waitFor();
}

// From now on the page's language servers hear nothing, until what this answers is called.
async function holdServer() {
  const { promise, resolve } = Promise.withResolvers();
  await page.routeWebSocket(/\/lsp\/ws\//, async (socket) => {
    await promise;
    socket.connectToServer();
  });
  return resolve;
}

const WAITING = 'waiting for the language server';

// Where python-lsp-server is installed too, JupyterLab asks that one at first.
const toast = (text) => page.locator('.Toastify__toast', { hasText: text }).first();

// "Rename symbol" of a word's own menu: the F2 of jupyterlab-lsp 5.3 names a command that is not there.
async function rename(word, name) {
  await word.click({ button: 'right' });
  await page.locator('.lm-Menu-item', { hasText: 'Rename symbol' }).click();
  const box = dialog().locator('input');
  await box.waitFor();
  await box.fill(name);
  await page.keyboard.press('Enter');
}

const states = {
  async 'where another server is asked about Python, one button gives its place to valohai-steps'() {
    await open('train.py');
    await button().waitFor();
    const offer = toast('JupyterLab asks pylsp about this language');
    await button().click();
    await offer.waitFor();
    await picture('other-server');
    await Promise.all([page.waitForEvent('load', { timeout: 20_000 }), offer.locator('button', { hasText: 'Ask valohai-steps' }).click()]);
  },
  async 'a default that differs is marked in Python, with both values'() {
    await mark('0.002').waitFor();
    await says("default of parameter 'learning_rate' is 0.002 here, but 0.001 in valohai.yaml");
  },
  async 'Ctrl over a parameter shows both values'() {
    await page.mouse.move(5, 5);
    await panel().locator('.cm-line span', { hasText: 'learning_rate' }).first().hover();
    await page.keyboard.down('Control');
    await poll('the hover is shown', async () => {
      await page.mouse.move(5, 5);
      await panel().locator('.cm-line span', { hasText: 'learning_rate' }).first().hover();
      const shown = page.locator('.lsp-tooltip');
      await shown.waitFor({ timeout: 3_000 }).catch(() => undefined);
      const texts = (await shown.allInnerTexts()).join('\n');
      return (texts.includes('Python 0.002') && texts.includes('valohai.yaml 0.001')) || texts;
    });
    await page.keyboard.up('Control');
    await page.keyboard.press('Escape');
  },
  async 'a name that is in other files as well is not renamed, and the reason is said'() {
    await rename(panel().locator('.cm-line span', { hasText: 'learning_rate' }).first(), 'rate');
    await toast('Rename failed').filter({ hasText: 'open file only, and the name is also in valohai.yaml' }).waitFor();
    await panel().locator('.cm-line', { hasText: '"learning_rate": 0.002' }).waitFor();
  },
  async 'and in valohai.yaml'() {
    await show('valohai.yaml');
    await mark('0.001').waitFor();
    await says("default of parameter 'learning_rate' is 0.002 in train.py, but 0.001 here");
  },
  async 'unsaved changes of an open valohai.yaml are updated, and saved with the update'() {
    await panel().locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# mine');
    if (onDisk('valohai.yaml').includes('# mine')) throw new Error('saved by itself');
    await show('train.py');
    await update();
    const lines = await dialog().locator('.valohai-steps-added, .valohai-steps-removed').allInnerTexts();
    if (lines.join('\n') !== '-        default: 0.001\n+        default: 0.002') throw new Error(lines.join('\n'));
    await dialog().locator('.jp-mod-accept').click();
    await poll('on disk', () => onDisk('valohai.yaml').includes('default: 0.002') || onDisk('valohai.yaml'));
    if (!onDisk('valohai.yaml').endsWith('default: 3\n# mine')) throw new Error(onDisk('valohai.yaml'));
    await mark('0.002').waitFor({ state: 'detached' });
  },
  async 'the cells of a notebook are read as the notebook: one mark, in its cell'() {
    await show('explore.ipynb');
    await mark('4').waitFor();
    const marks = await panel().locator('.cm-lintRange').allInnerTexts();
    if (marks.join() !== '4') throw new Error(`marked: ${marks}`);
    await says("default of parameter 'depth' is 4 here, but 3 in valohai.yaml");
    await picture('notebook');
  },
  async 'the names of the parameters are offered in a cell'() {
    await panel().locator('.cm-content', { hasText: 'x = valohai' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\ny = valohai.parameters("');
    await page.keyboard.press('Tab');
    await page.locator('.jp-Completer-item', { hasText: 'depth' }).first().click();
    await panel().locator('.cm-line', { hasText: 'y = valohai.parameters("depth' }).waitFor();
  },
  async 'the difference is shown first, and Cancel writes nothing'() {
    const before = onDisk('valohai.yaml');
    await update();
    await picture('update');
    await dialog().locator('.jp-mod-reject').click();
    await dialog().waitFor({ state: 'detached' });
    if (onDisk('valohai.yaml') !== before) throw new Error('written');
  },
  async 'a closed valohai.yaml is written, and the mark goes'() {
    const tab = page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab', { hasText: 'valohai.yaml' });
    await tab.locator('.lm-TabBar-tabCloseIcon').click();
    await tab.waitFor({ state: 'detached' });
    await panel().locator('.cm-content', { hasText: 'x = valohai' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('  # of mine');
    await update();
    await dialog().locator('.jp-mod-accept').click();
    await toast('Updated valohai.yaml; explore.ipynb is not saved yet').waitFor();
    await poll('on disk', () => onDisk('valohai.yaml').endsWith('default: 4\n# mine') || onDisk('valohai.yaml'));
    await mark('4').waitFor({ state: 'detached' });
  },
  async 'a click before a second tab is connected waits for the server, which the tab has too'() {
    page = await context.newPage();
    const letIn = await holdServer();
    await open('../workspaces/second/tree/valohai.yaml');
    await button().click();
    await toast(WAITING).waitFor();
    await panel().locator('.valohai-steps-update [aria-disabled="true"], .valohai-steps-update [disabled]').first().waitFor();
    letIn();
    await toast('valohai.yaml agrees with Python').waitFor();
    await toast(WAITING).waitFor({ state: 'detached' });
  },
  async 'where no server can be reached, that is said with a button to try again, which does'() {
    page = await context.newPage();
    const letIn = await holdServer();
    await open('../workspaces/third/tree/valohai.yaml');
    await button().click();
    const refused = toast('the language server is not ready');
    await refused.waitFor();
    letIn();
    await refused.locator('button', { hasText: 'Try again' }).click();
    await toast('valohai.yaml agrees with Python').waitFor();
    await refused.waitFor({ state: 'detached' });
  },
};

const keep = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  await reach(states, { keep, outside: () => outside });
} finally {
  await browser.close();
  await lab.stop();
}
