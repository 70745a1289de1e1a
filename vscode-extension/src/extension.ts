/** Valohai steps in VS Code: starts the language server, and gives its commands a place on the screen. */
import * as vscode from 'vscode';

import { offerToAgents } from './agents';
import { completeBeforehand } from './beforehand';
import { Client } from './client';
import { actionMiddleware, SAVE_EDITED } from './actions';
import { confirmRemoval, type Hands, serverCommands } from './commands';
import { Texts, uriOf } from './documents';
import { Pipelines } from './pipelines';
import { selectPython } from './pythons';
import { Runner } from './run';
import { openSample } from './sample';
import { own, SECTION, serverSettings } from './settings';
import { Status } from './status';
import { Terminals } from './terminals';
import { welcome } from './tour';
import { updateAfterSaving, Updates } from './update';

let running: Client | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Valohai Steps', { log: true });
  const texts = new Texts();
  const client = new Client(context, log, {
    ...actionMiddleware,
    workspace: {
      // Only what the user has set, and nothing that is the extension's own.
      configuration: (params) =>
        params.items.map((item) =>
          item.section === SECTION ? serverSettings(item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined) : null,
        ),
      didChangeConfiguration: () => client.configure(),
    },
  });
  const updates = new Updates(texts, (edit) => client.toEdit(edit));
  const terminals = new Terminals();
  const runner = new Runner(client, updates, terminals, context.workspaceState);
  const pipelines = new Pipelines(client, vscode.Uri.joinPath(context.extensionUri, 'dist', 'page.js'), context.workspaceState);
  const hands: Hands = { client, texts, updates, runner };
  running = client;
  context.subscriptions.push(
    log,
    client,
    updates,
    terminals,
    pipelines,
    new Status(client),
    ...serverCommands(hands),
    completeBeforehand(client),
    ...offerToAgents(context, log, client),
    vscode.workspace.registerTextDocumentContentProvider(Texts.scheme, texts),
    vscode.commands.registerCommand(`${SECTION}.restart`, () => client.restart()),
    vscode.commands.registerCommand(`${SECTION}.showLogs`, () => log.show()),
    vscode.commands.registerCommand(`${SECTION}.chooseInterpreter`, () => selectPython(client)),
    vscode.commands.registerCommand(`${SECTION}.openSample`, () => openSample(client, context.globalStorageUri)),
    vscode.commands.registerCommand(`${SECTION}.showPipeline`, (uri, name) => pipelines.show(uri, name)),
    vscode.commands.registerCommand(`${SECTION}.goTo`, (uri, range) => goTo(client, uri, range)),
    vscode.commands.registerCommand(`${SECTION}.confirmRemoval`, (asked) => confirmRemoval(hands, asked)),
    vscode.commands.registerCommand(SAVE_EDITED, (uris) => updates.saveEdited(uris)),
    vscode.commands.registerCommand(`${SECTION}.runLocally`, (uri, step) => trusted(() => runner.locally(uri, step))),
    vscode.commands.registerCommand(`${SECTION}.runOnValohai`, (uri, step) => trusted(() => runner.onValohai(uri, step))),
    vscode.workspace.onDidSaveTextDocument((document) => void saved(hands, document.uri)),
    vscode.workspace.onDidSaveNotebookDocument((notebook) => void saved(hands, notebook.uri)),
    vscode.workspace.onDidChangeConfiguration((event) => void configured(client, event)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void client.restart()),
  );
  await whenNeeded(context.subscriptions, async () => {
    await client.start();
    await welcome(context);
  });
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

/**
 * Start now; where only a YAML file that is not ours has woken the extension, as soon as there is something to look at.
 * A command or an agent's tool starts the server at any time.
 */
async function whenNeeded(subscriptions: vscode.Disposable[], start: () => Promise<void>): Promise<void> {
  const documents = vscode.workspace.textDocuments;
  const isWoken = documents.some((document) => document.languageId === 'yaml') && !documents.some(isOurs);
  if (!isWoken || (await vscode.workspace.findFiles('**/valohai.{yaml,yml}', undefined, 1)).length > 0) {
    return start();
  }
  const opened = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isOurs(document)) {
      opened.dispose();
      void start();
    }
  });
  subscriptions.push(opened);
}

function isOurs(document: vscode.TextDocument): boolean {
  return document.languageId === 'python' || /\/valohai\.ya?ml$/.test(document.uri.path);
}

/** The server hears of its own settings by itself; those that name a program start it anew. */
async function configured(client: Client, event: vscode.ConfigurationChangeEvent): Promise<void> {
  if (['interpreter', 'importStrategy'].some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) {
    await client.restart();
  }
}

/** A step is the workspace's own code: it runs only where the workspace is trusted. */
async function trusted(run: () => Promise<void>): Promise<void> {
  if (vscode.workspace.isTrusted) {
    await run();
    return;
  }
  const manage = 'Manage Workspace Trust';
  const message = 'Valohai: a step runs the code of this workspace, and the workspace is not trusted.';
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

/** Show a place: an URI and a range of the protocol. */
async function goTo(client: Client, uri: unknown, range: unknown): Promise<void> {
  const target = uriOf(uri);
  const selection = client.toRange(range);
  if (target !== undefined) {
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === target.toString());
    const column = shown?.viewColumn ?? vscode.ViewColumn.Active;
    await vscode.window.showTextDocument(target, { viewColumn: column, preview: false, ...(selection && { selection }) });
  }
}

/** After any save, one by itself included, valohai.yaml follows where a person has asked for that. */
async function saved({ client, updates }: Hands, uri: vscode.Uri): Promise<void> {
  if (uri.scheme === 'file' && /\.(py|ipynb)$/.test(uri.path) && own('updateOnSave', false)) {
    await updateAfterSaving(client, updates, uri);
  }
}
