/** Running a step: here in a terminal, or on Valohai through `vh`. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { chosenInterpreter, isThere } from './probe';
import { fileOf } from './documents';
import { commandLine, label, Override, quoted, Run } from './shell';

/** Ask for overrides, then run the step in a terminal. */
export async function runLocally(client: Client, argument: unknown, step: unknown): Promise<void> {
  const uri = fileOf(argument);
  const run = uri && (await client.execute<Run | null>('valohai-steps.runCommand', uri.toString(), step ?? null));
  if (uri === undefined || run === undefined || run === null || !(await vscode.workspace.saveAll(false))) {
    return;
  }
  const given = await askOverrides(run);
  if (given !== undefined) {
    const python = (await chosenInterpreter(uri)) ?? (process.platform === 'win32' ? 'python' : 'python3');
    inTerminal(`Valohai: ${run.step}`, run.folder, commandLine(python, run.file, given, process.platform));
  }
}

/** Run the step on Valohai, when the vendor's command line is there. */
export async function runOnValohai(client: Client, argument: unknown, step: unknown): Promise<void> {
  const uri = fileOf(argument);
  const run = uri && (await client.execute<Run | null>('valohai-steps.runCommand', uri.toString(), step ?? null));
  if (run === undefined || run === null) {
    return;
  }
  if (!(await isThere('vh'))) {
    const copy = 'Copy Command';
    const message = 'Valohai: `vh` is not on the PATH. Install it with `pipx install valohai-cli`, then `vh login`.';
    if ((await vscode.window.showWarningMessage(message, copy)) === copy) {
      await vscode.env.clipboard.writeText(run.vh);
    }
    return;
  }
  await vscode.workspace.saveAll(false);
  inTerminal(`Valohai: ${run.step}`, run.folder, run.vh);
}

/** Put the command line of a step on the clipboard. */
export async function copyCommand(client: Client, argument: unknown, step: unknown): Promise<void> {
  const uri = fileOf(argument);
  const run = uri && (await client.execute<Run | null>('valohai-steps.runCommand', uri.toString(), step ?? null));
  if (run !== undefined && run !== null) {
    await vscode.env.clipboard.writeText(run.command);
    vscode.window.setStatusBarMessage(`Copied: ${run.command}`, 5_000);
  }
}

type Choice = vscode.QuickPickItem & { readonly override?: Override };

/** The values a person gives, by name; undefined when they change their mind. */
async function askOverrides(run: Run): Promise<ReadonlyMap<string, string> | undefined> {
  const given = new Map<string, string>();
  for (;;) {
    const choices: Choice[] = [
      { label: '$(play) Run', description: [...given].map(([name, value]) => `--${name}=${value}`).join(' ') },
      ...run.overrides.map((override) => choice(override, given)),
    ];
    const picked = await vscode.window.showQuickPick(choices, {
      title: `Run ${run.step}`,
      placeHolder: 'Run, or choose what to override first',
    });
    if (picked === undefined) {
      return undefined;
    }
    if (picked.override === undefined) {
      return given;
    }
    await askValue(picked.override, given);
  }
}

function choice(override: Override, given: ReadonlyMap<string, string>): Choice {
  const description = given.has(override.name) ? '(overridden)' : (override.type ?? override.kind);
  return { label: label(override, given), description, detail: override.description ?? '', override };
}

async function askValue(override: Override, given: Map<string, string>): Promise<void> {
  const value = await vscode.window.showInputBox({
    title: `--${override.name}`,
    prompt: override.description ?? `${override.type ?? override.kind}; empty: the default`,
    value: given.get(override.name) ?? override.default ?? '',
  });
  if (value === '' || value === override.default) {
    given.delete(override.name);
  } else if (value !== undefined) {
    given.set(override.name, value);
  }
}

function inTerminal(name: string, folder: string, command: string): void {
  const known = vscode.window.terminals.find((each) => each.name === name && each.exitStatus === undefined);
  const terminal = known ?? vscode.window.createTerminal({ name, cwd: folder });
  terminal.show();
  if (known !== undefined) {
    terminal.sendText(`cd ${quoted(folder, process.platform)}`);
  }
  terminal.sendText(command);
}
