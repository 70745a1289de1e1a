/** What a person has set, of all the places where a setting can be set. */

/** The values of a setting by place, as VS Code's `inspect` tells them; undefined where it is not set. */
export interface Places {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** The value that counts: the nearest one, of tables all entries, '' as an editor's way to say "not set". */
export function stated(places: Places | undefined): unknown {
  const found = [places?.globalValue, places?.workspaceValue, places?.workspaceFolderValue].filter(
    (value) => value !== undefined && value !== null && value !== '',
  );
  return found.length > 0 && found.every(isTable) ? Object.assign({}, ...found) : found.at(-1);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
