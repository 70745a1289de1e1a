/** After an update: the touched lines of valohai.yaml are shown, and it is saved when it was clean before. */
import * as vscode from 'vscode';

import { own } from './settings';
import { type Lines, spanning, touchedLines } from './touched';

/** Carry out an update, and show what it did. `update` tells whether edits were applied. */
export async function updateAndReveal(update: () => Promise<boolean>): Promise<boolean> {
  const dirty = new Set(vscode.workspace.textDocuments.filter((each) => each.isDirty).map(key));
  const touched = new Map<string, Touched>();
  const listening = vscode.workspace.onDidChangeTextDocument((event) => remember(touched, event));
  try {
    if (!(await update())) {
      return false;
    }
  } finally {
    listening.dispose();
  }
  for (const each of touched.values()) {
    await reveal(each);
    if (own('saveAfterUpdate', true) && !dirty.has(key(each.document))) {
      await each.document.save();
    }
  }
  return true;
}

interface Touched {
  readonly document: vscode.TextDocument;
  readonly lines: Lines;
}

function key(document: vscode.TextDocument): string {
  return document.uri.toString();
}

function remember(touched: Map<string, Touched>, event: vscode.TextDocumentChangeEvent): void {
  const { document } = event;
  if (!/\/valohai\.ya?ml$/.test(document.uri.path) && document.languageId !== 'yaml') {
    return;
  }
  const lines = touchedLines(event.contentChanges);
  if (lines !== undefined) {
    touched.set(key(document), { document, lines: spanning(touched.get(key(document))?.lines, lines) });
  }
}

async function reveal({ document, lines }: Touched): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const column = shown?.viewColumn ?? vscode.ViewColumn.Beside;
  const editor = await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true, preview: true });
  const end = document.lineAt(Math.min(lines[1], document.lineCount - 1)).range.end;
  const range = new vscode.Range(new vscode.Position(lines[0], 0), end);
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
