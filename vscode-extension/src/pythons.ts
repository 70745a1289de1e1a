/** The Pythons of this machine, for a person to choose the one that runs the language server. */
import { readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Client } from './client';
import { unsuitable } from './interpreter';
import { environmentsAbove, installations, isPythonName, pythonIn } from './places';
import { knownInterpreters, probe } from './probe';
import { own, SECTION } from './settings';

type Item = vscode.QuickPickItem & { readonly python?: string; readonly browse?: boolean };

/** The setting changes, and that restarts the server; the same Python again is a wish to try once more. */
export async function selectPython(client: Client): Promise<void> {
  const picked = await vscode.window.showQuickPick(items(), {
    title: 'Select Python for the Language Server',
    placeHolder: 'It runs the language server only; your code may use any Python',
    matchOnDescription: true,
  });
  const python = picked?.browse === true ? await browse() : picked?.python;
  if (python === undefined) {
    return;
  }
  if (python === own('interpreter', '')) {
    await client.restart();
  } else {
    const setting = python === '' ? undefined : python;
    await vscode.workspace.getConfiguration(SECTION).update('interpreter', setting, vscode.ConfigurationTarget.Global);
  }
}

async function browse(): Promise<string | undefined> {
  const found = await vscode.window.showOpenDialog({
    title: 'Python 3.10 or newer',
    canSelectMany: false,
    openLabel: 'Use This Python',
  });
  return found?.[0]?.fsPath;
}

async function items(): Promise<Item[]> {
  const current = own('interpreter', '');
  const found = await Promise.all((await pythons()).map((python) => itemOf(python, current)));
  const usable = found.filter((item) => item !== undefined);
  return [
    ...usable.sort((one, other) => Number(one.python === undefined) - Number(other.python === undefined)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(sparkle) Automatic', description: 'the Python extension\u2019s choice, else the one on the PATH', python: '' },
    { label: '$(folder-opened) Browse...', browse: true },
  ];
}

/** Undefined for what does not answer. One that cannot run the server is shown with the reason, and cannot be chosen. */
async function itemOf(python: string, current: string): Promise<Item | undefined> {
  const version = await probe([python]);
  if (version instanceof Error) {
    return undefined;
  }
  const why = unsuitable(version, own<string>('importStrategy', 'bundled') === 'bundled');
  const label = `Python ${version.join('.')}`;
  return why === undefined
    ? { label: python === current ? `$(check) ${label}` : label, description: python, python }
    : { label: `$(circle-slash) ${label}`, description: python, detail: `Cannot be used: ${why}` };
}

/** Those of environments, and each installed one once, by the name that it is found under first. */
async function pythons(): Promise<string[]> {
  const found = new Map<string, string>();
  for (const python of await ofEnvironments()) {
    found.set(python, python);
  }
  for (const python of await installed()) {
    const real = await realpath(python).catch(() => undefined);
    if (real !== undefined && !found.has(real)) {
      found.set(real, python);
    }
  }
  return [...found.values()];
}

/** They may lie in the workspace: nothing of that is run before it is trusted. */
async function ofEnvironments(): Promise<string[]> {
  if (!vscode.workspace.isTrusted) {
    return [];
  }
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const beside = folders.flatMap((folder) => environmentsAbove(folder, folder)).map((each) => pythonIn(each, process.platform));
  return [...beside, ...(await knownInterpreters().catch(() => []))];
}

async function installed(): Promise<string[]> {
  const { platform, env } = process;
  const found: string[] = [];
  for (const folder of await installations(homedir(), env, platform, names)) {
    found.push(...(await names(folder)).filter((name) => isPythonName(name, platform)).map((name) => path.join(folder, name)));
  }
  return found;
}

function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
