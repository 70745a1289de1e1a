/** Completion while the server starts: VS Code knows of no list then, and would not ask again for what was typed. */
import * as vscode from 'vscode';

import { type Client, SELECTOR } from './client';

/** The signs after which the server is asked: what it says itself, once it runs (`lsp/methods.py`). */
const SIGNS = ['"', "'", '.', '/', '*', '{', ' ', '-'];

/**
 * Makes completion wait for the server, until the server's own takes its place. What was typed before even this
 * extension had started is asked for then.
 */
export function completeBeforehand(client: Client): vscode.Disposable {
  const waiting = vscode.languages.registerCompletionItemProvider(
    SELECTOR,
    {
      provideCompletionItems: (document, position, token, context) =>
        isOurs(document) ? client.completions(document, position, token, context) : undefined,
    },
    ...SIGNS,
  );
  const started = client.onChanged(() => {
    waiting.dispose();
    started.dispose();
    void askAgain(client);
  });
  return vscode.Disposable.from(waiting, started);
}

/** Show the list for what a person is typing, if there is one. */
async function askAgain(client: Client): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  // A file that is only open has its first version, as has one that was left unsaved in another session.
  if (editor === undefined || !isOurs(editor.document) || editor.document.version < 2 || !editor.selection.isEmpty) {
    return;
  }
  const token = new vscode.CancellationTokenSource().token;
  const place = editor.selection.active;
  const asked = { triggerKind: vscode.CompletionTriggerKind.Invoke, triggerCharacter: undefined };
  const found = await client.completions(editor.document, place, token, asked);
  if (found !== undefined && found.items.length > 0 && vscode.window.activeTextEditor?.selection.active.isEqual(place)) {
    await vscode.commands.executeCommand('editor.action.triggerSuggest');
  }
}

/** Nothing else in Python waits for this server. */
function isOurs(document: vscode.TextDocument): boolean {
  return (
    vscode.languages.match(SELECTOR, document) > 0 && (document.languageId !== 'python' || document.getText().includes('valohai'))
  );
}
