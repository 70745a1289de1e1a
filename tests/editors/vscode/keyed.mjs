// The first minute and the hour after it in a real VS Code, by keys and eyes alone (hands.mjs). After each state the screen
// is compared with what must and must not be seen, and the disk with what it must hold. Started by test_keyed.py.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { complete, FILE, WRITTEN } from './completed.mjs';
import { Hands } from './hands.mjs';
import { install, makeProfile, openBrowser, openPage, poll, start } from './launch.mjs';
import { reach } from './states.mjs';

const { VALOHAI_WORKSPACES: workspaces, VALOHAI_PICTURES: pictures, VALOHAI_README: readme } = process.env;
mkdirSync(pictures, { recursive: true });

const profile = makeProfile(process.env.VALOHAI_ROOT, { path: process.env.VALOHAI_PATH, plain: true });
install(profile, process.env.VALOHAI_VSIX);
const vscode = await start(profile);
const browser = await openBrowser();
const { page, outside } = await openPage(browser, { width: 1280, height: 800 });
const hands = new Hands(page, vscode);

const DIALOG = '.monaco-dialog-box';
const TERMINAL = '.xterm-rows';
const PICK = '.quick-input-widget';
const lensOver = (file) => `.editor-instance .monaco-editor[data-uri$="/${file}"] .codelens-decoration`;
const lines = (text) => text.split('\n');
const has = (...words) => (text) => words.every((word) => text.includes(word));
const lacks = (...words) => (text) => words.every((word) => !text.includes(word));
const groups = () => page.locator('.editor-group-container').count();

async function step(title) {
  await page.locator('.getting-started-step', { hasText: title }).first().click();
  await page.locator('.getting-started-step.expanded', { hasText: title }).waitFor();
  await hands.clickButton('', '.getting-started-step.expanded');
}

const ticked = (title) => page.locator('.getting-started-step', { hasText: title }).locator('.codicon-getting-started-step-checked.complete');

const toBeAsked = () => page.locator(`${PICK} input[placeholder="Press Enter to run, or pick a value to change"]`).waitFor();

// One of the values that a run can be given; its name is typed.
async function pickOverride(name) {
  await hands.type(name);
  await page.locator(`${PICK} .monaco-list-row.focused`, { hasText: name }).waitFor();
  await hands.press('Enter');
  await page.locator(`${PICK} .quick-input-titlebar`, { hasText: `--${name}` }).waitFor();
}

async function choose(value) {
  await hands.type(value);
  await page.locator(`${PICK} .monaco-list-row.focused`, { hasText: value }).waitFor();
  await hands.press('Enter');
  await toBeAsked();
}

const states = {
  async 'after the first look at a step the walkthrough is there, and its buttons work in an empty folder'() {
    await hands.openFolder(join(workspaces, 'nothing'));
    await hands.palette('Valohai: Open a Sample', 'Valohai: Open a Sample Step');
    await hands.see(["There is no step in 'nothing' yet", 'Create train.py'], DIALOG);
    await hands.clickButton('Create train.py', DIALOG);
    await hands.see(['Create valohai.yaml with this step', 'run locally'], lensOver('train.py'));
    await page.locator('.tab', { hasText: /Welcome|Walkthrough|Get Started/ }).click();
    await hands.see(['Get Started with Valohai Steps', 'Write a step in Python']);
    await ticked('Write a step in Python').waitFor();
    if (await ticked('Update valohai.yaml').isVisible()) throw new Error('ticked before anything was updated');
    await step('Update valohai.yaml');
    await hands.see('in sync with valohai.yaml', lensOver('train.py'));
    await hands.disk('valohai.yaml', has('name: train', 'name: epochs'));
  },
  async 'the lines of the README are typed, and exactly they are on disk'() {
    await hands.openFolder(join(workspaces, 'fresh'));
    await hands.newFile('train.py');
    // Brackets close by themselves, and new lines are indented: a person types neither.
    const typed = lines(readme.trimEnd());
    for (const [number, line] of typed.entries()) {
      // The bracket that closed by itself is on the next line: a person goes there.
      if (line === ')') await hands.press('ArrowDown', 'End');
      else await hands.type(line.trimStart());
      if (typed[number + 1] !== ')') await hands.press('Enter');
    }
    await hands.save();
    await hands.disk('train.py', readme);
    await hands.see(['Create valohai.yaml with this step', 'run locally'], lensOver('train.py'));
    await hands.see(['--learning-rate: float', '--training-set: input']);
  },
  async 'one click creates valohai.yaml, saved and shown'() {
    await hands.clickLens('train.py', 'Create valohai.yaml');
    await hands.disk('valohai.yaml', has('name: train', 'name: learning-rate', 'default: 0.001', 'name: training-set'));
    await hands.disk('requirements.txt', 'valohai-utils\n');
    await hands.see('in sync with valohai.yaml', lensOver('train.py'));
    await hands.see('name: learning-rate', '.editor-instance .monaco-editor[data-uri$="/valohai.yaml"]');
    await hands.saved();
  },
  async 'a default edited in valohai.yaml is a difference in both files, and a fix settles it'() {
    await hands.replace('valohai.yaml', '0.001', '0.01');
    await hands.save();
    await hands.see('1 change', lensOver('train.py'));
    await hands.see('1 change', lensOver('valohai.yaml'));
    await hands.select('train.py', '0.001');
    await hands.fix('to 0.01 in train.py');
    await hands.see('in sync', lensOver('train.py'));
    await hands.look('train.py');
    await hands.save();
    await hands.disk('train.py', readme.replace('0.001', '0.01'));
    await hands.see('in sync', lensOver('valohai.yaml')); // where nobody looks, a lens follows as well
  },
  async 'a run asks for values, refuses what is none, and says what it runs'() {
    const line = 'print("speed:", valohai.parameters("learning-rate").value)';
    await hands.look('train.py');
    await hands.press('Control+End');
    await hands.type(line);
    await hands.save();
    await hands.disk('train.py', (text) => text.endsWith(`)\n${line}`));
    await hands.clickLens('train.py', 'run locally');
    await toBeAsked();
    await hands.see(['--learning-rate=0.01', '--training-set=', 'with the defaults'], PICK);
    await hands.type('learning');
    await hands.press('Enter');
    await hands.see('Leave empty for the default (0.01)', PICK);
    await hands.press('Control+a');
    await hands.type('seven');
    await hands.see("'seven' is not a number", PICK);
    await hands.press('Control+a');
    await hands.type('.002');
    await hands.press('Enter');
    await toBeAsked();
    await hands.press('Enter');
    await hands.see(['.venv/bin/python train.py', 'speed: 0.002'], TERMINAL);
    await poll('the prompt is back', async () => /[#$]$/.test((await hands.screen(TERMINAL)).trim()));
  },
  async 'the next run offers the same values, in the same terminal'() {
    await hands.clickLens('train.py', 'run locally');
    await hands.see('--learning-rate=.002', `${PICK} .monaco-list-row.focused`);
    await hands.press('Enter');
    await poll('two runs in one terminal', async () => (await hands.screen(TERMINAL)).split('speed: 0.002').length > 2);
    await page.locator('.terminal-tabs-entry').waitFor({ state: 'detached' }); // a list of them is shown for two or more
  },
  async 'choices and flags are lists, an input is typed or found on the disk'() {
    await hands.openFolder(join(workspaces, 'choices'));
    await hands.open('train.py');
    await hands.clickLens('train.py', 'run locally');
    await toBeAsked();
    await pickOverride('optimizer');
    await hands.see(['sgd', 'default, now', 'adam'], PICK);
    await choose('adam');
    await pickOverride('shuffle');
    await hands.see(['true', 'false'], PICK);
    await choose('false');
    await pickOverride('images');
    await hands.see('Leave empty for the default (https://example.com/images.csv)', PICK);
    await page.locator(`${PICK} [aria-label="Browse..."]`).click();
    await hands.see(['images.csv', 'others.csv'], PICK);
    await page.locator(`${PICK} .monaco-list-row`, { hasText: /^images.csv$/ }).first().click();
    await toBeAsked();
    await hands.see(['--optimizer=adam', '--shuffle=false', '/choices/images.csv'], PICK);
  },
  async 'Enter right after typing takes what was typed'() {
    await pickOverride('images');
    await hands.press('Control+a');
    await page.keyboard.type('others.csv'); // without a pause between the keys
    await page.keyboard.press('Enter');
    await toBeAsked();
    await hands.see('--images=others.csv', PICK);
    await hands.press('Enter');
    await hands.see(['adam False others.csv'], TERMINAL);
  },
  async 'the notebook says what is missing before it runs'() {
    await hands.openFolder(join(workspaces, 'digits'));
    await hands.open('explore.ipynb');
    await page.locator('.notebook-editor .codelens-decoration a', { hasText: 'run locally' }).first().click();
    await hands.see(['explore.ipynb needs', 'papermill', '.venv/bin/python', 'Install', 'Run Anyway'], DIALOG);
    await hands.press('Escape');
    await hands.miss('papermill', DIALOG);
    await hands.miss('No module named');
  },
  async 'a parameter is added, and its fix keeps every comment'() {
    await hands.open('train.py');
    await hands.select('train.py', '"epochs": 10');
    await hands.press('ArrowRight');
    await hands.type(', "seed": 1');
    await hands.see('2 changes: update valohai.yaml', lensOver('train.py'));
    await hands.clickLens('train.py', '2 changes');
    await hands.see('in sync', lensOver('train.py'));
    await hands.disk('valohai.yaml', has('# tuned by hand', '# written by hand, and stays so', 'name: epochs', 'name: seed'));
    await hands.look('train.py');
    await hands.save();
    await hands.disk('train.py', has('"epochs": 10, "seed": 1}'));
  },
  async 'F2 renames in both files, and both are saved'() {
    await hands.select('train.py', '"epochs"');
    await hands.rename('rounds');
    await hands.disk('valohai.yaml', (text) => has('name: rounds')(text) && lacks('epochs')(text));
    await hands.disk('train.py', (text) => has('"rounds": 10', 'parameters("rounds")')(text) && lacks('"epochs"')(text));
    await hands.see('in sync', lensOver('train.py'));
  },
  async 'another type of default changes its type in valohai.yaml by Auto Fix'() {
    await hands.replace('train.py', '10', '10.5');
    // The default and its type: one Auto Fix for each, and no menu.
    for (const left of ['2 changes', '1 change']) {
      await hands.see(left, lensOver('train.py'));
      await hands.press('Shift+Alt+.');
    }
    await hands.see('in sync', lensOver('train.py'));
    await hands.disk('valohai.yaml', has('default: 10.5'));
    await hands.look('train.py');
    await hands.save();
  },
  async 'a broken valohai.yaml is named with its line in the status, and undo mends it'() {
    await hands.open('valohai.yaml');
    await hands.select('valohai.yaml', '# Steps of the digits project.');
    await hands.press('End', 'Enter');
    await hands.type('[');
    await hands.press('Delete'); // the bracket that closed by itself
    await hands.open('train.py');
    const status = await hands.language();
    await hands.see(['cannot be updated', 'valohai.yaml:', 'Go To'], status);
    await hands.miss('in sync', status);
    const goTo = page.locator(status).getByText('Go To').first();
    await poll('valohai.yaml has the focus', async () => {
      if (await goTo.isVisible()) await goTo.click(); // once more where the list was drawn anew under the first click
      return hands.focused('valohai.yaml', 5_000).then(
        () => true,
        () => hands.screen(status),
      );
    });
    await hands.press('Escape');
    await hands.open('train.py');
    await hands.select('train.py', 'prepare');
    await hands.press('Control+.');
    await hands.see('Cannot update: valohai.yaml:', '.action-widget');
    await hands.press('Escape');
    await hands.clickLens('train.py', 'valohai.yaml has a syntax error');
    await page.locator('.editor-group-container.active .tab.active', { hasText: 'valohai.yaml' }).waitFor();
    await hands.open('valohai.yaml');
    await hands.undoUntilGone('valohai.yaml', '[');
    await hands.open('train.py');
    await hands.see('in sync', lensOver('train.py'));
    await hands.open('valohai.yaml');
    await hands.save();
    await hands.disk('valohai.yaml', (text) => lacks('[')(text) && has('default: 10.5', '# tuned by hand')(text));
  },
  async 'a removal is one question; what it would take is shown, and goes'() {
    await hands.open('train.py');
    await hands.select('train.py', ', "seed": 1');
    await hands.press('Backspace');
    await hands.see('1 change', lensOver('train.py'));
    await hands.clickLens('train.py', '1 change');
    await hands.see(["Remove parameter 'seed' from valohai.yaml?", 'Remove', 'Keep', 'Show Difference'], DIALOG);
    await hands.miss(['Refactor Preview', 'could not be opened']);
    await hands.clickButton('Show Difference', DIALOG);
    await hands.see('name: seed', '.monaco-diff-editor');
    await hands.disk('valohai.yaml', has('name: seed'));
    await hands.clickButton('Remove', '.notification-toast');
    await hands.disk('valohai.yaml', (text) => lacks('seed')(text) && has('# tuned by hand')(text));
    await hands.see('in sync', lensOver('train.py'));
    await hands.see('in sync', lensOver('valohai.yaml'));
    await hands.miss(['could not be opened', 'Refactor Preview']);
  },
  async 'Ctrl+S with an action on saving leaves both files saved, and asks about a removal'() {
    mkdirSync(join(hands.folder, '.vscode'), { recursive: true });
    const settings = { 'editor.codeActionsOnSave': { 'source.updateValohaiYaml': 'explicit' } };
    writeFileSync(join(hands.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
    await hands.replace('train.py', '10.5', '20');
    await hands.type(', "seed": 2');
    await hands.saveUntil('valohai.yaml', has('default: 20', 'type: integer', 'name: seed'));
    await hands.disk('train.py', has('"rounds": 20, "seed": 2'));
    await hands.saved();
    await hands.select('train.py', ', "seed": 2');
    await hands.press('Backspace');
    await hands.save();
    await hands.see("Remove parameter 'seed' from valohai.yaml?", '.notification-toast');
    await hands.clickButton('Keep', '.notification-toast');
    await hands.miss("Remove parameter 'seed'", '.notification-toast');
    await hands.disk('valohai.yaml', has('name: seed'));
  },
  async 'with auto save after a delay, updateOnSave brings the default over'() {
    const settings = { 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 100, 'valohai-steps.updateOnSave': true };
    writeFileSync(join(hands.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
    await hands.replace('train.py', '20', '30');
    await hands.disk('train.py', has('"rounds": 30'));
    await hands.disk('valohai.yaml', has('default: 30'));
    await hands.saved();
    writeFileSync(join(hands.folder, '.vscode', 'settings.json'), '{}');
  },
  async 'a copied step overwrites nothing, and a name of its own settles it'() {
    const before = hands.read('valohai.yaml');
    await hands.open('train.py');
    await hands.press('Control+a', 'Control+c');
    await hands.newFile('copy.py');
    await hands.press('Control+v');
    await hands.see('run locally', lensOver('copy.py'));
    await hands.save();
    await hands.press('Control+Shift+m');
    await hands.see('VH108', '.markers-panel');
    await hands.disk('valohai.yaml', before);
    await hands.press('Control+Shift+m');
    await hands.select('copy.py', '"train"');
    await hands.rename('train2');
    await hands.see('Add this step to valohai.yaml', lensOver('copy.py'));
    await hands.look('copy.py');
    await hands.save();
    if (!hands.read('train.py').includes('step="train"')) throw new Error('the other step was renamed as well');
  },
  async 'with no editor open all files are updated, and no empty group is left'() {
    await hands.press('Control+k', 'Control+w');
    await page.locator('.tab').first().waitFor({ state: 'detached' });
    await hands.palette('Valohai: Update All', 'Valohai: Update All valohai.yaml Files');
    await hands.see("Remove parameter 'seed' from valohai.yaml?", DIALOG);
    await hands.clickButton('Keep', DIALOG);
    await hands.disk('valohai.yaml', has('name: train2', 'name: seed'));
    await page.locator('.tab', { hasText: 'valohai.yaml' }).waitFor();
    await poll('one group of editors', async () => (await groups()) === 1 || groups());
  },
  async 'from an empty valohai.yaml a step, a pipeline with an edge and an override are written by completion alone'() {
    await hands.openFolder(join(workspaces, 'scratch'));
    await hands.open('train.py');
    await hands.newFile(FILE);
    await complete(hands);
    await hands.see('runs train.py', lensOver(FILE));
    await hands.save();
    await hands.disk(FILE, WRITTEN);
    await hands.press('Control+Shift+m');
    await hands.see('No problems', '.markers-panel');
    await hands.press('Control+Shift+m');
  },
  async 'what is typed before the server runs has its list when it does'() {
    await hands.openFolder(join(workspaces, 'empty'));
    await hands.open(FILE);
    await hands.type('- ');
    await hands.see(['step', 'pipeline', 'endpoint'], '.suggest-widget.visible');
    await hands.press('Enter');
    await hands.see('- step:', '.editor-instance .view-lines');
    await hands.save();
  },
  async 'the first valohai.yaml of a folder without Python is completed at once'() {
    await hands.openFolder(join(workspaces, 'bare'));
    await hands.newFile(FILE);
    await hands.type('- ');
    await hands.see(['step', 'pipeline', 'endpoint'], '.suggest-widget.visible');
    await hands.press('Escape');
    await hands.save();
  },
  async 'the Pythons of the machine are listed with their versions'() {
    await hands.palette('Valohai: Select', 'Valohai: Select Python for the Language Server');
    await hands.see(['Python 3.', 'Automatic', 'Browse...'], PICK);
    await hands.press('Escape');
  },
};

const keep = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  await reach(states, { keep, outside: () => outside });
} finally {
  await browser.close();
  await vscode.stop();
}
