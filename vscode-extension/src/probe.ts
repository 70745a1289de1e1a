/** Asks programs on this machine what they are; nothing of the workspace is run. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import * as vscode from 'vscode';

import { ASK_VERSION, parseVersion } from './interpreter';

const PATIENCE = 10_000; // milliseconds: a Python on a network drive starts slowly

/** The version of a Python, as it tells it itself. */
export async function probe(command: readonly string[]): Promise<readonly [number, number, number] | Error> {
  const [program = '', ...args] = command;
  const answer = await run(program, [...args, ...ASK_VERSION]);
  return answer instanceof Error ? answer : parseVersion(answer);
}

/** Whether an interpreter's environment has valohai-steps in it. */
export async function hasServer(command: readonly string[]): Promise<boolean> {
  const [program = '', ...args] = command;
  return !((await run(program, [...args, '-c', 'import valohai_steps.lsp'])) instanceof Error);
}

/** Whether a program can be started. */
export async function isThere(program: string): Promise<boolean> {
  return !((await run(program, ['--version'])) instanceof Error);
}

/** The interpreter that the Python extension has chosen, if that extension is there. */
export async function chosenInterpreter(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  if (extension === undefined) {
    return undefined;
  }
  const environments = (await extension.activate()).environments;
  const active = environments?.getActiveEnvironmentPath(resource);
  const resolved = active === undefined ? undefined : await environments?.resolveEnvironment(active);
  return resolved?.executable.uri?.fsPath;
}

/** The part of the Python extension's public API that is used here. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

function run(program: string, args: string[]): Promise<string | Error> {
  return new Promise((resolve) => {
    // Not in the workspace: Windows looks for a program in the current folder first.
    execFile(program, args, { timeout: PATIENCE, windowsHide: true, cwd: homedir() }, (error, stdout) => {
      if (error === null) {
        resolve(stdout);
      } else if (error.code === 'ENOENT') {
        resolve(new Error('there is no such program'));
      } else {
        resolve(new Error(error.killed === true ? 'it does not answer' : `it fails: ${firstLine(error.message)}`));
      }
    });
  });
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? text
  );
}
