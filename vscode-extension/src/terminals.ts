/** Terminals for running steps: an idle one is used again, a busy one is left alone. */
import * as vscode from 'vscode';

/** Shell integration, which VS Code has from 1.93: without it nobody knows when a terminal is idle. */
interface Integration {
  executeCommand(line: string): unknown;
}
interface IntegrationEvents {
  readonly onDidChangeTerminalShellIntegration?: vscode.Event<{ readonly terminal: vscode.Terminal }>;
  readonly onDidStartTerminalShellExecution?: vscode.Event<{ readonly terminal: vscode.Terminal }>;
  readonly onDidEndTerminalShellExecution?: vscode.Event<{ readonly terminal: vscode.Terminal }>;
}

const PATIENCE = 3_000; // milliseconds: a shell that has not shown its integration by then has none

export class Terminals implements vscode.Disposable {
  /** Our terminals: how many lines of each are not done yet. */
  private readonly running = new Map<vscode.Terminal, number>();
  private readonly disposables: (vscode.Disposable | undefined)[];
  private readonly events: IntegrationEvents = vscode.window as unknown as IntegrationEvents;

  constructor() {
    this.disposables = [
      vscode.window.onDidCloseTerminal((terminal) => this.running.delete(terminal)),
      this.events.onDidStartTerminalShellExecution?.(({ terminal }) => this.count(terminal, 1)),
      this.events.onDidEndTerminalShellExecution?.(({ terminal }) => this.count(terminal, -1)),
    ];
  }

  /** Type a line into a terminal of that name and folder, and run it. */
  async run(name: string, folder: string, line: string): Promise<void> {
    const idle = [...this.running].find(
      ([terminal, lines]) => lines === 0 && this.belongs(terminal, name, folder) && integrationOf(terminal) !== undefined,
    )?.[0];
    const terminal = idle ?? vscode.window.createTerminal({ name, cwd: folder });
    if (idle === undefined) {
      this.running.set(terminal, 0);
    }
    terminal.show();
    const integration = integrationOf(terminal) ?? (await this.awaited(terminal));
    if (integration === undefined) {
      // The shell reads the line at its first prompt: should integration come with that prompt after all, the line counts.
      terminal.sendText(line);
    } else {
      integration.executeCommand(line);
    }
  }

  dispose(): void {
    for (const each of this.disposables) {
      each?.dispose();
    }
  }

  private belongs(terminal: vscode.Terminal, name: string, folder: string): boolean {
    return (
      terminal.exitStatus === undefined &&
      terminal.name === name &&
      'cwd' in terminal.creationOptions &&
      terminal.creationOptions.cwd === folder
    );
  }

  private count(terminal: vscode.Terminal, difference: number): void {
    const lines = this.running.get(terminal);
    if (lines !== undefined) {
      this.running.set(terminal, Math.max(0, lines + difference));
    }
  }

  private awaited(terminal: vscode.Terminal): Promise<Integration | undefined> {
    const changed = this.events.onDidChangeTerminalShellIntegration;
    if (changed === undefined) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        listening.dispose();
        resolve(integrationOf(terminal));
      };
      const timer = setTimeout(end, PATIENCE);
      const listening = changed(({ terminal: other }) => {
        if (other === terminal) {
          end();
        }
      });
    });
  }
}

function integrationOf(terminal: vscode.Terminal): Integration | undefined {
  return (terminal as { readonly shellIntegration?: Integration }).shellIntegration;
}
