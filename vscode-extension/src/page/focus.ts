/** Which node the arrow keys lead to. */

/** The middle of something that is drawn. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};
const ASIDE = 1.5; // how much farther something seems for each step that it is not straight ahead

/** The number of the nearest of `points` in the direction of an arrow key; undefined when there is none, or for other keys. */
export function nearest(key: string, from: Point, points: readonly Point[]): number | undefined {
  const arrow = ARROWS[key];
  let found: number | undefined;
  let least = Infinity;
  points.forEach(({ x, y }, number) => {
    const [right, down] = [x - from.x, y - from.y];
    const ahead = arrow === undefined ? 0 : right * arrow.x + down * arrow.y;
    const aside = arrow === undefined ? 0 : Math.abs(right * arrow.y) + Math.abs(down * arrow.x);
    if (ahead > 0 && ahead + ASIDE * aside < least) {
      least = ahead + ASIDE * aside;
      found = number;
    }
  });
  return found;
}
