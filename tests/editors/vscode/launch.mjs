// A real VS Code (code-server) with a throw-away profile, on a free port of the loopback interface, and its browser.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { addressesOutside } from './states.mjs';

const { VALOHAI_STEPS_EDITORS: editors } = process.env;
const NODE = join(editors, 'node/current/bin/node');
const CODE_SERVER = join(editors, 'code-server/node_modules/code-server/out/node/entry.js');
const { chromium } = createRequire(join(editors, 'playwright/'))('playwright-core');

// Nothing that moves, asks, phones home or opens by itself.
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.editor.enablePreview': false,
  'workbench.colorTheme': 'Default Light Modern',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  // What is typed is what stands there.
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.autoSurround': 'never',
  'files.autoSave': 'off',
  'files.hotExit': 'off',
  'terminal.integrated.gpuAcceleration': 'off', // its text is then text in the page
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};

const PLAIN = Object.fromEntries(
  ['telemetry.telemetryLevel', 'workbench.startupEditor', 'workbench.secondarySideBar.defaultVisibility']
    .concat(['chat.disableAIFeatures', 'extensions.autoCheckUpdates', 'extensions.ignoreRecommendations', 'git.enabled'])
    .concat(['editor.minimap.enabled', 'terminal.integrated.gpuAcceleration', 'files.autoSave'])
    .map((name) => [name, SETTINGS[name]]),
);

// A port of the loopback interface that nobody listens on.
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// How long what a person would see may take, in milliseconds, when much else runs on the machine.
export const PATIENCE = 60_000;

export async function poll(what, condition, milliseconds = PATIENCE) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const seen = await condition();
    if (seen === true) return;
    if (Date.now() > end) throw new Error(`${what}; seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// `path` is the PATH of the editor and so of the server: what a user has.
// With `plain` the settings are those of VS Code on a desktop, where somebody has set nothing, but for what would phone
// home: in a browser VS Code saves by itself after a delay, and a test of Ctrl+S would test nothing.
export function makeProfile(root, { path, settings = {}, plain = false }) {
  const profile = { root, path };
  for (const name of ['data', 'extensions', 'home', 'probe']) {
    profile[name] = join(root, name);
    mkdirSync(profile[name], { recursive: true });
  }
  mkdirSync(join(profile.data, 'User'), { recursive: true });
  writeFileSync(join(root, 'config.yaml'), 'auth: none\n');
  writeFileSync(join(profile.data, 'User', 'settings.json'), JSON.stringify({ ...(plain ? PLAIN : SETTINGS), ...settings }));
  // Of a machine's scope: in the settings of the user it is not looked at here.
  mkdirSync(join(profile.data, 'Machine'), { recursive: true });
  const machine = { 'workbench.welcomePage.walkthroughs.openOnInstall': plain };
  writeFileSync(join(profile.data, 'Machine', 'settings.json'), JSON.stringify(machine));
  return profile;
}

const environment = (profile) => ({
  PATH: profile.path,
  HOME: profile.home,
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  PROBE: profile.probe,
  // Whoever asks a registry finds nobody.
  EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: 'http://127.0.0.1:9/', itemUrl: '', resourceUrlTemplate: '' }),
  PIP_INDEX_URL: 'http://127.0.0.1:9/',
});

const options = (profile) => [
  ...['--config', join(profile.root, 'config.yaml')],
  ...['--user-data-dir', profile.data, '--extensions-dir', profile.extensions],
];

export function install(profile, vsix) {
  const done = spawnSync(NODE, [CODE_SERVER, ...options(profile), '--install-extension', vsix], {
    env: environment(profile),
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`not installed: ${vsix}\n${done.stdout}${done.stderr}`);
}

// Starts VS Code; `stop()` ends it and all that it started.
export async function start(profile, { trust = true } = {}) {
  const port = await freePort();
  const log = openSync(join(profile.root, 'code-server.log'), 'a');
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check'];
  flags.push('--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened');
  if (trust) flags.push('--disable-workspace-trust');
  const child = spawn(NODE, [CODE_SERVER, ...options(profile), ...flags], {
    env: environment(profile),
    stdio: ['ignore', log, log],
    detached: true, // a process group of its own, which can be ended as one
  });
  const url = `http://127.0.0.1:${port}`;
  await poll('code-server starts', async () => {
    if (child.exitCode !== null) throw new Error(`code-server ended: see ${profile.root}`);
    return fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    process.kill(-child.pid, 'SIGTERM');
    await ended;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // the group is gone already
    }
  };
  return { url, pid: child.pid, profile, trust, stop };
}

export const openBrowser = () =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });

// A page of a new context; `outside` fills with the addresses asked for that are not of this machine.
export async function openPage(browser, size) {
  const context = await browser.newContext({ viewport: size });
  const outside = addressesOutside(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('dialog', (dialog) => dialog.accept()); // leaving a page with unsaved files
  return { page, outside };
}

// The processes under `pid`, however deep, whose command line has `words`.
export function processesUnder(pid, words) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(/^\d+ \(.*\) \S+ (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))[1]);
        return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
      } catch (error) {
        if (error.code === 'ENOENT' || error.code === 'ESRCH') return []; // it ended meanwhile
        throw error;
      }
    });
  const below = new Set([pid]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const item of all) if (below.has(item.parent)) below.add(item.pid);
  }
  return all.filter((item) => below.has(item.pid) && item.command.includes(words)).map((item) => item.pid);
}
