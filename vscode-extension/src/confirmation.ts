/** One question before something is removed from valohai.yaml: Remove, Keep, or look at the difference first. */
import * as vscode from 'vscode';

import { nameOf, type Texts } from './documents';

/** What the server wants to be asked, and what to apply then (edits as the protocol has them). */
export interface Confirmation {
  readonly question: string;
  readonly edit: unknown;
  /** Everything that takes nothing away; null when there is no such thing. */
  readonly keep?: unknown;
}

type ToEdit = (edit: unknown) => Promise<vscode.WorkspaceEdit>;

const REMOVE = 'Remove';
const KEEP = 'Keep';
const SHOW = 'Show Difference';

export function isConfirmation(answer: unknown): answer is Confirmation {
  return typeof answer === 'object' && answer !== null && 'question' in answer;
}

/** Ask, and apply what a person chose. `again` tells what is to be asked by then: true when nothing is left to do.
 * False: nothing was applied. With `aside` the question is a notification, which keeps nobody from working. */
export async function confirmed(
  texts: Texts,
  toEdit: ToEdit,
  asked: Confirmation,
  again: () => Promise<unknown>,
  aside = false,
): Promise<boolean> {
  const answer = await ask(asked, aside);
  if (answer === undefined) {
    return false;
  }
  // The texts may be others by now.
  const now = await again();
  if (!isConfirmation(now)) {
    return now === true;
  }
  if (now.question !== asked.question) {
    return confirmed(texts, toEdit, now, again, aside);
  }
  if (answer === SHOW) {
    await show(texts, await toEdit(now.edit));
    return confirmed(texts, toEdit, now, again, true);
  }
  await closeDifference(texts);
  const edit = answer === REMOVE ? now.edit : now.keep;
  return edit !== null && edit !== undefined && (await vscode.workspace.applyEdit(await toEdit(edit)));
}

function ask({ question, keep }: Confirmation, aside: boolean): Thenable<string | undefined> {
  if (aside) {
    return vscode.window.showWarningMessage(question, REMOVE, KEEP, SHOW);
  }
  const detail =
    keep === null || keep === undefined ? 'Keep changes nothing.' : 'Keep leaves this in place, and makes the other changes.';
  return vscode.window.showWarningMessage(question, { modal: true, detail }, REMOVE, KEEP, SHOW);
}

/** The files of an edit before and after it, in diff editors. */
async function show(texts: Texts, edit: vscode.WorkspaceEdit): Promise<void> {
  for (const [uri, edits] of edit.entries()) {
    const document = await vscode.workspace.openTextDocument(uri);
    const before = document.getText();
    const name = nameOf(uri);
    const sides = [texts.put(`now/${name}`, before), texts.put(`then/${name}`, applied(document, edits))] as const;
    await vscode.commands.executeCommand('vscode.diff', ...sides, `${name}: what would be removed`, { preview: true });
  }
}

/** What was looked at has been decided. */
async function closeDifference(texts: Texts): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(
    tabs.filter(({ input }) => input instanceof vscode.TabInputTextDiff && texts.owns(input.modified)),
  );
}

function applied(document: vscode.TextDocument, edits: readonly vscode.TextEdit[]): string {
  let text = document.getText();
  for (const { range, newText } of [...edits].sort((one, other) => other.range.start.compareTo(one.range.start))) {
    text = text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  }
  return text;
}
