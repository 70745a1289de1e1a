/** The Python that a person's steps run with, and what is missing in it. */
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';

import { environmentsAbove, pythonIn } from './places';
import { ask, chosenInterpreter } from './probe';

/** The interpreter of a folder in the workspace: the Python extension's choice, else an environment beside the code
 * or around VS Code itself, else the one on the PATH. */
export async function projectPython(resource: vscode.Uri, folder: string): Promise<string> {
  const chosen = await chosenInterpreter(resource).catch(() => undefined); // that extension has messages of its own
  if (chosen !== undefined) {
    return chosen;
  }
  const top = vscode.workspace.getWorkspaceFolder(resource)?.uri.fsPath ?? folder;
  const active = process.env['VIRTUAL_ENV'];
  const environments = [...environmentsAbove(folder, top), ...(active === undefined ? [] : [active])];
  for (const environment of environments) {
    const python = pythonIn(environment, process.platform);
    if (await isFile(python)) {
      return python;
    }
  }
  return process.platform === 'win32' ? 'python' : 'python3';
}

/** Of these modules, those that a Python cannot import from `folder`; an Error when it cannot be asked. None of them is
 * imported. */
export async function missingModules(
  python: string,
  folder: string,
  modules: readonly string[],
): Promise<readonly string[] | Error> {
  const program = 'import importlib.util as u, sys\nfor n in sys.argv[1:]:\n if u.find_spec(n) is None: print(n)';
  const answer = await ask(python, ['-c', program, ...modules], { cwd: folder, env: terminalEnvironment() });
  return answer instanceof Error ? answer : answer.split(/\s+/).filter((name) => name !== '');
}

/** The environment of a new terminal, as far as the settings make it another than ours. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  const platform = { win32: 'windows', darwin: 'osx' }[process.platform as string] ?? 'linux';
  const stated = vscode.workspace.getConfiguration('terminal.integrated.env').get<Record<string, unknown>>(platform, {});
  const texts = Object.entries(stated).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { ...process.env, ...Object.fromEntries(texts) };
}

/** The path as people write it: as seen from the workspace, where it lies in it. */
export function shortName(python: string): string {
  return path.isAbsolute(python) ? vscode.workspace.asRelativePath(python, false) : python;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
