/** Which file a person means, and texts that are on no disk. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { stateOf } from './state';

/** How many closed files are asked for their steps when nothing is open. */
const FEW = 200;

/** The file of the active editor: the notebook, when a cell of one is edited. */
export function activeFile(): vscode.Uri | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook.uri;
  return notebook ?? vscode.window.activeTextEditor?.document.uri;
}

/** The name of a file without its folder. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** The first argument of a command as a URI. */
export function uriOf(argument: unknown): vscode.Uri | undefined {
  if (typeof argument === 'string') {
    return vscode.Uri.parse(argument);
  }
  return argument instanceof vscode.Uri ? argument : undefined;
}

/** The file that a command is about: its argument, else the active editor's, else one with steps, which is then shown.
 * Where no file has a step, a person is offered one, and that is the answer. */
export async function targetFile(client: Client, argument: unknown): Promise<vscode.Uri | undefined> {
  const stated = uriOf(argument) ?? activeFile();
  if (stated?.scheme === 'file') {
    return stated;
  }
  for (const uri of await candidates()) {
    if ((await stepsOf(client, uri)) > 0) {
      await vscode.window.showTextDocument(uri, { preview: false });
      return uri;
    }
  }
  return vscode.commands.executeCommand<vscode.Uri | undefined>('valohai-steps.openSample');
}

/** How many steps a file declares. */
export async function stepsOf(client: Client, uri: vscode.Uri): Promise<number> {
  const state = await stateOf(client, uri);
  return state?.steps.length ?? 0;
}

/** Python files: the open ones first, then those of the workspace. */
export async function candidates(): Promise<vscode.Uri[]> {
  const open = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .map((tab) => (tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined))
    .filter((uri) => uri?.scheme === 'file' && uri.path.endsWith('.py'));
  const closed = await vscode.workspace.findFiles('**/*.py', '**/{node_modules,.venv,venv,.git}/**', FEW);
  return [...open.filter((uri) => uri !== undefined), ...closed];
}

/** Shows texts by a URI of their own; nothing is written to the disk. */
export class Texts implements vscode.TextDocumentContentProvider {
  static readonly scheme = 'valohai-steps';
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  /** The URI under which a text is shown; the same title shows the newest text. */
  put(title: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: Texts.scheme, path: `/${title}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  /** Whether a URI is one of these texts. */
  owns(uri: vscode.Uri): boolean {
    return uri.scheme === Texts.scheme;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? '';
  }
}
