/** Running a step: here in a terminal, or on Valohai through `vh`. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { fileOf } from './documents';
import { chosenInterpreter, isThere } from './probe';
import { commandLine, label, localRun, type Override, type Run, remoteRun, shellOf } from './shell';
import { updateAndReveal } from './update';

/** Ask for overrides, then run the step in a terminal. */
export async function runLocally(client: Client, argument: unknown, step: unknown): Promise<void> {
  const uri = fileOf(argument);
  const run = uri && (await howToRun(client, uri, step));
  if (uri === undefined || run === undefined || !(await vscode.workspace.saveAll(false))) {
    return;
  }
  const given = run.overrides.length > 0 ? await askOverrides(run) : new Map<string, string>();
  if (given !== undefined) {
    const python = (await chosenInterpreter(uri)) ?? (process.platform === 'win32' ? 'python' : 'python3');
    inTerminal(run, localRun(python, run, given));
  }
}

/** Run the step on Valohai, when the vendor's command line is there. */
export async function runOnValohai(client: Client, argument: unknown, step: unknown): Promise<void> {
  const uri = fileOf(argument);
  const run = uri && (await howToRun(client, uri, step));
  if (uri === undefined || run === undefined) {
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
  if ((await isUpToDate(client, uri)) && (await vscode.workspace.saveAll(false))) {
    inTerminal(run, remoteRun(run.step));
  }
}

/** Put the command line of a step on the clipboard. */
export async function copyCommand(client: Client, argument: unknown, step: unknown): Promise<void> {
  const uri = fileOf(argument);
  const run = uri && (await howToRun(client, uri, step));
  if (run !== undefined) {
    await vscode.env.clipboard.writeText(run.command);
    vscode.window.setStatusBarMessage(`Copied: ${run.command}`, 5_000);
  }
}

/** How to run a step of a file, the first one or that of a name; the server says it when there is none. */
async function howToRun(client: Client, uri: vscode.Uri, step: unknown): Promise<Run | undefined> {
  const name = typeof step === 'string' ? step : null;
  return (await client.execute<Run | null>('valohai-steps.runCommand', uri.toString(), name)) ?? undefined;
}

/** Valohai runs what valohai.yaml says: a person decides when that is not what Python says. False: do not run. */
async function isUpToDate(client: Client, uri: vscode.Uri): Promise<boolean> {
  const state = await client.execute<{ changes: number; summary: string } | null>('valohai-steps.state', uri.toString());
  if (state === undefined || state === null || state.changes === 0) {
    return true;
  }
  const update = 'Update and Run';
  const run = 'Run As It Is';
  const message = `Valohai: valohai.yaml does not say what Python says (${state.summary}), and Valohai runs what it says.`;
  const answer = await vscode.window.showWarningMessage(message, update, run);
  if (answer === update) {
    return updateAndReveal(async () => (await client.execute('valohai-steps.updateFile', uri.toString())) === true);
  }
  return answer === run;
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

/** A terminal of its own for each run: what runs in an older one would read the line as its input. */
function inTerminal(run: Run, words: readonly string[]): void {
  const terminal = vscode.window.createTerminal({ name: `Valohai: ${run.step}`, cwd: run.folder });
  terminal.show();
  terminal.sendText(commandLine(words, shellOf(vscode.env.shell)));
}
