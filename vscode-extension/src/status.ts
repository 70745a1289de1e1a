/** The language status item: which valohai.yaml belongs to the file, and whether both agree. */
import * as vscode from 'vscode';

import { type Client, SELECTOR } from './client';
import { activeFile } from './documents';
import { SECTION } from './settings';

/** What the server's command `valohai-steps.state` tells. */
interface State {
  readonly yaml: string | null;
  readonly exists: boolean;
  readonly changes: number;
  readonly summary: string;
  readonly steps: readonly { readonly name: string; readonly changes: number; readonly complete: boolean }[];
}

/** Keeps the item true: it is asked for anew when the findings of the active file change. */
export class Status implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;
  private readonly disposables: vscode.Disposable[];
  private asked = 0;

  constructor(private readonly client: Client) {
    this.item = vscode.languages.createLanguageStatusItem(`${SECTION}.status`, SELECTOR);
    this.item.name = 'Valohai';
    this.disposables = [
      this.item,
      client.onChanged(() => void this.refresh()),
      vscode.window.onDidChangeActiveTextEditor(() => void this.refresh()),
      vscode.window.onDidChangeActiveNotebookEditor(() => void this.refresh()),
      vscode.languages.onDidChangeDiagnostics(() => void this.refresh()),
    ];
    void this.refresh();
  }

  /** Ask for the state of the active file, and show it. */
  async refresh(): Promise<void> {
    const ask = ++this.asked;
    const uri = activeFile();
    const state = uri?.scheme === 'file' ? await this.client.execute<State | null>('valohai-steps.state', uri.toString()) : null;
    if (ask !== this.asked) {
      return; // asked again meanwhile: that answer is the newer one
    }
    await vscode.commands.executeCommand('setContext', `${SECTION}.changes`, state?.changes ?? 0);
    this.show(uri, state);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private show(uri: vscode.Uri | undefined, state: State | null | undefined): void {
    this.item.severity = vscode.LanguageStatusSeverity.Information;
    this.item.detail = '';
    if (state === undefined) {
      this.item.text = 'Valohai: the server does not run';
      this.item.severity = vscode.LanguageStatusSeverity.Error;
      this.item.command = { title: 'Restart', command: `${SECTION}.restart` };
    } else if (state === null || uri === undefined) {
      this.item.text = 'Valohai: no step here';
      this.item.command = { title: 'Show Logs', command: `${SECTION}.showLogs` };
    } else {
      this.showState(uri, state);
    }
  }

  private showState(uri: vscode.Uri, state: State): void {
    const name = state.yaml === null ? 'valohai.yaml' : vscode.workspace.asRelativePath(vscode.Uri.parse(state.yaml));
    const incomplete = state.steps.filter((step) => !step.complete).map((step) => step.name);
    if (incomplete.length > 0) {
      this.item.text = `${name}: ${incomplete.join(', ')} not complete`;
      this.item.detail = 'see the findings';
      this.item.severity = vscode.LanguageStatusSeverity.Warning;
      this.item.command = { title: 'Show Problems', command: 'workbench.actions.view.problems' };
    } else if (state.changes > 0) {
      this.item.text = `${name}: ${state.changes} ${state.changes === 1 ? 'change' : 'changes'}`;
      this.item.detail = state.summary;
      this.item.severity = vscode.LanguageStatusSeverity.Warning;
      this.item.command = { title: 'Update', ...updateOf(uri) };
    } else {
      this.item.text = `${name}: in sync`;
      const target = state.yaml === null ? uri : vscode.Uri.parse(state.yaml);
      this.item.command = { title: 'Open', command: 'vscode.open', arguments: [target] };
    }
  }
}

/** What brings both sides together: from a Python file its steps, from a valohai.yaml those of all files. */
function updateOf(uri: vscode.Uri): { readonly command: string; readonly arguments: unknown[] } {
  return /\.ya?ml$/.test(uri.path)
    ? { command: `${SECTION}.updateWorkspace`, arguments: [] }
    : { command: `${SECTION}.updateFile`, arguments: [uri.toString()] };
}
