/** The language client: what it watches, what it sends, and what happens when the server dies. */
import * as vscode from 'vscode';
import {
  CloseAction,
  type CompletionItem,
  type CompletionList,
  type DynamicFeature,
  ErrorAction,
  type ErrorHandler,
  ExecuteCommandRequest,
  LanguageClient,
  type Middleware,
  type Range,
  type StaticFeature,
  type WorkspaceEdit,
} from 'vscode-languageclient/node';

import { Backoff } from './backoff';
import { explainFailure } from './failures';
import { CannotStart, serverCommand } from './server';
import { SECTION, serverSettings } from './settings';
import { Stderr } from './stderr';

/** The documents that the server looks at: files on the disk, the cells of notebooks, valohai.yaml. */
export const SELECTOR = [
  { scheme: 'file', language: 'python' },
  { notebook: { scheme: 'file', notebookType: 'jupyter-notebook' }, language: 'python' },
  { scheme: 'file', pattern: '**/valohai.{yaml,yml}' },
];

/** The commands that only this client can carry out; the server puts them over steps and into actions. */
export const CLIENT_COMMANDS = [
  'valohai-steps.runLocally',
  'valohai-steps.runOnValohai',
  'valohai-steps.confirmRemoval',
  'valohai-steps.goTo',
  'valohai-steps.showPipeline',
  'editor.action.triggerSuggest',
];

/**
 * Says what went wrong in the log alone: a person hears it from us once, with buttons, and never after a keystroke. The
 * commands are not its own: they are there before the server is (`commands.ts`).
 */
class QuietClient extends LanguageClient {
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if (!('registrationType' in feature) || feature.registrationType?.method !== ExecuteCommandRequest.method) {
      super.registerFeature(feature);
    }
  }

  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Starts and restarts the server. There is one at a time: whatever starts or ends one waits for its turn. */
export class Client implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();
  private pending: NodeJS.Timeout | undefined;
  private readonly backoff = new Backoff(Date.now);
  private readonly changed = new vscode.EventEmitter<void>();
  /** The server has started or ended. */
  readonly onChanged = this.changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly middleware: Middleware,
  ) {}

  /** Whether the server answers. */
  get running(): boolean {
    return this.client?.isRunning() ?? false;
  }

  /** Start the server where none runs, or say why it cannot be started. */
  start(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.running) {
        this.backoff.reset();
        await this.end();
        await this.launch();
      }
    });
  }

  /** End the server and start it again: asked for by a person, or by a change of settings. */
  restart(): Promise<void> {
    this.backoff.reset();
    return this.inTurn(async () => {
      await this.end();
      await this.launch();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.end());
  }

  /** Have the server carry out one of its commands. It is started for that; undefined when it cannot be, which is told. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    await this.turn;
    if (!this.running) {
      await this.start();
    }
    return this.ask(command, ...args);
  }

  /** The same where nobody waits for the answer: undefined while the server does not run. */
  async ask<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    if (this.client === undefined || !this.running) {
      return undefined;
    }
    return (await this.client.sendRequest('workspace/executeCommand', { command, arguments: args })) as T;
  }

  /** What the server offers at a place, as soon as it runs; nothing when it does not start. */
  async completions(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    context: vscode.CompletionContext,
  ): Promise<vscode.CompletionList | undefined> {
    await this.turn;
    const client = this.client;
    if (client === undefined || !this.running || token.isCancellationRequested) {
      return undefined;
    }
    const asked = client.code2ProtocolConverter.asCompletionParams(document, position, context);
    const found = await client.sendRequest<CompletionItem[] | CompletionList | null>('textDocument/completion', asked, token);
    const list = await client.protocol2CodeConverter.asCompletionResult(found, undefined, token);
    return Array.isArray(list) ? new vscode.CompletionList(list) : (list ?? undefined);
  }

  /** An edit of the protocol as one of VS Code. Throws while the server does not run. */
  async toEdit(edit: unknown): Promise<vscode.WorkspaceEdit> {
    const found = await this.client?.protocol2CodeConverter.asWorkspaceEdit(edit as WorkspaceEdit);
    if (found === undefined) {
      throw new Error('the language server has stopped');
    }
    return found;
  }

  /** A range of the protocol as one of VS Code. */
  toRange(range: unknown): vscode.Range | undefined {
    return this.client?.protocol2CodeConverter.asRange(range as Range);
  }

  /** Tell the server what the user has set. */
  async configure(): Promise<void> {
    if (this.client !== undefined && this.running) {
      await this.client.sendNotification('workspace/didChangeConfiguration', { settings: { [SECTION]: serverSettings() } });
    }
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work).catch((error: unknown) => this.log.error(text(error)));
    return this.turn;
  }

  private async launch(): Promise<void> {
    clearTimeout(this.pending);
    const stderr = new Stderr();
    try {
      const server = await serverCommand(this.context, this.log);
      this.client = new QuietClient(SECTION, 'Valohai Steps', server, {
        documentSelector: SELECTOR,
        outputChannel: this.log,
        middleware: this.middleware,
        initializationOptions: { settings: serverSettings(), clientCommands: CLIENT_COMMANDS },
        errorHandler: this.errorHandler(),
        initializationFailedHandler: () => false,
        // Standard output carries the protocol.
        stdioOptions: { stdout: () => undefined, stderr: (stream) => stderr.follow(stream, this.log) },
      });
      await this.client.start();
    } catch (error) {
      if (error instanceof CannotStart) {
        void this.explain(error.message);
      } else if (stderr.last !== '') {
        void this.explain(explainFailure(stderr.last));
      } else {
        this.recover(); // it died without a word, as one does that is killed
      }
    }
    this.changed.fire();
  }

  private async end(): Promise<void> {
    clearTimeout(this.pending);
    const client = this.client;
    if (client === undefined) {
      return;
    }
    this.client = undefined;
    try {
      if (client.needsStop()) {
        await client.dispose();
      }
    } catch (error) {
      this.log.warn(`the server did not stop in time: ${text(error)}`);
    }
    this.changed.fire();
  }

  private errorHandler(): ErrorHandler {
    return {
      error: (error) => {
        this.log.error(text(error));
        return { action: ErrorAction.Continue };
      },
      closed: () => {
        // One that dies before it has answered is told by `launch`.
        if (this.running) {
          this.recover();
        }
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  /** After a crash: start again, a little later each time, until it is no use. */
  private recover(): void {
    const pause = this.backoff.afterCrash();
    if (pause === undefined) {
      void this.inTurn(() => this.end());
      void this.explain('Valohai: the language server has ended five times within three minutes, and is not started again.');
      return;
    }
    this.log.warn(`the server has ended; it is started again in ${pause / 1000} s`);
    this.pending = setTimeout(() => {
      void this.inTurn(async () => {
        await this.end();
        await this.launch();
      });
    }, pause);
  }

  private async explain(message: string): Promise<void> {
    this.log.error(message);
    const again = 'Restart';
    const choose = 'Select Python...';
    const logs = 'Show Logs';
    const answer = await vscode.window.showErrorMessage(message, again, choose, logs);
    if (answer === again) {
      await this.restart();
    } else if (answer === choose) {
      await vscode.commands.executeCommand(`${SECTION}.chooseInterpreter`);
    } else if (answer === logs) {
      this.log.show();
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
