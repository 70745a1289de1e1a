/** How the language server is started. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Executable, TransportKind } from 'vscode-languageclient/node';

import { candidates, choose, explain, Python } from './interpreter';
import { chosenInterpreter, hasServer, probe } from './probe';
import { own } from './settings';

/** The server cannot be started, and why, in words for a person. */
export class CannotStart extends Error {}

/** The command line of the server. Throws CannotStart. */
export async function serverCommand(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<Executable> {
  const strategy = vscode.workspace.isTrusted ? own<string>('importStrategy', 'bundled') : 'bundled';
  const python = await findPython(log, strategy === 'bundled');
  const [command = '', ...args] = python.command;
  const options = { env: { ...process.env, PYTHONUNBUFFERED: '1' } };
  if (strategy === 'environment') {
    if (await hasServer(python.command)) {
      return { command, args: [...args, '-X', 'utf8', '-m', 'valohai_steps', 'server'], transport: TransportKind.stdio, options };
    }
    log.warn(`${python.command.join(' ')} has no valohai-steps; the bundled server runs instead`);
  }
  const script = context.asAbsolutePath(path.join('bundled', 'start.py'));
  await readable(script);
  // Isolated, so that nothing of the workspace or the environment gets between the server and its parts.
  return { command, args: [...args, '-I', '-S', '-X', 'utf8', script], transport: TransportKind.stdio, options };
}

async function findPython(log: vscode.LogOutputChannel, bundled: boolean): Promise<Python> {
  const resource = vscode.workspace.workspaceFolders?.[0]?.uri;
  // The environment of a workspace may lie in the workspace: nothing of that is run before it is trusted.
  const chosen = vscode.workspace.isTrusted ? await chosenInterpreter(resource) : undefined;
  const found = await choose(candidates(own('interpreter', ''), chosen, process.platform), probe, bundled);
  if ('version' in found) {
    log.info(`Python ${found.version.join('.')}: ${found.command.join(' ')}, from ${found.origin}`);
    return found;
  }
  throw new CannotStart(explain(found));
}

async function readable(script: string): Promise<void> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(script));
  } catch {
    throw new CannotStart(`Valohai: the extension is not complete, ${script} is missing. Install it again.`);
  }
}
