/** What would change, as a person reads it before saying yes. */
import { Widget } from '@lumino/widgets';
import type { Proposal } from './server';

/** The body of the dialog: what is asked, the difference of each file, and what else is to be known. */
export class Difference extends Widget {
  constructor(proposal: Proposal) {
    super();
    this.addClass('valohai-steps-difference');
    if (proposal.question) this.add('p', proposal.question);
    for (const file of proposal.files) this.addDiff(file.diff);
    for (const note of proposal.notes) this.add('p', note);
  }

  private addDiff(diff: string): void {
    const shown = this.add('pre', '');
    for (const line of diff.replace(/\n$/, '').split('\n')) {
      const row = document.createElement('div');
      row.textContent = line || ' ';
      const kind = kindOf(line);
      if (kind) row.classList.add(`valohai-steps-${kind}`);
      shown.append(row);
    }
  }

  private add(tag: 'p' | 'pre', text: string): HTMLElement {
    const element = document.createElement(tag);
    element.textContent = text;
    this.node.append(element);
    return element;
  }
}

/** What a line of a unified diff is; the empty string for one that stays. */
export function kindOf(line: string): string {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return 'file';
  return { '+': 'added', '-': 'removed', '@': 'place' }[line.charAt(0)] ?? '';
}
