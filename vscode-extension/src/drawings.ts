/** Pipelines as the server draws them, and what the view of them shows of each answer. */

/** A place of the protocol. */
export interface Location {
  readonly uri: string;
  readonly range: unknown;
}

export interface Node {
  readonly name: string;
  readonly problem: string;
  readonly location: Location;
}

export interface Edge {
  readonly source: string;
  readonly target: string;
  readonly problem: string;
  readonly location: Location;
}

/** A pipeline: `drawing` is SVG, in which `data-node` and `data-edge` number its nodes and edges. `stale`: it was so before
 * the text around it broke. */
export interface Graph {
  readonly name: string;
  readonly drawing: string;
  readonly stale: boolean;
  readonly location: Location;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Why something of a file cannot be drawn, and where; `place` is the file and line, for people. */
export interface Obstacle extends Location {
  readonly place: string;
  readonly reason: string;
}

/** What the server's command `valohai-steps.pipelineGraphs` tells of a file. */
export interface Drawn {
  readonly graphs: readonly Graph[];
  readonly obstacle: Obstacle | null;
}

/** Something to click on: a part of the pipeline that is shown, by its number; the obstacle; the pipeline's own name. */
export type Target =
  { readonly part: 'node' | 'edge'; readonly number: number } | { readonly part: 'obstacle' } | { readonly part: 'pipeline' };

/** What is wrong, in words, and where a click on the words leads. */
export interface Problem {
  readonly words: string;
  readonly target: Target;
}

/** What the page shows: `names` are the tabs, `shown` is the number of the one that is open. A `note` says that the drawing
 * is an old one, or what to do where there is none. */
export interface Picture {
  readonly file: string;
  readonly names: readonly string[];
  readonly shown: number;
  readonly drawing: string;
  readonly isOld: boolean;
  readonly problems: readonly Problem[];
  readonly note: string;
}

/** What the page tells: that it listens, that a person clicked on something, or that they chose another pipeline. */
export type Said =
  | { readonly kind: 'ready' }
  | { readonly kind: 'open'; readonly target: Target }
  | { readonly kind: 'choose'; readonly number: number };

/** What is kept of an answer while the file changes: an obstacle may hide pipelines that are there nevertheless. */
export class Drawings {
  private drawn: Drawn = { graphs: [], obstacle: null };
  private wasDrawn = new Map<string, Graph>();

  /** `name` is the pipeline to show; without one, or when there is none of that name, the first. */
  constructor(public name: string | undefined) {}

  /** Take an answer. Pipelines that are gone stay as they were, while something of the file cannot be read. */
  take(drawn: Drawn): void {
    const before = drawn.obstacle === null ? [] : [...this.wasDrawn.values()];
    const names = new Set(drawn.graphs.map((graph) => graph.name));
    const kept = before.filter((graph) => !names.has(graph.name)).map((graph) => ({ ...graph, stale: true }));
    this.drawn = { graphs: [...drawn.graphs, ...kept], obstacle: drawn.obstacle };
    if (kept.length > 0) {
      const order = [...this.wasDrawn.keys()];
      this.drawn = {
        ...this.drawn,
        graphs: [...this.drawn.graphs].sort((one, other) => place(order, one) - place(order, other)),
      };
    }
    this.wasDrawn = new Map(this.drawn.graphs.map((graph) => [graph.name, graph]));
  }

  /** Show the pipeline of a number. */
  choose(number: number): void {
    this.name = this.drawn.graphs[number]?.name ?? this.name;
  }

  /** What the page shows of `file`. */
  picture(file: string): Picture {
    const { graphs, obstacle } = this.drawn;
    const graph = this.graph;
    return {
      file,
      names: graphs.map((each) => each.name),
      shown: graph === undefined ? 0 : graphs.indexOf(graph),
      drawing: graph?.drawing ?? '',
      isOld: graph?.stale ?? false,
      problems: [...(graph === undefined ? [] : problemsOf(graph)), ...(obstacle === null ? [] : [said(obstacle)])],
      note: note(file, graph, obstacle),
    };
  }

  /** Where a click leads. */
  location(target: Target): Location | undefined {
    switch (target.part) {
      case 'node':
        return this.graph?.nodes[target.number]?.location;
      case 'edge':
        return this.graph?.edges[target.number]?.location;
      case 'obstacle':
        return this.drawn.obstacle ?? undefined;
      case 'pipeline':
        return this.graph?.location;
    }
  }

  private get graph(): Graph | undefined {
    return this.drawn.graphs.find((each) => each.name === this.name) ?? this.drawn.graphs[0];
  }
}

function place(order: readonly string[], graph: Graph): number {
  const found = order.indexOf(graph.name);
  return found < 0 ? order.length : found;
}

function problemsOf({ nodes, edges }: Graph): Problem[] {
  const ofNodes = nodes.map((node, number): Problem => ({
    words: `${node.name}: ${node.problem}`,
    target: { part: 'node', number },
  }));
  const ofEdges = edges.map((edge, number): Problem => ({
    words: `${edge.source} → ${edge.target}: ${edge.problem}`,
    target: { part: 'edge', number },
  }));
  return [...ofNodes.filter((_, number) => nodes[number]?.problem), ...ofEdges.filter((_, number) => edges[number]?.problem)];
}

function said({ place: at, reason }: Obstacle): Problem {
  return { words: `${at}: ${reason}`, target: { part: 'obstacle' } };
}

function note(file: string, graph: Graph | undefined, obstacle: Obstacle | null): string {
  if (graph?.stale === true) {
    return `${file} cannot be read at the moment: this is the pipeline as it was.`;
  }
  if (graph !== undefined) {
    return '';
  }
  if (obstacle !== null) {
    return `The pipeline of ${file} cannot be drawn yet.`;
  }
  return file.endsWith('.py')
    ? `${file} makes no pipeline. Write a function main(config) that returns a valohai.Pipeline, or open a valohai.yaml that has one.`
    : `${file} has no pipeline. Add an item "- pipeline:" with its name, nodes and edges; the editor completes the keys.`;
}
