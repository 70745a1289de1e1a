/** What a person has done of the walkthrough: its steps tick themselves when something has happened, not before. */
import * as vscode from 'vscode';

import { SECTION } from './settings';

export type Milestone = 'written' | 'updated' | 'compared' | 'ran';

export async function done(milestone: Milestone): Promise<void> {
  await vscode.commands.executeCommand('setContext', `${SECTION}.tour.${milestone}`, true);
}
