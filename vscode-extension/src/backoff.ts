/** When to start a server again that has died: at once, then later and later, then no more. */

const WINDOW = 3 * 60_000; // milliseconds in which crashes count together
const PAUSES = [0, 1_000, 4_000, 15_000]; // milliseconds before each restart

/** Counts crashes; a server that lives for a while starts with a clean sheet. */
export class Backoff {
  private crashes: number[] = [];

  /** `now` tells the time in milliseconds. */
  constructor(private readonly now: () => number) {}

  /** How long to wait, in milliseconds, before the next start; undefined when it has died too often. */
  afterCrash(): number | undefined {
    const now = this.now();
    this.crashes = [...this.crashes.filter((crash) => now - crash < WINDOW), now];
    return PAUSES[this.crashes.length - 1];
  }

  /** A person has asked for a restart. */
  reset(): void {
    this.crashes = [];
  }
}
