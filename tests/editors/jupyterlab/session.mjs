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

const states = {
  async 'a default that differs is marked in Python, with both values'() {
    await open('train.py');
    await mark('0.002').waitFor();
    await says("default of parameter 'learning_rate' is 0.002 here, but 0.001 in valohai.yaml");
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
    await update();
    await dialog().locator('.jp-mod-accept').click();
    await poll('on disk', () => onDisk('valohai.yaml').endsWith('default: 4\n# mine') || onDisk('valohai.yaml'));
    await mark('4').waitFor({ state: 'detached' });
  },
  async 'a second tab of the browser has the server too'() {
    page = await context.newPage();
    await open('../workspaces/second/tree/valohai.yaml');
    await button().waitFor();
    // Until the tab is connected, the button says that it is not.
    await poll('the button is answered', async () => {
      await button().click();
      const toasts = page.locator('.Toastify__toast');
      const agrees = toasts.filter({ hasText: 'valohai.yaml agrees with Python' }).first();
      return agrees.waitFor({ timeout: 3_000 }).then(() => true, () => toasts.allInnerTexts());
    });
  },
};

const keep = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  await reach(states, { keep, outside: () => outside });
} finally {
  await browser.close();
  await lab.stop();
}
