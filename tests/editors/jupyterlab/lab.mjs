// A real JupyterLab with jupyterlab-lsp, its own home and a free port of the loopback interface.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, poll } from '../vscode/launch.mjs';

const { VALOHAI_STEPS_EDITORS: editors, VALOHAI_ROOT: root, VALOHAI_WHEELS: wheels } = process.env;

const SETTINGS = join(root, 'home/.jupyter/lab/user-settings/@jupyterlab');

// What a person has set: no news.
function makeHome() {
  mkdirSync(join(SETTINGS, 'apputils-extension'), { recursive: true });
  writeFileSync(join(SETTINGS, 'apputils-extension/notification.jupyterlab-settings'), '{"fetchNews": "false", "checkForUpdates": false}');
}

// Starts JupyterLab over `folder`; `stop()` ends it and all that it started. The wheels of the server and of the extension are
// unpacked beside the environment, which is shared: so each test run sees its own.
export async function startLab(folder) {
  makeHome();
  const port = await freePort();
  const log = openSync(join(root, 'jupyterlab.log'), 'a');
  const python = join(editors, 'jupyterlab/bin/python');
  const flags = ['--no-browser', '--ip=127.0.0.1', `--port=${port}`, '--ServerApp.port_retries=0', `--ServerApp.root_dir=${folder}`];
  flags.push('--IdentityProvider.token=', '--ServerApp.password=', '--allow-root', '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate');
  const child = spawn(python, ['-m', 'jupyterlab', ...flags], {
    cwd: folder,
    env: {
      PATH: `${join(editors, 'jupyterlab/bin')}:/usr/bin:/bin`,
      HOME: join(root, 'home'),
      LANG: 'C.UTF-8',
      JUPYTER_PATH: join(wheels, 'share/jupyter'),
      PYTHONPATH: wheels,
      PIP_INDEX_URL: 'http://127.0.0.1:9/',
    },
    stdio: ['ignore', log, log],
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = () => fetch(`${url}/api/status`).then((response) => response.ok, () => false);
  await poll(
    'JupyterLab starts',
    async () => {
      if (child.exitCode !== null) throw new Error(`JupyterLab ended: see ${root}`);
      return answers();
    },
    90_000,
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  return { url, stop };
}
