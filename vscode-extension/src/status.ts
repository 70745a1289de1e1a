/** The language status item: which valohai.yaml belongs to the file, and whether both agree. */
import * as vscode from 'vscode';

import { type Client, SELECTOR } from './client';
import { activeFile } from './documents';
import { SECTION } from './settings';
import type { State } from './state';
import { done } from './tour';

type Shown = Pick<vscode.LanguageStatusItem, 'text' | 'detail' | 'severity' | 'command'>;

const { Information, Warning, Error: Failure } = vscode.LanguageStatusSeverity;

/** Keeps the item true: it is asked for anew when the findings of the active file change. */
export class Status implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;
  private readonly disposables: vscode.Disposable[];
  private asked = 0;

  constructor(private readonly client: Client) {
    this.item = vscode.languages.createLanguageStatusItem(`${SECTION}.status`, [
      ...SELECTOR,
      { scheme: 'untitled', language: 'python' },
    ]);
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
    const state = uri?.scheme === 'file' ? await this.client.ask<State | null>('valohai-steps.state', uri.toString()) : null;
    if (ask !== this.asked) {
      return; // asked again meanwhile: that answer is the newer one
    }
    await vscode.commands.executeCommand('setContext', `${SECTION}.changes`, state?.changes ?? 0);
    Object.assign(this.item, { detail: '', severity: Information, command: undefined, ...shown(uri, state) });
    if ((state?.steps.length ?? 0) > 0) {
      await done('written');
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function shown(uri: vscode.Uri | undefined, state: State | null | undefined): Partial<Shown> {
  if (state === undefined) {
    return { text: 'Language server stopped', severity: Failure, command: { title: 'Restart', command: `${SECTION}.restart` } };
  }
  if (state === null || uri === undefined) {
    return withoutSteps(uri);
  }
  const name = state.yaml === null ? 'valohai.yaml' : vscode.workspace.asRelativePath(vscode.Uri.parse(state.yaml));
  if (state.obstacle !== null) {
    const { uri: at, range, place, reason } = state.obstacle;
    const command = { title: 'Go To', command: `${SECTION}.goTo`, arguments: [at, range] };
    return { text: `${name}: cannot be updated`, detail: `${place}: ${reason}`, severity: Failure, command };
  }
  if (state.changes > 0) {
    const text = `${name}: ${state.changes} ${state.changes === 1 ? 'change' : 'changes'}`;
    return { text, detail: state.summary, severity: Warning, command: { title: 'Update', ...updateOf(uri) } };
  }
  const target = state.yaml === null ? uri : vscode.Uri.parse(state.yaml);
  return { text: `${name}: in sync`, command: { title: 'Open', command: 'vscode.open', arguments: [target] } };
}

function withoutSteps(uri: vscode.Uri | undefined): Partial<Shown> {
  if (uri?.scheme === 'untitled') {
    return { text: 'Save the file to check it', command: { title: 'Save', command: 'workbench.action.files.save' } };
  }
  if (uri !== undefined && isYaml(uri)) {
    return { text: 'No Python file declares a step of this file' };
  }
  return { text: 'No valohai.prepare() in this file' };
}

/** What brings both sides together: from a Python file its steps, from a valohai.yaml those of all files. */
function updateOf(uri: vscode.Uri): { readonly command: string; readonly arguments: unknown[] } {
  return isYaml(uri)
    ? { command: `${SECTION}.updateWorkspace`, arguments: [] }
    : { command: `${SECTION}.updateFile`, arguments: [uri.toString()] };
}

function isYaml(uri: vscode.Uri): boolean {
  return /\.ya?ml$/.test(uri.path);
}
