/** Asking what to run with: the defaults, or other values, each checked as it is typed. */
import * as vscode from 'vscode';

import { label, type Override, type Run } from './shell';
import { expected, inOrder, inputPrompt, listed, parameterPrompt, problem, stillGood } from './values';

type Choice = vscode.QuickPickItem & { readonly override?: Override; readonly reset?: boolean };
type Value = vscode.QuickPickItem & { readonly value: string };

const BROWSE = Symbol('browse');

/** The values a person gives, by name; undefined when they change their mind. They begin with those of the last run. */
export async function askOverrides(run: Run, memory: vscode.Memento): Promise<ReadonlyMap<string, string> | undefined> {
  const key = `run:${vscode.workspace.asRelativePath(run.file)}:${run.step}`;
  const given = stillGood(memory.get<Record<string, unknown>>(key, {}), run.overrides);
  for (;;) {
    const picked = await vscode.window.showQuickPick(choices(run, given), {
      title: `Run step '${run.step}'`,
      placeHolder: 'Press Enter to run, or pick a value to change',
      ignoreFocusOut: true,
    });
    if (picked === undefined) {
      return undefined;
    }
    if (picked.reset === true) {
      given.clear();
    } else if (picked.override === undefined) {
      const missing = run.overrides.find((each) => problem(each, given.get(each.name) ?? '') !== undefined);
      if (missing === undefined) {
        await memory.update(key, Object.fromEntries(given));
        return given;
      }
      await askValue(run, missing, given);
    } else {
      await askValue(run, picked.override, given);
    }
  }
}

function choices(run: Run, given: ReadonlyMap<string, string>): Choice[] {
  const changed = [...given].map(([name, value]) => `--${name}=${value}`).join(' ');
  const reset: Choice[] = given.size > 0 ? [{ label: '$(discard) Use the defaults', reset: true }] : [];
  return [
    { label: '$(play) Run', description: changed === '' ? 'with the defaults' : changed },
    ...inOrder(run.overrides).map((override) => choice(override, given)),
    ...reset,
  ];
}

function choice(override: Override, given: ReadonlyMap<string, string>): Choice {
  const type = override.kind === 'input' ? 'input' : expected(override);
  const description = given.has(override.name) ? `${type}, changed` : type;
  return { label: label(override, given), description, detail: override.description ?? '', override };
}

async function askValue(run: Run, override: Override, given: Map<string, string>): Promise<void> {
  const value = await (override.kind === 'input' ? askInput(run, override, given) : askParameter(override, given));
  if (value === '' || value === override.default) {
    given.delete(override.name);
  } else if (value !== undefined) {
    given.set(override.name, value);
  }
}

async function askParameter(override: Override, given: ReadonlyMap<string, string>): Promise<string | undefined> {
  const current = given.get(override.name) ?? override.default ?? '';
  const values = listed(override);
  if (values !== undefined) {
    const items: Value[] = values.map((value) => ({
      label: value,
      description: [value === override.default ? 'default' : '', value === current ? 'now' : '']
        .filter((each) => each !== '')
        .join(', '),
      value,
    }));
    // The one that counts now comes first: Enter keeps it.
    items.sort((one, other) => Number(other.value === current) - Number(one.value === current));
    const picked = await vscode.window.showQuickPick(items, {
      title: `--${override.name}`,
      placeHolder: override.description ?? expected(override),
    });
    return picked?.value;
  }
  return vscode.window.showInputBox({
    title: `--${override.name}`,
    prompt: parameterPrompt(override),
    value: current,
    validateInput: (value) => problem(override, value),
    ignoreFocusOut: true,
  });
}

/** A URL or a path: typed, or found on the disk. */
async function askInput(run: Run, override: Override, given: ReadonlyMap<string, string>): Promise<string | undefined> {
  const typed = await typeInput(override, given.get(override.name) ?? override.default ?? '');
  if (typed !== BROWSE) {
    return typed;
  }
  const found = await vscode.window.showOpenDialog({
    title: `--${override.name}`,
    defaultUri: vscode.Uri.file(run.folder),
    canSelectFiles: true,
    canSelectFolders: process.platform === 'darwin', // elsewhere a dialog takes one kind alone
    openLabel: 'Use',
  });
  return found?.[0]?.fsPath;
}

/**
 * What is typed, or `BROWSE`. A box, no list: a list hears of a key a moment after it was pressed, and Enter right after
 * typing would take the item that was there before.
 */
function typeInput(override: Override, current: string): Promise<string | typeof BROWSE | undefined> {
  const box = vscode.window.createInputBox();
  box.title = `--${override.name}`;
  box.prompt = inputPrompt(override);
  box.placeholder = 'URL or path';
  box.value = current;
  box.valueSelection = [0, current.length];
  box.ignoreFocusOut = true;
  box.buttons = [{ iconPath: new vscode.ThemeIcon('folder-opened'), tooltip: 'Browse...' }];
  return new Promise((resolve) => {
    const take = (value: string | typeof BROWSE | undefined): void => {
      resolve(value);
      box.hide();
    };
    box.onDidTriggerButton(() => take(BROWSE));
    box.onDidAccept(() => take(box.value.trim()));
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}
