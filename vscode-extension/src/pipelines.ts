/** "Show Pipeline": the pipelines of a file, drawn beside the editor. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import type { Client } from './client';
import { nameOf, uriOf } from './documents';
import { type Drawn, Drawings, type Location, type Said } from './drawings';
import { pageText } from './pageText';
import { SECTION } from './settings';
import { type Shown, Views } from './views';

const KIND = `${SECTION}.pipeline`;
const PAUSE = 150; // milliseconds without an edit, after which a drawing follows
const YAML = '**/valohai.{yaml,yml}';

/** What a view is made again from after the window was reloaded. */
interface State {
  readonly uri: string;
}

/** One view for each file. */
export class Pipelines implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly views = new Views<vscode.WebviewPanel, View>();
  private readonly disposables: vscode.Disposable[];
  private pending: NodeJS.Timeout | undefined;
  private asked = 0;

  /** `script` is the file that runs in the page; `memory` keeps which pipeline of a file was shown last. */
  constructor(
    private readonly client: Client,
    private readonly script: vscode.Uri,
    private readonly memory: vscode.Memento,
  ) {
    this.disposables = [
      vscode.window.registerWebviewPanelSerializer(KIND, this),
      client.onChanged(() => this.follow()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme === 'file' && this.follow()),
      vscode.languages.onDidChangeDiagnostics(() => this.follow()),
      vscode.window.onDidChangeActiveTextEditor(() => this.follow()),
    ];
    this.follow();
  }

  /** Draw the pipelines of a file, beside the editor: those of the argument, of the active editor, or of a valohai.yaml. */
  async show(argument: unknown, name: unknown): Promise<void> {
    const uri = uriOf(argument) ?? (await fileMeant());
    if (uri === undefined) {
      void vscode.window.showInformationMessage('Valohai: there is no valohai.yaml here. Open the folder of a project.');
      return;
    }
    await this.client.start();
    const known = this.views.get(uri.toString());
    if (known === undefined) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      await this.adopt(vscode.window.createWebviewPanel(KIND, 'Pipeline', column), uri.toString(), name);
    } else {
      await known.choose(name);
    }
  }

  /** After the window was reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { uri } = (state ?? {}) as Partial<State>;
    if (typeof uri === 'string') {
      await this.adopt(panel, uri, undefined);
    } else {
      panel.dispose();
    }
  }

  dispose(): void {
    clearTimeout(this.pending);
    vscode.Disposable.from(...this.disposables, ...this.views.values()).dispose();
  }

  private async adopt(panel: vscode.WebviewPanel, uri: string, name: unknown): Promise<void> {
    const view = await this.views.open(uri, panel, async (shown) => {
      const script = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.script));
      return new View(shown, this.client, this.memory, uri, script);
    });
    await view?.remember(name);
  }

  /** When the typing rests, everything that is shown is asked for anew. */
  private follow(): void {
    clearTimeout(this.pending);
    this.pending = setTimeout(() => void this.refresh(), PAUSE);
  }

  private async refresh(): Promise<void> {
    await Promise.all(this.views.values().map((view) => view.refresh()));
    const ask = ++this.asked;
    const uri = vscode.window.activeTextEditor?.document.uri;
    const drawn = uri !== undefined && isPython(uri) ? await drawnIn(this.client, uri, 'text') : undefined;
    if (ask === this.asked && uri !== undefined) {
      await vscode.commands.executeCommand('setContext', `${SECTION}.pipelines`, drawn?.graphs.length ?? 0);
    }
  }
}

/** The pipelines of one file in a panel. */
class View implements vscode.Disposable {
  private readonly uri: vscode.Uri;
  private readonly drawings: Drawings;
  private asked = 0;

  constructor(
    private readonly shown: Shown<vscode.WebviewPanel>,
    private readonly client: Client,
    private readonly memory: vscode.Memento,
    uri: string,
    script: string,
  ) {
    this.uri = vscode.Uri.parse(uri);
    this.drawings = new Drawings(memory.get(`${KIND}:${uri}`));
    if (shown.isClosed) {
      return;
    }
    const { panel } = shown;
    panel.title = `Pipeline: ${this.file}`;
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    panel.webview.onDidReceiveMessage((said: Said) => this.answer(said));
    panel.webview.html = pageText(script, randomBytes(16).toString('hex'));
  }

  /** Ask for the pipelines again, and show them. */
  async refresh(): Promise<void> {
    const ask = ++this.asked;
    const drawn = await drawnIn(this.client, this.uri, 'svg');
    if (ask === this.asked && drawn !== undefined) {
      this.drawings.take(drawn);
      await this.send();
    }
  }

  /** To the front, with the pipeline of a name. */
  async choose(name: unknown): Promise<void> {
    await this.remember(name);
    if (!this.shown.isClosed) {
      this.shown.panel.reveal(undefined, true);
      await this.refresh();
    }
  }

  /** From now on the pipeline of that name is shown, if a name is given. */
  async remember(name: unknown): Promise<void> {
    if (typeof name === 'string') {
      this.drawings.name = name;
      await this.memory.update(`${KIND}:${this.uri.toString()}`, name);
    }
  }

  dispose(): void {
    this.shown.panel.dispose();
  }

  private get file(): string {
    return nameOf(this.uri);
  }

  private async send(): Promise<void> {
    const state: State = { uri: this.uri.toString() };
    await this.shown.send({ picture: this.drawings.picture(this.file), state });
  }

  private async answer(said: Said): Promise<void> {
    if (said.kind === 'ready') {
      await this.refresh();
    } else if (said.kind === 'choose') {
      this.drawings.choose(said.number);
      await Promise.all([this.send(), this.remember(this.drawings.name)]);
    } else {
      const location = this.drawings.location(said.target);
      await (location && this.open(location));
    }
  }

  /** A place in the file, where the file is shown already, else in another group than this one. */
  private async open({ uri, range }: Location): Promise<void> {
    const target = vscode.Uri.parse(uri);
    const start = this.client.toRange(range)?.start; // a whole edge, selected, would be scrolled to its end
    const selection = start && new vscode.Range(start, start);
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === target.toString());
    const own = this.shown.isClosed ? undefined : this.shown.panel.viewColumn;
    const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== own);
    const viewColumn = editor?.viewColumn ?? other?.viewColumn ?? vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(target, { viewColumn, preview: false, ...(selection && { selection }) });
  }
}

async function drawnIn(client: Client, uri: vscode.Uri, form: string): Promise<Drawn | undefined> {
  return (await client.ask<Drawn | null>(`${SECTION}.pipelineGraphs`, uri.toString(), form)) ?? undefined;
}

/** The file of the active editor where it may have a pipeline, else the first valohai.yaml. */
async function fileMeant(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file' && (isPython(active) || /\/valohai\.ya?ml$/.test(active.path))) {
    return active;
  }
  const found = await vscode.workspace.findFiles(YAML, '**/{node_modules,.venv,venv,.git}/**');
  return found.sort((one, other) => one.path.length - other.path.length)[0];
}

function isPython(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && uri.path.endsWith('.py');
}
