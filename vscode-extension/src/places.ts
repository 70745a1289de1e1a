/** Where Pythons are found on a disk. */
import * as path from 'node:path';

const FOLDERS = ['.venv', 'venv'];

/** The Python of a virtual environment. */
export function pythonIn(environment: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? path.join(environment, 'Scripts', 'python.exe') : path.join(environment, 'bin', 'python');
}

/** Where virtual environments may be, from `folder` upwards to `top`, the nearest first. */
export function environmentsAbove(folder: string, top: string): string[] {
  const found: string[] = [];
  for (let place = folder; ; place = path.dirname(place)) {
    found.push(...FOLDERS.map((name) => path.join(place, name)));
    const inside = path.relative(top, place);
    if (inside === '' || inside.startsWith('..') || path.dirname(place) === place) {
      return found;
    }
  }
}

/** Whether a file is called like a Python: `python`, `python3.12`, `python.exe`. */
export function isPythonName(name: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^python(3(\.\d+)?)?\.exe$/i.test(name) : /^python(3(\.\d+)?)?$/.test(name);
}

/** Folders in which Pythons are installed, besides those of the PATH. `list` tells the names in a folder. */
export async function installations(
  home: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  list: (folder: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const onPath = (environment['PATH'] ?? environment['Path'] ?? '')
    .split(platform === 'win32' ? ';' : ':')
    .filter((each) => each !== '');
  if (platform === 'win32') {
    const programs = path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Programs', 'Python');
    return [...onPath, ...(await list(programs)).map((name) => path.join(programs, name))];
  }
  const versions = path.join(environment['PYENV_ROOT'] ?? path.join(home, '.pyenv'), 'versions');
  const pyenv = (await list(versions)).map((name) => path.join(versions, name, 'bin'));
  return [...onPath, '/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', ...pyenv];
}
