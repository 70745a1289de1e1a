/** What a person has done of the walkthrough: its steps tick themselves when something has happened, not before. */
import * as vscode from 'vscode';

import { SECTION } from './settings';

export type Milestone = 'written' | 'updated' | 'compared' | 'ran';

const WELCOMED = 'welcomed';

/** Show the walkthrough once, when the extension is new here. Whoever has a file open keeps it in front. */
export async function welcome(context: vscode.ExtensionContext): Promise<void> {
  if (context.globalState.get(WELCOMED) === true) {
    return;
  }
  await context.globalState.update(WELCOMED, true);
  if (vscode.workspace.getConfiguration('workbench.welcomePage.walkthroughs').get('openOnInstall', true)) {
    const inactive = vscode.window.tabGroups.all.some((group) => group.tabs.length > 0);
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, { inactive });
  }
}

export async function done(milestone: Milestone): Promise<void> {
  await vscode.commands.executeCommand('setContext', `${SECTION}.tour.${milestone}`, true);
}
