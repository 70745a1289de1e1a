/** The server's commands, as a person meets them: shown in VS Code's own editors. */
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import type { Client } from './client';
import { fileOf, type Texts } from './documents';
import { copyCommand } from './run';
import { updateAndReveal } from './update';

interface Preview {
  readonly yaml: string;
  readonly text: string;
}

interface Difference {
  readonly yaml: string;
  readonly before: string;
  readonly after: string;
  readonly summary: string;
}

type Next = (command: string, args: unknown[]) => vscode.ProviderResult<unknown>;
type Handler = (client: Client, args: unknown[], next: (args: unknown[]) => Promise<unknown>) => Promise<unknown>;

/** Stands between VS Code and the server's commands. `client` and `texts` are looked up when they are needed. */
export function commandMiddleware(client: () => Client, texts: Texts): Middleware {
  return {
    executeCommand: async (command: string, args: unknown[], next: Next) => {
      const forward = async (changed: unknown[]): Promise<unknown> => next(command, changed);
      const handler = handlers(texts).get(command);
      return handler === undefined ? forward(args) : handler(client(), args, forward);
    },
  };
}

function handlers(texts: Texts): ReadonlyMap<string, Handler> {
  return new Map<string, Handler>([
    ['valohai-steps.updateFile', (_client, args, next) => updateFile(args, next)],
    ['valohai-steps.updateWorkspace', (_client, args, next) => updateAndReveal(async () => (await next(args)) === true)],
    ['valohai-steps.previewYaml', (client, args) => previewYaml(client, texts, args)],
    ['valohai-steps.previewUpdate', (client, args) => previewUpdate(client, texts, args)],
    ['valohai-steps.runCommand', (client, args) => copyCommand(client, args[0], args[1])],
    ['valohai-steps.validate', (_client, args, next) => validate(args, next)],
    ['valohai-steps.debugInformation', (_client, args, next) => showDebugInformation(texts, args, next)],
  ]);
}

async function updateFile(args: unknown[], next: (args: unknown[]) => Promise<unknown>): Promise<boolean> {
  const uri = fileOf(args[0]);
  return uri !== undefined && updateAndReveal(async () => (await next([uri.toString()])) === true);
}

/** The YAML of the file's steps beside the editor; it follows when it is asked for again. */
async function previewYaml(client: Client, texts: Texts, args: unknown[]): Promise<void> {
  const uri = fileOf(args[0]);
  const preview = uri && (await client.execute<Preview | null>('valohai-steps.previewYaml', uri.toString(), false));
  if (uri === undefined || preview === undefined || preview === null) {
    return;
  }
  const shown = texts.put(`${name(uri)} (generated).yaml`, preview.text);
  const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(shown), 'yaml');
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}

/** What an update would change, in the diff editor: the file as it is on the left. */
async function previewUpdate(client: Client, texts: Texts, args: unknown[]): Promise<void> {
  const uri = fileOf(args[0]);
  const difference = uri && (await client.execute<Difference | null>('valohai-steps.previewUpdate', uri.toString()));
  if (uri === undefined || difference === undefined || difference === null) {
    return;
  }
  if (difference.before === difference.after) {
    void vscode.window.showInformationMessage(`Valohai: ${name(vscode.Uri.parse(difference.yaml))} agrees with ${name(uri)}.`);
    return;
  }
  const yaml = name(vscode.Uri.parse(difference.yaml));
  const before = texts.put(`now/${yaml}`, difference.before);
  const after = texts.put(`from ${name(uri)}/${yaml}`, difference.after);
  await vscode.commands.executeCommand('vscode.diff', before, after, `${yaml}: ${difference.summary}`, { preview: true });
}

async function validate(args: unknown[], next: (args: unknown[]) => Promise<unknown>): Promise<void> {
  const uri = fileOf(args[0]);
  const count = uri && (await next([uri.toString()]));
  if (uri === undefined || typeof count !== 'number') {
    return;
  }
  const problems = 'Show Problems';
  const said =
    count === 0
      ? vscode.window.showInformationMessage(`Valohai: ${name(uri)} has no errors and no warnings.`)
      : vscode.window.showWarningMessage(`Valohai: ${name(uri)} has ${findings(count)}.`, problems);
  if ((await said) === problems) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
}

async function showDebugInformation(texts: Texts, args: unknown[], next: (args: unknown[]) => Promise<unknown>): Promise<void> {
  const shown = texts.put('Valohai debug information.md', String(await next(args)));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(shown));
}

function findings(count: number): string {
  return count === 1 ? '1 error or warning' : `${count} errors and warnings`;
}

function name(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
