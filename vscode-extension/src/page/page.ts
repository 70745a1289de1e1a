/** The page that shows a pipeline: runs in the webview, draws what it is sent, and tells what a person clicks on. */
import type { Picture, Problem, Said, Target } from '../drawings';
import { nearest, type Point } from './focus';

declare function acquireVsCodeApi(): { postMessage(said: Said): void; getState(): unknown; setState(state: unknown): void };

const vscode = acquireVsCodeApi();
const nonce = document.currentScript?.dataset['nonce'] ?? '';
const SMALLEST = 0.62; // of the size at which the letters are those of the editor: below that it is scrolled

const tabs = element('tabs');
const note = element('note');
const drawing = element('drawing');
const problems = element('problems');

window.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  vscode.setState(data.state);
  show(data.picture);
});
drawing.addEventListener('click', ({ target }) => open(target));
drawing.addEventListener('keydown', pressed);
tabs.addEventListener('keydown', walkTabs);
vscode.postMessage({ kind: 'ready' });

/** What comes from the extension; `state` is what a view is made again from after the window was reloaded. */
interface Message {
  readonly picture: Picture;
  readonly state: unknown;
}

function show(picture: Picture): void {
  document.body.className = picture.isOld ? 'old' : '';
  tabs.hidden = picture.names.length < 2;
  fill(
    tabs,
    picture.names.map((name, number) => tab(name, number, number === picture.shown)),
  );
  note.textContent = picture.note;
  note.hidden = picture.note === '';
  problems.hidden = picture.problems.length === 0;
  fill(problems, picture.problems.map(item));
  draw(picture);
}

/** The drawing anew; the node that had the focus has it again, and nothing is scrolled away. */
function draw({ drawing: text }: Picture): void {
  const focused = document.activeElement?.getAttribute('data-node');
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  if (text === '' || !(parsed instanceof SVGSVGElement)) {
    drawing.replaceChildren();
    return;
  }
  const svg = document.importNode(parsed, true);
  for (const style of svg.querySelectorAll('style')) {
    style.setAttribute('nonce', nonce);
  }
  const width = svg.width.baseVal.value;
  svg.setAttribute('role', 'group');
  svg.removeAttribute('height');
  svg.style.width = `clamp(${SMALLEST * width}px, 100%, ${width}px)`;
  for (const node of nodesOf(svg)) {
    node.setAttribute('role', 'button');
    node.setAttribute('aria-label', (node.querySelector('title')?.textContent ?? '').replaceAll('\n', ', '));
  }
  drawing.replaceChildren(svg);
  drawing.querySelector<SVGElement>(`[data-node="${focused ?? ''}"]`)?.focus();
}

function tab(name: string, number: number, isShown: boolean): HTMLElement {
  const made = document.createElement('button');
  made.textContent = name;
  made.setAttribute('role', 'tab');
  made.setAttribute('aria-selected', String(isShown));
  made.tabIndex = isShown ? 0 : -1;
  made.addEventListener('click', () => vscode.postMessage({ kind: 'choose', number }));
  return made;
}

function item({ words, target }: Problem): HTMLElement {
  const made = document.createElement('li');
  const button = document.createElement('button');
  button.textContent = words;
  button.addEventListener('click', () => vscode.postMessage({ kind: 'open', target }));
  made.append(button);
  return made;
}

/** The children of an element, anew; what had the focus has it again. */
function fill(parent: HTMLElement, children: readonly HTMLElement[]): void {
  const buttons = (): HTMLElement[] => [...parent.querySelectorAll('button')];
  const focused = buttons().findIndex((each) => each === document.activeElement);
  parent.replaceChildren(...children);
  (buttons()[focused] ?? (focused < 0 ? undefined : buttons().at(-1)))?.focus();
}

function open(clicked: EventTarget | null): void {
  const target = clicked instanceof Element ? targetOf(clicked) : undefined;
  if (target !== undefined) {
    vscode.postMessage({ kind: 'open', target });
  }
}

function targetOf(clicked: Element): Target | undefined {
  for (const part of ['node', 'edge'] as const) {
    const number = clicked.closest(`[data-${part}]`)?.getAttribute(`data-${part}`);
    if (number !== null && number !== undefined) {
      return { part, number: Number(number) };
    }
  }
  return undefined;
}

function pressed(event: KeyboardEvent): void {
  const node = event.target instanceof Element ? event.target.closest('[data-node]') : null;
  if (node === null) {
    return;
  }
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    open(node);
    return;
  }
  const nodes = nodesOf(drawing);
  const next = nearest(event.key, middle(node), nodes.map(middle));
  if (next !== undefined) {
    event.preventDefault();
    nodes[next]?.focus();
  }
}

function walkTabs(event: KeyboardEvent): void {
  const all = [...tabs.querySelectorAll('button')];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step !== undefined && all.length > 0) {
    const here = all.findIndex((each) => each.getAttribute('aria-selected') === 'true');
    const next = all[(here + step + all.length) % all.length];
    next?.focus();
    next?.click();
  }
}

function nodesOf(parent: Element): SVGElement[] {
  return [...parent.querySelectorAll<SVGElement>('[data-node]')];
}

function middle(of: Element): Point {
  const { x, y, width, height } = of.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}
