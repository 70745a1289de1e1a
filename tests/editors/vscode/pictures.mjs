// The pictures of the README and of the walkthrough: states of a real VS Code, one PNG each; started by
// tools/make_pictures.py. What is shown is waited for, so a picture that is there shows what its name says.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { complete, FILE } from './completed.mjs';
import { Hands } from './hands.mjs';
import { install, makeProfile, openBrowser, poll, start } from './launch.mjs';
import { openWindow } from './window.mjs';

const { VALOHAI_WORKSPACES: workspaces, VALOHAI_PICTURES: pictures } = process.env;
mkdirSync(pictures, { recursive: true });

// What is not about Valohai steps is out of the picture.
const QUIET = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
  'editor.lineHeight': 21,
  'editor.folding': false,
  'editor.glyphMargin': false,
  'editor.guides.indentation': false,
  'editor.bracketPairColorization.enabled': false,
  'editor.hover.delay': 100,
  'editor.lightbulb.enabled': 'off',
  'editor.links': false,
  'editor.matchBrackets': 'never',
  'editor.occurrencesHighlight': 'off',
  'editor.hideCursorInOverviewRuler': true,
  'editor.overviewRulerBorder': false,
  'editor.stickyScroll.enabled': false,
  'editor.scrollBeyondLastLine': false,
  'diffEditor.renderOverviewRuler': false,
  'editor.renderLineHighlight': 'none',
  'editor.scrollbar.horizontal': 'hidden',
  'editor.scrollbar.vertical': 'hidden',
  'editor.selectionHighlight': false,
  'problems.decorations.enabled': false,
  'remote.autoForwardPorts': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.editor.editorActionsLocation': 'hidden',
  'workbench.editor.tabActionCloseVisibility': false,
  'workbench.sideBar.location': 'right',
  'workbench.statusBar.visible': false,
};
const WIDE = { width: 1010, height: 460 }; // two files beside each other, each line whole

const profile = makeProfile(process.env.VALOHAI_ROOT, {
  path: process.env.VALOHAI_PATH,
  settings: { ...QUIET, 'terminal.integrated.env.linux': { PYTHONPATH: process.env.VALOHAI_RUNTIME } },
});
// The commands of this repository, by their name.
const shell = `PS1='$ '\nvalohai-steps() { PYTHONPATH= '${process.env.VALOHAI_STEPS}' "$@"; }\n`;
writeFileSync(join(profile.home, '.bashrc'), shell);
for (const vsix of process.env.VALOHAI_VSIX.split(':')) install(profile, vsix);
const vscode = await start(profile);
const browser = await openBrowser();
const window = await openWindow(browser, vscode, { size: WIDE });
const { page } = window;

const shown = (place, text) => place.filter({ hasText: text }).first().waitFor();
const lens = (file, text) => shown(window.editor(file).locator('.codelens-decoration'), text);
const line = (file, text) => shown(window.editor(file).locator('.view-line'), text);
// Of a difference one side is a warning, the other a hint.
const squiggle = (file) => window.editor(file).locator('.squiggly-warning, .squiggly-hint, .squiggly-info').first().waitFor();

async function findings(file, count) {
  await poll(`${count} findings in ${file}`, async () => {
    const { findings: all } = await window.state();
    return (all[file] ?? []).length === count || all;
  });
}

const quickInputGone = () => page.locator('.quick-input-widget').waitFor({ state: 'hidden' });

// Where the mouse rests something may light up: it is out of the way, unless that is what is shown.
async function picture(name, { mouse = false } = {}) {
  if (!mouse) await page.mouse.move(1, 1);
  await quickInputGone();
  await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
}

// To the editor group of that number, the cursor on its last line, where it is in nobody's way.
async function focus(group) {
  await page.keyboard.press(`Control+${group}`);
  await page.keyboard.press('Control+End');
}

async function tour() {
  await window.openFolder(join(workspaces, 'tour'));
  await window.command('View: Close Primary Side Bar');
  await window.open('train.py');
  await focus(1);
  await squiggle('train.py');
  await lens('train.py', '1 change: update valohai.yaml');
  await line('train.py', '--epochs: integer');
  await picture('write');

  await page.keyboard.press('Control+Shift+M');
  await shown(page.locator('.markers-panel .monaco-list-row'), "parameter 'epochs' is missing");
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+Home');
  await lens('train.py', '1 change: update valohai.yaml');
  await page.locator('.markers-panel .monaco-list-row .codicon-light-bulb, .markers-panel .monaco-list-row .codicon-lightbulb').first().waitFor();
  await picture('overview');
  await window.command('View: Hide Panel');

  await window.command('Show What Would Change in valohai.yaml');
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  await shown(page.locator('.monaco-diff-editor .view-line'), 'name: epochs');
  await picture('difference');
  await page.keyboard.press('Control+w');

  await window.clickLens('train.py', '1 change: update valohai.yaml');
  await findings('train.py', 0);
  await lens('train.py', 'in sync with valohai.yaml');
  await line('valohai.yaml', 'name: epochs');
  await focus(1);
  await picture('update');

  await page.keyboard.press('Control+2');
  await window.change('valohai.yaml', '0.001', '0.01');
  await findings('train.py', 1);
  await focus(2);
  await squiggle('valohai.yaml');
  await lens('valohai.yaml', '1 change');
  await focus(1);
  await squiggle('train.py');
  await lens('train.py', '1 change');
  await picture('drift');

  await window.editor('train.py').locator('.view-line span > span', { hasText: 'learning-rate' }).first().hover();
  await shown(page.locator('.monaco-hover'), 'Python 0.001');
  await picture('hover', { mouse: true });
  await page.mouse.move(1, 1);
  await page.locator('.monaco-hover').first().waitFor({ state: 'hidden' });

  await window.clickLens('train.py', '1 change');
  await findings('train.py', 0);
  await window.save();
  await page.keyboard.press('Control+2');
  await window.command('View: Close All Editors in Group');
  await window.change('train.py', 'valohai.parameters("epochs")', 'valohai.parameters("")');
  await window.goTo('train.py', '").value\nimages');
  await page.keyboard.press('Control+Space');
  await shown(page.locator('.suggest-widget .monaco-list-row'), 'epochs');
  await picture('completion');
  await page.keyboard.press('Escape');
  await window.undo(['train.py']);
  await window.save();

  await window.runStep('train.py', 'learning-rate', '0.01');
  await shown(page.locator('.xterm-rows'), '10 epochs at 0.01');
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+Home');
  await lens('train.py', 'in sync');
  await picture('run');
}

// A pipeline with an edge that is broken, beside the line that it is on.
async function pipelines() {
  await window.openFolder(join(workspaces, 'pipelines'));
  await window.command('View: Close Primary Side Bar');
  await window.open('valohai.yaml');
  await lens('valohai.yaml', 'runs train.py'); // the server answers
  await window.command('Show Pipeline');
  const view = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await view.locator('[data-node]', { hasText: 'train-large' }).waitFor();
  await window.change('valohai.yaml', 'train-large.output.model.pkl, evaluate.input.models', 'train-large.output.model.pkl, evaluate.input.modls');
  await view.locator('#problems button', { hasText: 'did you mean models?' }).waitFor();
  await page.keyboard.press('Home');
  await picture('pipeline');
}

// A whole file by completion: the last name of an edge is about to be taken.
async function completed() {
  await page.setViewportSize({ width: WIDE.width, height: 690 });
  const hands = new Hands(page, vscode);
  window.folder = join(workspaces, 'scratch');
  // As somebody types who has set nothing.
  window.writeSettings({ 'editor.autoClosingBrackets': 'languageDefined', 'editor.autoIndent': 'full' });
  await hands.openFolder(window.folder);
  await hands.open('train.py');
  await hands.newFile(FILE);
  await window.command('View: Close Primary Side Bar');
  await hands.look(FILE);
  await complete(hands, { until: '+images' });
  await lens(FILE, 'runs train.py');
  await picture('completion-yaml');
  await page.setViewportSize(WIDE);
}

// What `valohai-steps graph` draws in a terminal.
async function terminal() {
  await page.setViewportSize({ width: WIDE.width, height: 330 });
  // A folder of its own: in that of another picture VS Code opens again what was open there.
  cpSync(join(workspaces, 'pipelines'), join(workspaces, 'graph'), { recursive: true });
  await window.openFolder(join(workspaces, 'graph'));
  await window.command('View: Close Primary Side Bar');
  await window.command('Terminal: Create New Terminal in Editor Area');
  await shown(page.locator('.xterm-rows'), '$');
  await page.keyboard.type('valohai-steps graph');
  await page.keyboard.press('Enter');
  await shown(page.locator('.xterm-rows'), 'retrain: 2 nodes, 1 edge');
  await shown(page.locator('.tab'), 'bash'); // while it ran, the tab had another name
  await picture('graph');
  await page.setViewportSize(WIDE);
}

const all = { tour, pipelines, completed, terminal };
const wanted = process.env.VALOHAI_ONLY ? process.env.VALOHAI_ONLY.split(':') : Object.keys(all);
try {
  for (const name of wanted) await all[name]();
} catch (error) {
  await page.screenshot({ path: join(pictures, 'failed.png') });
  throw error;
} finally {
  await browser.close();
  await vscode.stop();
}
