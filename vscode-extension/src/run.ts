/** Running a step: here in a terminal, or on Valohai through `vh`. */
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Client } from './client';
import { targetFile } from './documents';
import { missingModules, projectPython, shortName } from './environment';
import { askOverrides } from './overrides';
import { isThere } from './probe';
import { serverSettings } from './settings';
import { commandLine, localRun, type Run, remoteRun, shellOf } from './shell';
import { stateOf } from './state';
import type { Terminals } from './terminals';
import { done } from './tour';
import { updateFrom, type Updates } from './update';

const RUNTIMES = 'valohai-utils';

/** Runs steps for a person; `memory` keeps the values of the last runs. */
export class Runner {
  constructor(
    private readonly client: Client,
    private readonly updates: Updates,
    private readonly terminals: Terminals,
    private readonly memory: vscode.Memento,
  ) {}

  /** Ask for overrides, then run the step in a terminal. */
  async locally(argument: unknown, step: unknown): Promise<void> {
    const uri = await targetFile(this.client, argument);
    const run = uri && (await this.howToRun(uri, step));
    if (uri === undefined || run === undefined || !(await vscode.workspace.saveAll(false))) {
      return;
    }
    const python = await projectPython(vscode.Uri.file(run.file), path.dirname(run.file));
    if (!(await this.isReady(run, python))) {
      return;
    }
    const given = run.overrides.length > 0 ? await askOverrides(run, this.memory) : new Map<string, string>();
    if (given !== undefined) {
      if (await this.inTerminal(run, localRun(python, run, given))) {
        await done('ran');
      }
    }
  }

  /** Run the step on Valohai, when the vendor's command line is there. */
  async onValohai(argument: unknown, step: unknown): Promise<void> {
    const uri = await targetFile(this.client, argument);
    const run = uri && (await this.howToRun(uri, step));
    if (uri === undefined || run === undefined) {
      return;
    }
    if (!(await isThere('vh'))) {
      const copy = 'Copy Command';
      const message = 'Valohai: `vh` is not on the PATH. Install it with `pipx install valohai-cli`, then `vh login`.';
      if ((await vscode.window.showWarningMessage(message, copy)) === copy) {
        await copyLine(remoteRun(run.step));
      }
      return;
    }
    if ((await this.isUpToDate(uri)) && (await vscode.workspace.saveAll(false))) {
      await this.inTerminal(run, remoteRun(run.step));
    }
  }

  /** Put the command line of a step on the clipboard. */
  async copyCommand(argument: unknown, step: unknown): Promise<void> {
    const uri = await targetFile(this.client, argument);
    const run = uri && (await this.howToRun(uri, step));
    if (run !== undefined) {
      await copyLine(run.line);
    }
  }

  /** How to run a step of a file: that of a name, the only one, or the one picked. The server says it when there is none. */
  private async howToRun(uri: vscode.Uri, step: unknown): Promise<Run | undefined> {
    const name = typeof step === 'string' ? step : await this.whichStep(uri);
    return name === undefined
      ? undefined
      : ((await this.client.execute<Run | null>('valohai-steps.runCommand', uri.toString(), name)) ?? undefined);
  }

  /** The step that is meant: null for the only one, undefined when a person changes their mind. */
  private async whichStep(uri: vscode.Uri): Promise<string | null | undefined> {
    const state = await stateOf(this.client, uri);
    const names = (state?.steps ?? []).map((each) => each.name);
    return names.length < 2 ? null : vscode.window.showQuickPick(names, { title: 'Run which step?' });
  }

  /** Whether what a run imports is there; a person may install it, or run all the same. */
  private async isReady(run: Run, python: string): Promise<boolean> {
    if (!run.runtime) {
      return true;
    }
    const isNotebook = run.file.endsWith('.ipynb');
    const modules = isNotebook ? ['valohai', 'papermill', 'ipykernel'] : ['valohai'];
    const missing = await missingModules(python, path.dirname(run.file), modules);
    if (missing instanceof Error) {
      void vscode.window.showErrorMessage(`Valohai: ${shortName(python)} cannot run the step: ${missing.message}.`);
      return false;
    }
    if (missing.length === 0) {
      return true;
    }
    const runtime = serverSettings(vscode.Uri.file(run.file))['runtime'];
    const packages = missing.map((module) =>
      module === 'valohai' ? (typeof runtime === 'string' ? runtime : RUNTIMES) : module,
    );
    const install = `Install ${packages.join(' ')}`;
    const anyway = 'Run Anyway';
    const message = `${path.basename(run.file)} needs ${listOf(missing)}, which ${shortName(python)} does not have.`;
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail: howToChoose() }, install, anyway);
    if (answer === install) {
      await this.inTerminal(run, [python, '-m', 'pip', 'install', ...packages]);
    }
    return answer === anyway;
  }

  /** Valohai runs what valohai.yaml says: a person decides when that is not what Python says. False: do not run. */
  private async isUpToDate(uri: vscode.Uri): Promise<boolean> {
    const state = await stateOf(this.client, uri);
    if (state === undefined || state === null || state.changes === 0) {
      return true;
    }
    const update = 'Update and Run';
    const run = 'Run As It Is';
    const message = `Valohai: valohai.yaml is out of date (${state.summary}); Valohai would run the old version.`;
    const answer = await vscode.window.showWarningMessage(message, update, run);
    return answer === update ? updateFrom(this.client, this.updates, uri) : answer === run;
  }

  /** False: there is no line of the shell that runs these words, which a person is told. */
  private async inTerminal(run: Run, words: readonly string[]): Promise<boolean> {
    const line = shellLine(words);
    if (line === undefined) {
      return false;
    }
    await this.terminals.run(`Valohai: ${run.step}`, run.folder, line);
    return true;
  }
}

/** A line of this person's shell; undefined where there is none, which they are told. */
function shellLine(words: readonly string[]): string | undefined {
  const line = commandLine(words, shellOf(vscode.env.shell));
  if (line instanceof Error) {
    void vscode.window.showErrorMessage(`Valohai: there is no command for the step: ${line.message}.`);
    return undefined;
  }
  return line;
}

/** Put a command on the clipboard, as the shell of the terminal reads it. */
async function copyLine(words: readonly string[]): Promise<void> {
  const line = shellLine(words);
  if (line !== undefined) {
    await vscode.env.clipboard.writeText(line);
    vscode.window.setStatusBarMessage(`Copied: ${line}`, 5_000);
  }
}

function howToChoose(): string {
  return vscode.extensions.getExtension('ms-python.python') === undefined
    ? 'The Python of a step is that of .venv or venv beside it, else the one on the PATH.'
    : 'Another Python can be chosen with "Python: Select Interpreter".';
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
