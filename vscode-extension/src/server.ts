/** How the language server is started. */
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { type Executable, TransportKind } from 'vscode-languageclient/node';

import { bundledAgentArguments, bundledArguments, environmentAgentArguments, environmentArguments } from './arguments';
import { candidates, choose, explain, type Python } from './interpreter';
import { chosenInterpreter, hasAgentServer, hasServer, probe } from './probe';
import { own, SECTION } from './settings';
import { filledIn } from './variables';

/** The server cannot be started, and why, in words for a person. */
export class CannotStart extends Error {}

/** The command line of the server. Throws CannotStart. */
export async function serverCommand(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<Executable> {
  const strategy = vscode.workspace.isTrusted ? own<string>('importStrategy', 'bundled') : 'bundled';
  const storage = await ownFolder(context);
  const python = await findPython(log, strategy === 'bundled');
  const [command = '', ...args] = python.command;
  const started = { command, transport: TransportKind.stdio, options: { cwd: storage } } as const;
  if (strategy === 'environment' && (await isInstalled(python, log))) {
    return { ...started, args: [...args, ...environmentArguments()] };
  }
  if (strategy === 'environment') {
    await bundleKnows(python);
  }
  const script = context.asAbsolutePath(path.join('bundled', 'start.py'));
  await readable(script);
  return { ...started, args: [...args, ...bundledArguments(script, path.join(storage, 'bytecode'))] };
}

/** How the server for agents is started, and where. */
export interface AgentServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** The command line of the server for agents; undefined where the chosen Python lacks the package mcp. */
export async function agentServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  roots: readonly string[],
): Promise<AgentServer | undefined> {
  const strategy = vscode.workspace.isTrusted ? own<string>('importStrategy', 'bundled') : 'bundled';
  try {
    const cwd = await ownFolder(context);
    const python = await findPython(log, strategy === 'bundled');
    const [command = '', ...args] = python.command;
    if (strategy === 'environment' && (await hasAgentServer(python.command, true))) {
      return { command, cwd, args: [...args, ...environmentAgentArguments(roots)] };
    }
    if (await hasAgentServer(python.command, false)) {
      const script = context.asAbsolutePath(path.join('bundled', 'start.py'));
      const bytecode = path.join(cwd, 'bytecode');
      return { command, cwd, args: [...args, ...bundledAgentArguments(script, bytecode, roots)] };
    }
    log.info(`agents get no Valohai server from ${python.command.join(' ')}: pip install 'mcp>=2.3,<3' there adds it`);
  } catch (error) {
    log.info(`agents get no Valohai server: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

/** A folder of our own, which exists: neither Python nor a server finds a module of the workspace in its current folder. */
async function ownFolder(context: vscode.ExtensionContext): Promise<string> {
  await vscode.workspace.fs.createDirectory(context.globalStorageUri);
  return context.globalStorageUri.fsPath;
}

async function isInstalled(python: Python, log: vscode.LogOutputChannel): Promise<boolean> {
  if (await hasServer(python.command)) {
    return true;
  }
  const message = `Valohai: ${python.command.join(' ')} has no valohai-steps (pip install valohai-steps); the bundled server runs instead.`;
  log.warn(message);
  const settings = 'Open Settings';
  void vscode.window
    .showWarningMessage(message, settings)
    .then((answer) =>
      answer === settings
        ? vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.importStrategy`)
        : undefined,
    );
  return false;
}

/** Throws CannotStart when the bundle has no parts for this Python. */
async function bundleKnows(python: Python): Promise<void> {
  const found = await choose([python], probe, true);
  if (!('version' in found)) {
    throw new CannotStart(explain(found));
  }
}

async function findPython(log: vscode.LogOutputChannel, bundled: boolean): Promise<Python> {
  const resource = vscode.workspace.workspaceFolders?.[0]?.uri;
  // The environment of a workspace may lie in the workspace: nothing of that is run before it is trusted.
  const chosen = vscode.workspace.isTrusted ? await environmentOf(resource, log) : undefined;
  const surroundings = { home: homedir(), workspaceFolder: resource?.fsPath, environment: process.env };
  const setting = filledIn(own('interpreter', ''), surroundings);
  const found = await choose(candidates(setting, chosen, process.platform), probe, bundled);
  if ('version' in found) {
    log.info(`Python ${found.version.join('.')}: ${found.command.join(' ')}, from ${found.origin}`);
    return found;
  }
  throw new CannotStart(explain(found));
}

/** The Python extension's choice; without it when that extension is in trouble, for which it has its own messages. */
async function environmentOf(resource: vscode.Uri | undefined, log: vscode.LogOutputChannel): Promise<string | undefined> {
  try {
    return await chosenInterpreter(resource);
  } catch (error) {
    log.warn(`the Python extension does not tell its interpreter: ${String(error)}`);
    return undefined;
  }
}

async function readable(script: string): Promise<void> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(script));
  } catch {
    throw new CannotStart(`Valohai: the extension is not complete, ${script} is missing. Install it again.`);
  }
}
