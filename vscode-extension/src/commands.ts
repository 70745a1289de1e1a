/** The server's commands, as a person meets them: shown in VS Code's own editors, and there before the server runs. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { type Confirmation, confirmed } from './confirmation';
import { nameOf, targetFile, type Texts, uriOf } from './documents';
import type { Runner } from './run';
import { done } from './tour';
import { updateAfterSaving, updateFrom, type Updates } from './update';

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

/** What the commands work with. */
export interface Hands {
  readonly client: Client;
  readonly texts: Texts;
  readonly updates: Updates;
  readonly runner: Runner;
}

type Handler = (hands: Hands, args: unknown[], next: (args: unknown[]) => Promise<unknown>) => Promise<unknown>;

/** Registers every command of the server. The first that is called starts it, where it does not run. */
export function serverCommands(hands: Hands): vscode.Disposable[] {
  return [...HANDLERS].map(([command, handler]) =>
    vscode.commands.registerCommand(command, (...args: unknown[]) =>
      handler(hands, args, (changed) => hands.client.execute(command, ...changed)),
    ),
  );
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['valohai-steps.updateFile', updateFile],
  ['valohai-steps.updateWorkspace', updateWorkspace],
  ['valohai-steps.previewYaml', previewYaml],
  ['valohai-steps.previewUpdate', previewUpdate],
  ['valohai-steps.runCommand', ({ runner }, args) => runner.copyCommand(args[0], args[1])],
  ['valohai-steps.validate', validate],
  ['valohai-steps.debugInformation', showDebugInformation],
  ...['openStep', 'showObstacle', 'state', 'proposeUpdate', 'pipelineGraphs', 'ask'].map((name): [string, Handler] => [
    `valohai-steps.${name}`,
    (_, args, next) => next(args),
  ]),
]);

/** Carry out an edit that removes something, after asking. */
export async function confirmRemoval({ updates }: Hands, asked: Confirmation): Promise<boolean> {
  return updates.reveal(() => confirmed(updates.texts, updates.toEdit, asked, async () => asked));
}

/** A second argument says that the file is being saved. */
async function updateFile({ client, updates }: Hands, args: unknown[]): Promise<boolean | undefined> {
  if (args[1] === true && uriOf(args[0]) !== undefined) {
    return void (await updateAfterSaving(client, updates, uriOf(args[0])!));
  }
  const uri = await targetFile(client, args[0]);
  return uri !== undefined && updateFrom(client, updates, uri);
}

async function updateWorkspace(
  { updates }: Hands,
  args: unknown[],
  next: (args: unknown[]) => Promise<unknown>,
): Promise<boolean> {
  return updates.reveal(async () => updates.settle(await next(args), () => next(args)));
}

/** The YAML of the file's steps beside the editor; it follows when it is asked for again. */
async function previewYaml({ client, texts }: Hands, args: unknown[]): Promise<void> {
  const uri = await targetFile(client, args[0]);
  const preview = uri && (await client.execute<Preview | null>('valohai-steps.previewYaml', uri.toString(), false));
  if (uri === undefined || preview === undefined || preview === null) {
    return;
  }
  const shown = texts.put(`${nameOf(uri)} (generated).yaml`, preview.text);
  const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(shown), 'yaml');
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}

/** What an update would change, in the diff editor: the file as it is on the left. */
async function previewUpdate({ client, texts }: Hands, args: unknown[]): Promise<void> {
  const uri = await targetFile(client, args[0]);
  const difference = uri && (await client.execute<Difference | null>('valohai-steps.previewUpdate', uri.toString()));
  if (uri === undefined || difference === undefined || difference === null) {
    return;
  }
  const yaml = nameOf(vscode.Uri.parse(difference.yaml));
  if (difference.before === difference.after) {
    void vscode.window.showInformationMessage(
      `Valohai: ${yaml} agrees with ${nameOf(uri)}. Change a default in either file to see both sides of the difference.`,
    );
    return;
  }
  const before = texts.put(`now/${yaml}`, difference.before);
  const after = texts.put(`from ${nameOf(uri)}/${yaml}`, difference.after);
  await vscode.commands.executeCommand('vscode.diff', before, after, `${yaml}: ${difference.summary}`, { preview: true });
  await done('compared');
}

async function validate({ client }: Hands, args: unknown[], next: (args: unknown[]) => Promise<unknown>): Promise<void> {
  const uri = await targetFile(client, args[0]);
  const count = uri && (await next([uri.toString()]));
  if (uri === undefined || typeof count !== 'number') {
    return;
  }
  const problems = 'Show Problems';
  const said =
    count === 0
      ? vscode.window.showInformationMessage(`Valohai: ${nameOf(uri)} has no errors and no warnings.`)
      : vscode.window.showWarningMessage(`Valohai: ${nameOf(uri)} has ${findings(count)}.`, problems);
  if ((await said) === problems) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
}

async function showDebugInformation(
  { texts }: Hands,
  args: unknown[],
  next: (args: unknown[]) => Promise<unknown>,
): Promise<void> {
  const shown = texts.put('Valohai debug information.md', String(await next(args)));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(shown));
}

function findings(count: number): string {
  return count === 1 ? '1 error or warning' : `${count} errors and warnings`;
}
