// Goes through the scenario files it is given in a real VS Code, with the .vsix that users install; started by
// test_vscode.py. Says for each state, in one line of JSON, whether it holds; stops at the first that does not.
import { isDeepStrictEqual } from 'node:util';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { install, makeProfile, openBrowser, poll, processesUnder, start } from './launch.mjs';
import { reach } from './states.mjs';
import { openWindow } from './window.mjs';

const { VALOHAI_PROJECTS: projects, VALOHAI_WORKSPACES: workspaces, VALOHAI_PICTURES: pictures } = process.env;
const SERVER = 'bundled/start.py';

const states = process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).states);
mkdirSync(pictures, { recursive: true });

const browser = await openBrowser();
const running = []; // every VS Code that was started; one with a profile of its own for folders that are not trusted
let vscode, window, page;

async function startVSCode(trust) {
  await page?.close();
  const profile = makeProfile(join(process.env.VALOHAI_ROOT, trust ? 'trusting' : 'careful'), {
    path: process.env.VALOHAI_PATH,
    settings: { 'terminal.integrated.env.linux': { PYTHONPATH: process.env.VALOHAI_RUNTIME } },
  });
  for (const vsix of process.env.VALOHAI_VSIX.split(':')) install(profile, vsix);
  vscode = await start(profile, { trust });
  running.push(vscode);
  window = await openWindow(browser, vscode);
  ({ page } = window);
}

async function openFolder({ name, trusted = true }) {
  if (vscode?.trust !== trusted) await startVSCode(trusted);
  await window.openFolder(join(workspaces, name));
}

// Lines that came and went between a fixture and the file on disk, as far as they differ.
function difference(file) {
  const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);
  const before = read(join(projects, window.folder.split('/').at(-1), file));
  const after = read(join(window.folder, file));
  if (before.length === 0 && after.at(-1) === '') after.pop(); // the line end of a new file is no line
  while (before.length && after.length && before[0] === after[0]) before.shift(), after.shift();
  while (before.length && after.length && before.at(-1) === after.at(-1)) before.pop(), after.pop();
  return { removed: before, added: after };
}

const seen = (holds, what) => holds || what;

const actions = {
  folder: openFolder,
  trust: () => window.trust(),
  open: ({ file }) => window.open(file),
  change: ({ file, from, to }) => window.change(file, from, to),
  fix: ({ file, at, title }) => window.fix(file, at, title),
  command: ({ title }) => window.command(title),
  press: ({ keys }) => page.keyboard.press(keys),
  hover: ({ file, at }) => window.hover(file, at),
  lens: ({ file, title }) => window.clickLens(file, title),
  complete: ({ file, behind, typed, item }) => window.complete(file, behind, typed, item),
  confirm: () => window.confirm(),
  status: () => page.locator('[id="status.languageStatus"]').click(),
  run: ({ file, override, value }) => window.runStep(file, override, value),
  walkthrough: ({ title }) => window.openWalkthrough(title),
  settings: ({ are }) => window.writeSettings(are),
  rename: ({ file, at, to }) => window.rename(file, at, to),
  undo: ({ files }) => window.undo(files),
  save: () => window.save(),
  async update({ file }) {
    await window.open(file);
    await window.command('Update valohai.yaml from This File');
  },
  // From outside, as a crash does.
  async kill() {
    const servers = processesUnder(vscode.pid, SERVER);
    if (servers.length !== 1) throw new Error(`${servers.length} servers run`);
    process.kill(servers[0], 'SIGKILL');
    await poll('another server runs', () => {
      const now = processesUnder(vscode.pid, SERVER);
      return seen(now.length === 1 && now[0] !== servers[0], now);
    });
  },
  async leave() {
    await page.close();
    await poll('no server runs', () => {
      const left = running.flatMap(({ pid }) => processesUnder(pid, SERVER));
      return seen(left.length === 0, left);
    });
  },
};

const conditions = {
  async findings({ file, are }) {
    const found = ((await window.state()).findings[file] ?? []).map(({ code, text }) => [code, text]);
    return seen(isDeepStrictEqual(found, are), found);
  },
  async text({ file, has = '', lacks }) {
    const text = await window.text(file);
    return seen(text !== undefined && text.includes(has) && !(lacks && text.includes(lacks)), text);
  },
  async seen({ file, what, has = '' }) {
    if (file) await window.look(file);
    const all = (file ? window.editor(file) : page).locator(SIGHTS[what]);
    const texts = (await all.allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' '));
    return seen(texts.some((text) => text.includes(has)), texts);
  },
  present: ({ file }) => existsSync(join(window.folder, file)),
  absent: ({ file }) => seen(!existsSync(join(window.folder, file)), `${file} is there`),
  disk({ file, ends }) {
    const text = window.onDisk(file);
    return seen(text.endsWith(`\n${ends.join('\n')}`), text);
  },
  saved({ file, removed, added }) {
    const found = difference(file);
    return seen(isDeepStrictEqual(found, { removed, added }), found);
  },
};

// What is on the screen, not only in the model of VS Code.
const SIGHTS = {
  error: '.squiggly-error',
  warning: '.squiggly-warning',
  lens: '.codelens-decoration a, .codelens-decoration span',
  'cell lens': '.notebook-editor .codelens-decoration',
  hint: '.view-line',
  problem: '.markers-panel .monaco-list-row',
  hover: '.monaco-hover:visible',
  walkthrough: '.gettingStartedContainer',
  restricted: '.statusbar-item:has-text("Restricted Mode")',
  message: '.notification-toast',
  status: '.hover-language-status',
  difference: '.monaco-diff-editor .view-lines',
  terminal: '.xterm-rows',
  question: '.monaco-dialog-box',
};

async function run(step) {
  if (step.do) await actions[step.do](step);
  else await poll(JSON.stringify(step), () => conditions[step.expect](step));
}

const kept = new Set();

// A picture of a state, before it is tidied up; where it does not hold, of how far it came.
async function keep(name, failed) {
  if (page === undefined || page.isClosed() || (kept.has(name) && !failed)) return;
  kept.add(name);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

async function reachState({ steps }, name) {
  const last = steps.findLastIndex((step) => step.expect);
  for (const [place, step] of steps.entries()) {
    await run(step);
    if (place === last) await keep(name, false);
  }
}

function logs() {
  const { data } = vscode.profile;
  const files = readdirSync(data, { recursive: true }).filter((name) => /(remoteexthost|Valohai.*)\.log$/i.test(name));
  return files.map((name) => `--- ${name}\n${readFileSync(join(data, name), 'utf8').slice(-4000)}`).join('\n');
}

const here = states.filter((state) => !state.pending && (state.only ?? 'vscode') === 'vscode' && !state.except?.vscode);

try {
  const named = here.map((state) => [state.name, (name) => reachState(state, name)]);
  await reach(Object.fromEntries(named), { keep, outside: () => window?.outside ?? [], logs });
} finally {
  await browser.close();
  for (const each of running) await each.stop();
}
