/** Valohai steps in VS Code: starts the language server, and gives its commands a place on the screen. */
import * as vscode from 'vscode';

import { Client } from './client';
import { commandMiddleware } from './commands';
import { Texts } from './documents';
import { runLocally, runOnValohai } from './run';
import { own, SECTION, serverSettings } from './settings';
import { Status } from './status';

let running: Client | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Valohai Steps', { log: true });
  const texts = new Texts();
  const client: Client = new Client(context, log, {
    ...commandMiddleware(() => client, texts),
    workspace: {
      // Only what the user has set, and nothing that is the extension's own.
      configuration: (params) =>
        params.items.map((item) =>
          item.section === SECTION ? serverSettings(item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined) : null,
        ),
      didChangeConfiguration: () => client.configure(),
    },
  });
  running = client;
  context.subscriptions.push(
    log,
    client,
    new Status(client),
    vscode.workspace.registerTextDocumentContentProvider(Texts.scheme, texts),
    vscode.commands.registerCommand(`${SECTION}.restart`, () => client.restart()),
    vscode.commands.registerCommand(`${SECTION}.showLogs`, () => log.show()),
    vscode.commands.registerCommand(`${SECTION}.chooseInterpreter`, () => chooseInterpreter(client)),
    vscode.commands.registerCommand(`${SECTION}.runLocally`, (uri, step) => trusted(() => runLocally(client, uri, step))),
    vscode.commands.registerCommand(`${SECTION}.runOnValohai`, (uri, step) => trusted(() => runOnValohai(client, uri, step))),
    vscode.workspace.onDidChangeConfiguration((event) => void configured(client, event)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void client.restart()),
  );
  await client.start();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
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

/** The setting changes, and that restarts the server; the same Python again is a wish to try once more. */
async function chooseInterpreter(client: Client): Promise<void> {
  const picked = await vscode.window.showOpenDialog({
    title: 'The Python (3.10 or newer) that runs the Valohai language server',
    canSelectMany: false,
  });
  const file = picked?.[0]?.fsPath;
  if (file !== undefined && file === own('interpreter', '')) {
    await client.restart();
  } else if (file !== undefined) {
    await vscode.workspace.getConfiguration(SECTION).update('interpreter', file, vscode.ConfigurationTarget.Global);
  }
}
