/** Which lines of a document an edit touched. */

/** A change as VS Code tells it: lines from 0 in the text before the edit, and the text that took their place. */
export interface Change {
  readonly range: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly text: string;
}

/** First and last line, from 0, in the text after the edit. */
export type Lines = readonly [number, number];

/** The lines that a set of changes, told at once, touched; undefined for no change. */
export function touchedLines(changes: readonly Change[]): Lines | undefined {
  let found: Lines | undefined;
  let shift = 0; // lines that the changes above added or took away
  for (const { range, text } of [...changes].sort((one, other) => one.range.start.line - other.range.start.line)) {
    const added = text.split('\n').length - 1;
    const first = range.start.line + shift;
    found = spanning(found, [first, first + added]);
    shift += added - (range.end.line - range.start.line);
  }
  return found;
}

/** From the first line of either to the last of either. */
export function spanning(one: Lines | undefined, other: Lines): Lines {
  return one === undefined ? other : [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
}
