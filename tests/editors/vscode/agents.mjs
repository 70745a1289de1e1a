// What coding agents get in a real VS Code: the tools that read, called as a language model calls them, of what is open; and the
// server that can also update, started by a person from the list of MCP servers. Started by test_agents.py.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';

import { install, makeProfile, openBrowser, poll, processesUnder, start } from './launch.mjs';
import { reach } from './states.mjs';
import { openWindow } from './window.mjs';

const {
  VALOHAI_ROOT: root,
  VALOHAI_FOLDER: folder,
  VALOHAI_OTHERS: others,
  VALOHAI_PICTURES: pictures,
  VALOHAI_PYTHON: python,
} = process.env;
const MANIFEST = JSON.parse(readFileSync(process.env.VALOHAI_MANIFEST, 'utf8'));

mkdirSync(pictures, { recursive: true });
const profile = makeProfile(root, { path: process.env.VALOHAI_PATH, settings: { 'chat.disableAIFeatures': false } });
for (const vsix of process.env.VALOHAI_VSIX.split(':')) install(profile, vsix);
const vscode = await start(profile);
const browser = await openBrowser();
const window = await openWindow(browser, vscode);
const { page } = window;

const row = (text) => page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
const onDisk = (name) => readFileSync(join(folder, name), 'utf8');
const said = (answer, words) => answer.text?.includes(words) || JSON.stringify(answer);

// The tool of the MCP server that writes: VS Code puts the name of the server in front.
const isUpdate = ({ name }) => /^mcp_.*(?<!preview)_update$/.test(name);

async function says(tool, input, words) {
  await poll(`${tool} says ${words}`, async () => said(await window.call(tool, input), words));
}

async function servers() {
  await window.command('MCP: List Servers');
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
}

const states = {
  async 'a tool starts the server where only another YAML file is open'() {
    await window.openFolder(others);
    await window.open('notes.yaml');
    await poll('the extension is there', async () => (await window.state()).active.includes('valohai-steps.valohai-steps'));
    if (processesUnder(vscode.pid, 'start.py').length > 0) throw new Error('a server runs');
    await says('valohai_explain_rule', { code: 'VH202' }, 'VH202');
  },
  async 'the tools that read are there, as they are described'() {
    await window.openFolder(folder);
    const wanted = MANIFEST.contributes.languageModelTools.map(({ name, modelDescription, inputSchema, tags }) => ({
      ...{ name, description: modelDescription },
      ...{ inputSchema, tags },
    }));
    await poll('the tools are there', async () => {
      const found = (await window.tools()).filter(({ name }) => name.startsWith('valohai_'));
      const byName = (one, other) => one.name.localeCompare(other.name);
      return isDeepStrictEqual(found.sort(byName), wanted.sort(byName)) || found;
    });
  },
  async 'a tool answers of what is open, saved or not'() {
    await window.open('train.py');
    await says('valohai_check', {}, "parameter 'epochs' is missing from valohai.yaml");
    await window.change('train.py', '0.001', '0.125');
    await says('valohai_describe_step', { step: 'train' }, '0.125');
    await says('valohai_preview_update', { paths: ['train.py'] }, '0.125');
    if (onDisk('train.py').includes('0.125')) throw new Error('it was saved');
  },
  async 'each tool that reads answers'() {
    await says('valohai_explain_rule', { code: 'VH202' }, 'VH202');
    await says('valohai_schema_of', { object: 'step' }, 'image');
    await poll('there is no graph', async () =>
      (await window.call('valohai_graph', {})).error?.includes('no pipeline in any valohai.yaml'),
    );
  },
  async 'a refusal is an error, in the words of the command line'() {
    await poll('a path outside is refused', async () => {
      const { error } = await window.call('valohai_check', { paths: ['../outside.py'] });
      return error?.includes('outside of the workspace') || `${error}`;
    });
    await window.undo(['train.py']);
  },
  async 'a Python without the package mcp gives agents no server'() {
    await servers();
    if ((await row('Valohai Steps').count()) > 0) throw new Error('it is listed');
    await page.keyboard.press('Escape');
  },
  async 'with the package the server is listed, and starts'() {
    writeFileSync(join(profile.data, 'Machine', 'settings.json'), JSON.stringify({ 'valohai-steps.interpreter': python }));
    await poll('it is listed', async () => {
      await servers();
      const listed = await row('Valohai Steps')
        .waitFor({ timeout: 3_000 })
        .then(
          () => true,
          () => page.locator('.quick-input-list').allInnerTexts(),
        );
      if (listed !== true) await page.keyboard.press('Escape');
      return listed;
    });
    await row('Valohai Steps').click();
    await row('Start Server').click();
    await poll('it runs', () => processesUnder(vscode.pid, 'mcp\0--root').length === 1 || 'no process');
    await poll('its tools are there', async () => {
      const found = await window.tools();
      return found.some(isUpdate) || found.map(({ name }) => name);
    });
  },
  async 'VS Code asks before its update, which then writes valohai.yaml'() {
    const { name } = (await window.tools()).find(isUpdate);
    const called = window.call(name, { paths: ['train.py'] });
    await page.locator('.monaco-dialog-box', { hasText: 'Update valohai.yaml from Python' }).waitFor();
    await page.screenshot({ path: join(pictures, 'asked.png') });
    if (onDisk('valohai.yaml').includes('name: epochs')) throw new Error('written without being asked');
    await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Yes' }).click();
    const answer = await called;
    if (!onDisk('valohai.yaml').includes('name: epochs')) throw new Error(JSON.stringify(answer));
    await says('valohai_preview_update', { paths: ['train.py'] }, 'up to date');
  },
};

const keep = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  await reach(states, { keep, outside: () => window.outside });
} finally {
  await browser.close();
  await vscode.stop();
}
