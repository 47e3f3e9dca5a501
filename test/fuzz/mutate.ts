import * as fc from 'fast-check';
import type { JsonValue } from '../../src/document/json.ts';

/** Names that objects inherit, names with a meaning of their own, and names that are hard to write. */
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  '',
  '0',
  '-1',
  ' ',
  'a.b',
  'a/b~c',
  '~',
  '#',
  '$ref',
  'reference',
  'x-xstate',
  'stepId',
  'workflowId',
  'operationId',
  'type',
  'default',
  'done',
  'failed',
  'wait',
  'xstate.init',
  '\u{1F600}',
  '\uD800',
  '\u0000',
  '\u001b[2J',
];

const TEXTS = [
  ...KEYS,
  '$',
  '$$',
  '{$',
  '}',
  '{$inputs.wish',
  '$inputs.__proto__',
  '$inputs.wish#/a/b',
  '$steps.',
  '$steps.findItem.outputs.item#/~2',
  '$workflows.order.inputs.wish',
  '$sourceDescriptions..',
  '$sourceDescriptions.mail.notify',
  '$components.parameters.page',
  '$response.body#',
  '$response.header.',
  '$statusCode == ',
  '((((((((',
  '!!!!!!!!$inputs.rich',
  "'unclosed",
  '$.a[?(@.b == $..*)]',
  '(a+)+$',
  '[[[[',
  '//*[. = "a"]',
  '#/components/inputs/buyer',
  '#/components/schemas/basket',
  '#',
  '#/%',
  'https://[',
  '{region}{region}',
  '/baskets/{basket}/{basket}',
  'NaN',
  '1e999',
  '9'.repeat(40),
  'x'.repeat(5000),
  '\n\n',
];

/** Values that stand where another was expected. */
export const hostileValue: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<JsonValue>(
      null,
      true,
      false,
      0,
      -1,
      0.5,
      1e308,
      -0,
      2 ** 53,
      1e-7,
      [],
      {},
      [null],
      [[]],
      [{}],
      { $ref: '#' },
      { reference: '$components.parameters.page' },
      { type: 'retry' },
      JSON.parse('{"__proto__":{"a":1}}') as JsonValue,
    ),
  },
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: 'binary-ascii' }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue> },
);

/** One change of a tree; the numbers choose among the places that it has. */
export interface Mutation {
  readonly how: 'delete' | 'replace' | 'insert' | 'copy' | 'swap' | 'graft' | 'rename' | 'wrap' | 'edit';
  readonly where: number;
  readonly other: number;
  readonly key: string;
  readonly value: JsonValue;
}

/** A few changes of a tree. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    how: fc.constantFrom(
      'delete',
      'replace',
      'replace',
      'insert',
      'copy',
      'swap',
      'graft',
      'rename',
      'wrap',
      'edit',
      'edit',
    ),
    where: fc.nat(),
    other: fc.nat(),
    key: fc.constantFrom(...KEYS),
    value: hostileValue,
  }),
  { minLength: 1, maxLength: 5 },
);

type Container = Record<string, unknown> | unknown[];
type Place = readonly [owner: Container, member: string];

/** A copy of a tree with changes made one after the other. */
export function mutated(tree: JsonValue, changes: readonly Mutation[]): JsonValue {
  const root = { tree: structuredClone(tree) as unknown };
  for (const change of changes) mutate(root, change);
  return root.tree as JsonValue;
}

function mutate(root: Record<string, unknown>, change: Mutation): void {
  const places: Place[] = [];
  collect(root, places);
  const [owner, member] = places[change.where % places.length] ?? [root, 'tree'];
  const [otherOwner, otherMember] = places[change.other % places.length] ?? [root, 'tree'];
  const current = valueAt(owner, member);
  const other = valueAt(otherOwner, otherMember);
  switch (change.how) {
    case 'delete':
      remove(owner, member);
      break;
    case 'replace':
      put(owner, member, structuredClone(change.value));
      break;
    case 'insert':
      add(current, change.key, structuredClone(change.value));
      break;
    case 'copy':
      add(owner, change.key, structuredClone(current));
      break;
    case 'swap': {
      const copy = structuredClone(other);
      put(otherOwner, otherMember, structuredClone(current));
      put(owner, member, copy);
      break;
    }
    case 'graft':
      put(owner, member, structuredClone(other));
      break;
    case 'rename':
      if (!Array.isArray(owner)) {
        remove(owner, member);
        put(owner, change.key, current);
      }
      break;
    case 'wrap': {
      let wrapped = current;
      for (let depth = change.other % 40; depth >= 0; depth -= 1) {
        wrapped = depth % 2 === 0 ? [wrapped] : { [change.key]: wrapped };
      }
      put(owner, member, wrapped);
      break;
    }
    case 'edit':
      if (typeof current === 'string') put(owner, member, edited(current, change));
      else put(owner, member, structuredClone(change.value));
      break;
  }
}

/** A text with something cut out, put in or doubled at one place. */
export function edited(
  text: string,
  { where, other, value }: Pick<Mutation, 'where' | 'other' | 'value'>,
): string {
  const at = other % (text.length + 1);
  const piece = typeof value === 'string' ? value : JSON.stringify(value);
  const ways = [
    text.slice(0, at),
    text.slice(at),
    text.slice(0, at) + piece + text.slice(at),
    text.slice(0, at) + piece + text.slice(at + piece.length),
    text.slice(0, at) + text.slice(at, at + 9) + text.slice(at),
    text.slice(0, at) + text.slice(at + 1 + (where % 5)),
  ];
  return ways[where % ways.length] ?? text;
}

function collect(value: unknown, places: Place[]): void {
  if (typeof value !== 'object' || value === null) return;
  const owner = value as Container;
  for (const [member, inner] of Object.entries(owner)) {
    places.push([owner, member]);
    collect(inner, places);
  }
}

function valueAt(owner: Container, member: string): unknown {
  return Object.hasOwn(owner, member) ? (owner as Record<string, unknown>)[member] : null;
}

function put(owner: Container, member: string, value: unknown): void {
  Object.defineProperty(owner, member, { value, enumerable: true, configurable: true, writable: true });
}

function add(owner: unknown, member: string, value: unknown): void {
  if (Array.isArray(owner)) owner.push(value);
  else if (typeof owner === 'object' && owner !== null) put(owner as Container, member, value);
}

function remove(owner: Container, member: string): void {
  if (Array.isArray(owner)) owner.splice(Number(member), 1);
  else delete owner[member];
}
