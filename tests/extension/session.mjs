// What the extension itself does, in a real VS Code: steps that are run, texts that are shown, and every way in which
// the server may fail to run. Started by test_in_vscode.py; says for each state, in one line of JSON, whether it holds.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { install, makeProfile, openBrowser, poll, processesUnder, start } from '../editors/vscode/launch.mjs';
import { reach } from '../editors/vscode/states.mjs';
import { openWindow } from '../editors/vscode/window.mjs';

const {
  VALOHAI_ROOT: root,
  VALOHAI_PATH: programs,
  VALOHAI_FOLDER: folder,
  VALOHAI_OTHERS: others,
  VALOHAI_PICTURES: pictures,
} = process.env;
const SERVER = 'start.py';
const DEAD_FOR_SURE = 5; // crashes in a row until the server is given up

mkdirSync(pictures, { recursive: true });
const profile = makeProfile(root, { path: programs });
// VS Code takes the environment of a login shell, and /etc/profile sets a PATH of its own.
writeFileSync(join(profile.home, '.bash_profile'), `export PATH='${programs}'\n`);
for (const vsix of process.env.VALOHAI_VSIX.split(':')) install(profile, vsix);
const vscode = await start(profile);
const browser = await openBrowser();
const window = await openWindow(browser, vscode);
const { page } = window;

const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
const row = (text) => page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
const toast = (text) => page.locator('.notification-toast', { hasText: text }).first();
const holds = (what, condition) => poll(what, () => condition() || 'not yet');
const servers = () => processesUnder(vscode.pid, SERVER);

function program(name, lines) {
  const path = join(programs, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

function machineSettings(settings) {
  mkdirSync(join(profile.data, 'Machine'), { recursive: true });
  writeFileSync(join(profile.data, 'Machine', 'settings.json'), JSON.stringify(settings));
}

// Opens an override in the list, types its value over the one that is there, and comes back to the list.
async function give(name, value) {
  await row(`--${name}`).click();
  await page.locator('.quick-input-title', { hasText: `--${name}` }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(value);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-title', { hasText: 'Run step' }).waitFor();
}

async function press(message, button) {
  await toast(message).locator('.monaco-button', { hasText: button }).click();
  await toast(message).waitFor({ state: 'hidden' });
}

// The messages of a state are no business of the next one.
async function clear() {
  await window.command('Notifications: Clear All Notifications');
  await page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
}

const states = {
  async 'where only another YAML file is open no server runs, and a command of the palette starts it'() {
    await window.openFolder(others);
    await window.open('notes.yaml');
    await holds('the extension is there', async () => (await window.state()).active.includes('valohai-steps.valohai-steps'));
    if (servers().length > 0) throw new Error('a server runs');
    await window.command('Update All valohai.yaml Files');
    await toast('Nothing to update: no Python file declares a step').waitFor();
    if (servers().length !== 1) throw new Error(`${servers().length} servers run`);
    await clear();
  },
  async 'the status item tells how far both files agree'() {
    await window.openFolder(folder);
    await window.open('train.py');
    await page.locator('.codelens-decoration a', { hasText: 'run locally' }).first().waitFor();
    await page.locator('[id="status.languageStatus"]').hover();
    await page.locator('.hover-language-status', { hasText: 'valohai.yaml: 1 change' }).first().waitFor();
    await page.keyboard.press('Escape');
  },
  async 'the generated YAML is shown beside the file'() {
    await window.open('train.py');
    await window.command('Preview the Generated YAML to the Side');
    await page.locator('.tab', { hasText: 'train.py (generated).yaml' }).waitFor();
    await page.locator('.editor-instance .view-line', { hasText: 'name: epochs' }).first().waitFor();
  },
  async 'what an update would change is shown in the diff editor'() {
    await window.open('train.py');
    await window.command('Show What Would Change in valohai.yaml');
    await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await page.locator('.tab', { hasText: 'valohai.yaml: added' }).waitFor();
  },
  async 'a step runs in a terminal with what was overridden'() {
    await window.open('train.py');
    await window.command('Run Step Locally');
    await give('learning-rate', '.002');
    await give('training-set', 's3://my bucket/$HOME');
    await row('Run').click();
    const given = 'train.py|--learning-rate=.002|--training-set=s3://my bucket/$HOME';
    await holds('the step ran', () => read('argv.txt') === given || read('argv.txt'));
  },
  async 'without vh a run on Valohai says how to get it'() {
    await window.open('train.py');
    await window.command('Run Step on Valohai');
    await toast('pipx install valohai-cli').waitFor();
    await clear();
  },
  async 'before a run on Valohai an update is offered'() {
    program('vh', `printf '%s|' "$@" >> '${join(folder, 'vh.txt')}'`);
    await window.open('train.py');
    await window.command('Run Step on Valohai');
    await press('valohai.yaml is out of date', 'Update and Run');
    await holds('vh was called', () => read('vh.txt').endsWith('execution|run|--adhoc|train|'));
    if (!read('valohai.yaml').includes('- name: epochs')) throw new Error('valohai.yaml was not updated and saved');
  },
  async 'a server that dies again and again is given up, until a button starts it'() {
    await window.open('train.py');
    const killed = new Set();
    while (killed.size < DEAD_FOR_SURE) {
      await holds('a server runs', () => servers().some((pid) => !killed.has(pid)));
      for (const pid of servers()) {
        if (!killed.has(pid)) process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
    }
    await press('ended five times', 'Restart');
    await holds('a server runs again', () => servers().length === 1);
  },
  async 'a Python that is too old is named with its version'() {
    const old = program('old-python', 'echo 3 8 18');
    machineSettings({ 'valohai-steps.interpreter': old });
    await toast('it is Python 3.8.18, and the server needs 3.10 or newer').waitFor();
    await clear();
  },
  async 'a Python that is not there is named'() {
    machineSettings({ 'valohai-steps.interpreter': join(programs, 'no-python') });
    await toast('there is no such program').waitFor();
    await clear();
  },
  async 'where the environment has no valohai-steps, the bundled one runs'() {
    machineSettings({ 'valohai-steps.importStrategy': 'environment' });
    await toast('has no valohai-steps').waitFor();
    await holds('the bundled server runs', () => servers().length === 1);
    // Not before it has loaded all its parts: the next state takes some away.
    await page.locator('.codelens-decoration a', { hasText: 'run locally' }).first().waitFor();
    await clear();
  },
  async 'a bundle with a missing part is named once, with buttons'() {
    const extension = readdirSync(profile.extensions).find((name) => name.startsWith('valohai-steps.'));
    renameSync(join(profile.extensions, extension, 'bundled/libs/pygls'), join(root, 'pygls'));
    machineSettings({});
    await toast("No module named 'pygls'").waitFor();
    const others = await page.locator('.notification-toast').allInnerTexts();
    if (others.length !== 1) throw new Error(`more than one message: ${others}`);
    await press("No module named 'pygls'", 'Show Logs');
    await page.locator('.output-view-container, .output-view').first().waitFor();
  },
};

function logs() {
  const files = readdirSync(profile.data, { recursive: true }).filter((name) => /(Valohai.*)\.log$/i.test(name));
  return files.map((name) => `--- ${name}\n${readFileSync(join(profile.data, name), 'utf8').slice(-6000)}`).join('\n');
}

const keep = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  await reach(states, { keep, outside: () => window.outside, logs });
} finally {
  await browser.close();
  await vscode.stop();
}
