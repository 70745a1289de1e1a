/** Edits of valohai.yaml: what an update or a fix has touched is saved when it was clean before, and shown. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { confirmed, isConfirmation } from './confirmation';
import type { Texts } from './documents';
import { own, SECTION } from './settings';
import { done } from './tour';
import { type Lines, spanning, touchedLines } from './touched';

/** What an update from a file or from all files answers: whether it did something, or what is to be asked first. */
type Answer = unknown;

/** Knows which documents had unsaved changes before their last edit, and which removals a person has kept. */
export class Updates implements vscode.Disposable {
  private readonly documents = new Map<string, { dirty: boolean; before: boolean }>();
  private readonly kept = new Set<string>();
  private readonly disposables: vscode.Disposable[];

  constructor(
    readonly texts: Texts,
    readonly toEdit: (edit: unknown) => Promise<vscode.WorkspaceEdit>,
  ) {
    this.disposables = [
      vscode.workspace.onDidChangeTextDocument((event) => this.note(event)),
      vscode.workspace.onDidSaveTextDocument((document) => this.documents.set(key(document), { dirty: false, before: false })),
      vscode.workspace.onDidCloseTextDocument((document) => this.documents.delete(key(document))),
    ];
  }

  /** Save those of these files that are open and had no unsaved changes before their last edit. */
  async saveEdited(uris: readonly string[]): Promise<void> {
    for (const document of vscode.workspace.textDocuments) {
      const before = this.documents.get(key(document))?.before ?? false;
      if (uris.includes(key(document)) && document.isDirty && !before && own('saveAfterUpdate', true)) {
        await document.save();
      }
    }
  }

  /** Carry out an update, save what it touched and show it; `update` tells whether edits were applied. */
  async reveal(update: () => Promise<boolean>): Promise<boolean> {
    const touched = new Map<string, Touched>();
    const listening = vscode.workspace.onDidChangeTextDocument((event) => remember(touched, event));
    try {
      if (!(await update())) {
        return false;
      }
    } finally {
      listening.dispose();
    }
    await this.saveEdited([...touched.keys()]);
    for (const each of touched.values()) {
      if (isYaml(each.document)) {
        await reveal(each);
      }
    }
    await done('updated');
    return true;
  }

  /** Do what the server has answered: nothing is left when edits were applied; removals are asked about first.
   *
   * `again` asks the server anew, because texts change while a person thinks. With `saving` nobody waits for the
   * answer: what takes nothing away is applied at once, and a removal that was kept is not asked about again.
   */
  async settle(answer: Answer, again: () => Promise<Answer>, saving = false): Promise<boolean> {
    if (!isConfirmation(answer)) {
      return answer === true;
    }
    if (!saving) {
      return confirmed(this.texts, this.toEdit, answer, again);
    }
    if (answer.keep !== null && answer.keep !== undefined) {
      await vscode.workspace.applyEdit(await this.toEdit(answer.keep));
    }
    if (!this.kept.has(answer.question)) {
      this.kept.add(answer.question); // asked once: not again on each save
      void this.reveal(() => confirmed(this.texts, this.toEdit, answer, again, true));
    }
    return true;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private note({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const known = this.documents.get(key(document)) ?? { dirty: false, before: false };
    const before = contentChanges.length > 0 ? known.dirty : known.before;
    this.documents.set(key(document), { dirty: document.isDirty, before });
  }
}

/** Update valohai.yaml from a file, as a person asked for. */
export function updateFrom(client: Client, updates: Updates, uri: vscode.Uri): Promise<boolean> {
  const ask = (): Promise<Answer> => client.execute(`${SECTION}.updateFile`, uri.toString());
  return updates.reveal(async () => updates.settle(await ask(), ask));
}

/** Update valohai.yaml from a file that was saved: nothing is said or shown, and a removal is asked about once. */
export async function updateAfterSaving(client: Client, updates: Updates, uri: vscode.Uri): Promise<void> {
  const ask = (): Promise<Answer> => client.ask(`${SECTION}.updateFile`, uri.toString(), true);
  const touched = new Set<string>();
  const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    if (isOther(document)) {
      touched.add(key(document));
    }
  });
  try {
    await updates.settle(await ask(), ask, true);
  } finally {
    listening.dispose();
  }
  await updates.saveEdited([...touched]);
}

interface Touched {
  readonly document: vscode.TextDocument;
  readonly lines: Lines;
}

function key(document: vscode.TextDocument): string {
  return document.uri.toString();
}

function isYaml(document: vscode.TextDocument): boolean {
  return /\/valohai\.ya?ml$/.test(document.uri.path) || document.languageId === 'yaml';
}

/** A file that an update writes: a valohai.yaml, a requirements file. */
function isOther(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && (isYaml(document) || /\.(txt|in)$/.test(document.uri.path));
}

function remember(touched: Map<string, Touched>, event: vscode.TextDocumentChangeEvent): void {
  const { document } = event;
  const lines = isOther(document) ? touchedLines(event.contentChanges) : undefined;
  if (lines !== undefined) {
    touched.set(key(document), { document, lines: spanning(touched.get(key(document))?.lines, lines) });
  }
}

/** Beside what is edited; in its place when nothing is, because an empty group would be left. */
async function reveal({ document, lines }: Touched): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const isEmpty = vscode.window.tabGroups.all.every((group) => group.tabs.length === 0);
  const column = shown?.viewColumn ?? (isEmpty ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside);
  const editor = await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: !isEmpty, preview: true });
  const end = document.lineAt(Math.min(lines[1], document.lineCount - 1)).range.end;
  const range = new vscode.Range(new vscode.Position(lines[0], 0), end);
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
