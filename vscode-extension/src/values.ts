/** The values that a person gives for one run: checked by type, as the runtime will read them. */
import type { Override } from './shell';

const INTEGER = /^[+-]?\d+(_\d+)*$/;
const FLOAT = /^[+-]?((\d+(_\d+)*)(\.\d*)?|\.\d+)(e[+-]?\d+)?$|^[+-]?(inf(inity)?|nan)$/i;
const FLAGS = ['true', 'false'];

/** The only values that an override can have, in order; undefined when it can have any. */
export function listed(override: Override): readonly string[] | undefined {
  if (override.separator !== null) {
    return undefined;
  }
  if (override.choices.length > 0) {
    return override.choices;
  }
  return override.type === 'flag' ? FLAGS : undefined;
}

/** The overrides in the order of a list: those that must be given a value first. */
export function inOrder(overrides: readonly Override[]): Override[] {
  const [needed, others] = [true, false].map((wanted) =>
    overrides.filter((each) => (problem(each, '') !== undefined) === wanted),
  );
  return [...(needed ?? []), ...(others ?? [])];
}

/** What is wrong with a value, and what to do; undefined when it is good. Empty means the default. */
export function problem(override: Override, value: string): string | undefined {
  if (value === '') {
    const needed = override.kind === 'parameter' && override.default === null && !override.optional && override.type !== 'flag';
    return needed ? `${override.name} has no default; type a value` : undefined;
  }
  const parts = override.separator === null ? [value] : value.split(override.separator);
  return parts.map((part) => problemOfOne(override, part.trim())).find((each) => each !== undefined);
}

/** `integer`, `string, several joined by ","`: what is to be typed. */
export function expected(override: Override): string {
  const type = override.kind === 'input' ? 'URL or path' : (override.type ?? 'value');
  return override.separator === null ? type : `${type}, several joined by "${override.separator}"`;
}

/** What a person is told while typing a parameter: `Learning rate · float from 0 to 1. Leave empty for the default (0.1).` */
export function parameterPrompt(override: Override): string {
  const { min, max } = override;
  const range = [min === null ? '' : `from ${min}`, max === null ? '' : `to ${max}`].filter((each) => each !== '');
  return sentences(override, [expected(override), ...range].join(' '), override.default);
}

/** What a person is told while typing an input. */
export function inputPrompt(override: Override): string {
  return sentences(override, 'Type a URL or a path, or browse with the folder button', override.default);
}

function sentences({ description }: Override, what: string, initial: string | null): string {
  const empty = initial === null ? '' : ` Leave empty for the default (${initial}).`;
  return `${[description ?? '', what].filter((each) => each !== '').join(' · ')}.${empty}`;
}

function problemOfOne(override: Override, value: string): string | undefined {
  const { type, choices } = override;
  if (choices.length > 0 && !choices.includes(value)) {
    return `'${value}' is not one of ${choices.join(', ')}`;
  }
  if (type === 'integer' && !INTEGER.test(value)) {
    return `'${value}' is not an integer; type a whole number such as 10`;
  }
  if (type === 'float' && !FLOAT.test(value)) {
    return `'${value}' is not a number; type one such as 0.001`;
  }
  if (type === 'flag' && !FLAGS.includes(value)) {
    return `'${value}' is not a flag; type true or false`;
  }
  return outOfRange(override, Number(value.replaceAll('_', '')));
}

function outOfRange({ type, min, max }: Override, value: number): string | undefined {
  if (type !== 'integer' && type !== 'float') {
    return undefined;
  }
  if (min !== null && value < min) {
    return `${value} is too small; the smallest is ${min}`;
  }
  return max !== null && value > max ? `${value} is too large; the largest is ${max}` : undefined;
}

/** Of what was given last time, that which still fits. */
export function stillGood(remembered: Readonly<Record<string, unknown>>, overrides: readonly Override[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const override of overrides) {
    const value = remembered[override.name];
    if (typeof value === 'string' && value !== '' && value !== override.default && problem(override, value) === undefined) {
      found.set(override.name, value);
    }
  }
  return found;
}
