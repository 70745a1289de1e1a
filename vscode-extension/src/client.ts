/** The language client: what it watches, what it sends, and what happens when the server dies. */
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, ErrorHandler, LanguageClient, Middleware } from 'vscode-languageclient/node';

import { Backoff } from './backoff';
import { CannotStart, serverCommand } from './server';
import { SECTION, serverSettings } from './settings';

/** The documents that the server looks at: files on the disk, the cells of notebooks, valohai.yaml. */
export const SELECTOR = [
  { scheme: 'file', language: 'python' },
  { notebook: { scheme: 'file', notebookType: 'jupyter-notebook' }, language: 'python' },
  { scheme: 'file', pattern: '**/valohai.{yaml,yml}' },
];

/** The commands that only this client can carry out; the server puts them over steps. */
export const CLIENT_COMMANDS = ['valohai-steps.runLocally', 'valohai-steps.runOnValohai'];

/** Starts and restarts the server; one at a time. */
export class Client implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly backoff = new Backoff(Date.now);
  private readonly started = new vscode.EventEmitter<void>();
  readonly onStarted = this.started.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly middleware: Middleware,
  ) {}

  /** Whether the server answers. */
  get running(): boolean {
    return this.client?.isRunning() ?? false;
  }

  /** Start the server, or say why it cannot be started. */
  async start(): Promise<void> {
    try {
      const server = await serverCommand(this.context, this.log);
      this.client = new LanguageClient(SECTION, 'Valohai Steps', server, {
        documentSelector: SELECTOR,
        outputChannel: this.log,
        middleware: this.middleware,
        initializationOptions: { settings: serverSettings(), clientCommands: CLIENT_COMMANDS },
        errorHandler: this.errorHandler(),
        initializationFailedHandler: () => false,
      });
      await this.client.start();
      await this.announce(true);
    } catch (error) {
      await this.announce(false);
      void this.explain(error instanceof CannotStart ? error.message : `Valohai: the language server did not start. ${text(error)}`);
    }
  }

  /** End the server and start it again: asked for by a person, or by a change of settings. */
  async restart(): Promise<void> {
    this.backoff.reset();
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await this.announce(false);
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`the server did not stop in time: ${text(error)}`);
    }
  }

  /** Ask the server to carry out one of its commands; undefined while it does not run. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    if (this.client === undefined || !this.running) {
      return undefined;
    }
    return (await this.client.sendRequest('workspace/executeCommand', { command, arguments: args })) as T;
  }

  /** Tell the server that the user has changed settings. */
  async configure(): Promise<void> {
    if (this.running) {
      await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: { [SECTION]: serverSettings() } });
    }
  }

  dispose(): void {
    void this.stop();
    this.started.dispose();
  }

  private async announce(running: boolean): Promise<void> {
    await vscode.commands.executeCommand('setContext', `${SECTION}.running`, running);
    if (running) {
      this.started.fire();
    }
  }

  private errorHandler(): ErrorHandler {
    return {
      error: (error) => {
        this.log.error(text(error));
        return { action: ErrorAction.Continue };
      },
      closed: async () => {
        const pause = this.backoff.afterCrash();
        if (pause === undefined) {
          await this.announce(false);
          void this.explain('Valohai: the language server has ended five times within three minutes, and is not started again.');
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        this.log.warn(`the server has ended; it is started again in ${pause / 1000} s`);
        await new Promise((resolve) => setTimeout(resolve, pause));
        return { action: CloseAction.Restart, handled: true };
      },
    };
  }

  private async explain(message: string): Promise<void> {
    this.log.error(message);
    const again = 'Restart';
    const choose = 'Choose Python...';
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
