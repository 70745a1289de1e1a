/** Quick fixes and actions on saving: the other file of an edit does not stay behind unsaved. */
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import { SECTION } from './settings';

export const SAVE_EDITED = `${SECTION}.saveEdited`;

/** Gives every action that edits another file than its own a command that saves that file afterwards. */
export const actionMiddleware: Middleware = {
  provideCodeActions: async (document, range, context, token, next) => {
    const found = await next(document, range, context, token);
    const isSaving = context.only !== undefined && context.triggerKind === vscode.CodeActionTriggerKind.Automatic;
    return found?.map((action) => (action instanceof vscode.CodeAction ? withSaving(action, document, isSaving) : action));
  },
  resolveCodeAction: async (action, token, next) => {
    const resolved = await next(action, token);
    return resolved == null ? resolved : withSaving(resolved, vscode.window.activeTextEditor?.document, false);
  },
};

function withSaving(action: vscode.CodeAction, own: vscode.TextDocument | undefined, isSaving: boolean): vscode.CodeAction {
  if (action.edit !== undefined && action.command === undefined) {
    const others = action.edit
      .entries()
      .map(([uri]) => uri)
      .filter((uri) => fileOf(uri) !== (own && fileOf(own.uri)));
    if (others.length > 0) {
      action.command = { title: action.title, command: SAVE_EDITED, arguments: [others.map(String)] };
    }
  } else if (isSaving && action.command?.command === `${SECTION}.updateFile`) {
    // What it removes is asked about, and no save waits for the answer.
    action.command = { ...action.command, arguments: [...(action.command.arguments ?? []), true] };
  }
  return action;
}

/** A notebook's cells are documents of one file. */
function fileOf(uri: vscode.Uri): string {
  return uri.with({ scheme: 'file', fragment: '' }).toString();
}
