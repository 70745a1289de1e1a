/** What the server knows of a file: its valohai.yaml, its steps, and what an update would change. */
import type * as vscode from 'vscode';

import type { Client } from './client';

/** What the server's command `valohai-steps.state` tells. */
export interface State {
  readonly yaml: string | null;
  readonly exists: boolean;
  readonly changes: number;
  readonly summary: string;
  readonly obstacle: Obstacle | null;
  readonly steps: readonly { readonly name: string; readonly changes: number; readonly complete: boolean }[];
}

/** What keeps valohai.yaml from being updated, and where: `place` is the file and line, for people. */
export interface Obstacle {
  readonly uri: string;
  readonly range: unknown;
  readonly place: string;
  readonly reason: string;
}

/** The state of a file, for what a person does: the server is started for it. Null without a step, undefined without a server. */
export async function stateOf(client: Client, uri: vscode.Uri): Promise<State | null | undefined> {
  return client.execute<State | null>('valohai-steps.state', uri.toString());
}
