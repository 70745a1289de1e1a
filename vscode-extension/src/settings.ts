/** The settings that go to the server: those that the user has set, so that pyproject.toml counts for the rest. */
import * as vscode from 'vscode';

import { stated } from './stated';

export const SECTION = 'valohai-steps';

/** The settings of the server, the same as in `[tool.valohai-steps]`; the others are the extension's own. */
export const SERVER_SETTINGS = ['yaml', 'requirements', 'runtime', 'rules', 'exclude', 'image', 'arguments'] as const;

/** What the user has set for a resource, by name. */
export function serverSettings(resource?: vscode.Uri): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION, resource ?? null);
  const found = SERVER_SETTINGS.map((name) => [name, stated(configuration.inspect(name))] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** One of the extension's own settings. */
export function own<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration(SECTION).get<T>(name, fallback);
}
