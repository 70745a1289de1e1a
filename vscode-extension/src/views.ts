/** What is shown in panels, which a person may close at any time: also while something is awaited. */

/** The parts of a webview panel that are needed here. */
export interface Panel {
  onDidDispose(listener: () => void): unknown;
  readonly webview: { postMessage(message: unknown): PromiseLike<boolean> };
}

/** A panel and whether it is still there. */
export class Shown<P extends Panel = Panel> {
  private closed = false;

  constructor(readonly panel: P) {
    panel.onDidDispose(() => (this.closed = true));
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** To the page, if there is one: a panel that is closed gets nothing, and that is no error. */
  async send(message: unknown): Promise<void> {
    if (this.closed) {
      return;
    }
    try {
      await this.panel.webview.postMessage(message);
    } catch (error) {
      if (!this.isClosed) {
        throw error;
      }
    }
  }
}

/** One view for each key, as long as its panel is open. */
export class Views<P extends Panel, View extends { dispose(): void }> {
  private readonly views = new Map<string, View>();

  get(key: string): View | undefined {
    return this.views.get(key);
  }

  values(): View[] {
    return [...this.views.values()];
  }

  /** The view that is made in a panel, instead of an older one of that key; undefined: the panel was closed meanwhile. */
  async open(key: string, panel: P, make: (shown: Shown<P>) => Promise<View>): Promise<View | undefined> {
    let view: View | undefined;
    const shown = new Shown(panel);
    // Before anything is awaited: a panel tells once that it was closed.
    panel.onDidDispose(() => {
      if (view !== undefined && this.views.get(key) === view) {
        this.views.delete(key);
      }
    });
    view = await make(shown);
    if (shown.isClosed) {
      return undefined;
    }
    const older = this.views.get(key);
    this.views.set(key, view);
    older?.dispose();
    return view;
  }
}
