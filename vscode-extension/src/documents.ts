/** Which file a person means, and texts that are on no disk. */
import * as vscode from 'vscode';

/** The file of the active editor: the notebook, when a cell of one is edited. */
export function activeFile(): vscode.Uri | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook.uri;
  return notebook ?? vscode.window.activeTextEditor?.document.uri;
}

/** The first argument of a command as a URI, else the file of the active editor. */
export function fileOf(argument: unknown): vscode.Uri | undefined {
  if (typeof argument === 'string') {
    return vscode.Uri.parse(argument);
  }
  return argument instanceof vscode.Uri ? argument : activeFile();
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

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? '';
  }
}
