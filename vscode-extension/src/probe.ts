/** Asks programs on this machine what they are; nothing of the workspace is run. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import * as vscode from 'vscode';

import { ASK_VERSION, parseVersion } from './interpreter';

const PATIENCE = 10_000; // milliseconds: a Python on a network drive starts slowly

/** The version of a Python, as it tells it itself. */
export async function probe(command: readonly string[]): Promise<readonly [number, number, number] | Error> {
  const [program = '', ...args] = command;
  const answer = await ask(program, [...args, ...ASK_VERSION]);
  return answer instanceof Error ? answer : parseVersion(answer);
}

/** Whether an interpreter's environment has valohai-steps in it. */
export async function hasServer(command: readonly string[]): Promise<boolean> {
  const [program = '', ...args] = command;
  return !((await ask(program, [...args, '-c', 'import valohai_steps.lsp'])) instanceof Error);
}

/** Whether an interpreter finds the package of the Model Context Protocol; with `server`, valohai-steps beside it. */
export async function hasAgentServer(command: readonly string[], server: boolean): Promise<boolean> {
  const [program = '', ...args] = command;
  const wanted = server ? 'import valohai_steps.mcp.server' : 'import mcp.server.lowlevel, mcp_types';
  return !((await ask(program, [...args, '-I', '-c', wanted])) instanceof Error);
}

/** Whether a program can be started. */
export async function isThere(program: string): Promise<boolean> {
  return !((await ask(program, ['--version'])) instanceof Error);
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

/** The interpreters that the Python extension knows, if that extension is there. */
export async function knownInterpreters(): Promise<readonly string[]> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  const known = extension === undefined ? [] : ((await extension.activate()).environments?.known ?? []);
  return known.map((each) => each.executable?.uri?.fsPath).filter((each) => each !== undefined);
}

/** The part of the Python extension's public API that is used here. */
interface PythonExtension {
  readonly environments?: {
    readonly known?: readonly { readonly executable?: { readonly uri?: vscode.Uri } }[];
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** Where and with what environment a program is asked. */
interface Surroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What a program prints, or why it does not. */
export function ask(program: string, args: readonly string[], surroundings?: Surroundings): Promise<string | Error> {
  // Not in the workspace, unless that is asked for: Windows looks for a program in the current folder first.
  const options = { timeout: PATIENCE, windowsHide: true, ...(surroundings ?? { cwd: homedir() }) };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout) => {
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
