/** What coding agents in VS Code get: the tools that write nothing, of what is open, and the server that can also update. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { agentServer } from './server';
import { SECTION } from './settings';

const PREFIX = 'valohai_';

/** What the language server answers for a tool. */
type Answer = { readonly text: string } | { readonly error: string };

/** The parts of VS Code that came after the oldest version this extension runs in: 1.95 has tools, 1.101 servers. */
interface NewerModels {
  registerTool?(name: string, tool: Tool): vscode.Disposable;
  registerMcpServerDefinitionProvider?(id: string, provider: ServerProvider): vscode.Disposable;
}

interface NewerClasses {
  readonly lm?: NewerModels;
  readonly LanguageModelToolResult?: new (content: unknown[]) => unknown;
  readonly LanguageModelTextPart?: new (text: string) => unknown;
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string>,
    version: string,
  ) => { cwd?: vscode.Uri };
}

interface Tool {
  invoke(options: { readonly input: unknown }): Promise<unknown>;
}

interface ServerProvider {
  readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
  provideMcpServerDefinitions(): Promise<unknown[]>;
}

/** Offer what this version of VS Code has a place for; older versions get less, and no error. */
export function offerToAgents(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  client: Client,
): vscode.Disposable[] {
  const newer = vscode as unknown as NewerClasses;
  return [...tools(context, client, newer), ...servers(context, log, client, newer)];
}

function tools(context: vscode.ExtensionContext, client: Client, newer: NewerClasses): vscode.Disposable[] {
  const { lm, LanguageModelToolResult: Result, LanguageModelTextPart: Text } = newer;
  if (lm?.registerTool === undefined || Result === undefined || Text === undefined) {
    return [];
  }
  const contributed = context.extension.packageJSON.contributes.languageModelTools as readonly { readonly name: string }[];
  return contributed.map(({ name }) =>
    lm.registerTool!(name, {
      invoke: async ({ input }) => new Result([new Text(await answer(client, name.slice(PREFIX.length), input))]),
    }),
  );
}

/** What a tool answers. Throws what it refuses with, which VS Code tells the model. */
async function answer(client: Client, tool: string, input: unknown): Promise<string> {
  const found = await client.execute<Answer>(`${SECTION}.ask`, tool, input ?? {});
  if (found === undefined || found === null) {
    throw new Error('the language server of Valohai Steps does not run; the command "Valohai: Show Logs" says why');
  }
  if ('error' in found) {
    throw new Error(found.error);
  }
  return found.text;
}

function servers(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  client: Client,
  newer: NewerClasses,
): vscode.Disposable[] {
  const { lm, McpStdioServerDefinition: Definition } = newer;
  if (lm?.registerMcpServerDefinitionProvider === undefined || Definition === undefined) {
    return [];
  }
  const changed = new vscode.EventEmitter<void>();
  const provider: ServerProvider = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: async () => {
      const folders = (vscode.workspace.workspaceFolders ?? [])
        .map((folder) => folder.uri)
        .filter((uri) => uri.scheme === 'file');
      const started =
        folders.length === 0
          ? undefined
          : await agentServer(
              context,
              log,
              folders.map((uri) => uri.fsPath),
            );
      if (started === undefined) {
        return [];
      }
      const version = String(context.extension.packageJSON.version);
      const definition = new Definition('Valohai Steps', started.command, [...started.args], {}, version);
      definition.cwd = vscode.Uri.file(started.cwd);
      return [definition];
    },
  };
  return [
    changed,
    lm.registerMcpServerDefinitionProvider(`${SECTION}.agents`, provider),
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    // Another Python was chosen, or a setting that names one.
    client.onChanged(() => changed.fire()),
  ];
}
