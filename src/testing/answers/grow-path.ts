import { isJsonObject, setMember, type JsonValue } from '../../document/json.ts';
import { childOf } from '../../document/json-pointer.ts';
import { compileQuery, type SelectedNode } from '../../expressions/json-path.ts';
import type { FilterSyntax, PathSegment, PathSelector } from '../../expressions/json-path-syntax.ts';
import { put, type Value } from './draft.ts';
import type { Shape } from './shape.ts';

/** What a JSONPath query is solved with. */
export interface PathSolving {
  readonly shape: Pick<Shape, 'sampleAt' | 'samplesAt'>;
  /** The value that `$` stands for. */
  readonly root: Value;
  /** Values like the given one for which a filter may hold, or not. */
  readonly filter: (
    filter: FilterSyntax,
    wanted: boolean,
    current: Value,
    at: readonly string[],
    solving: PathSolving,
  ) => Iterable<Value>;
}

/** How many of several places are tried. */
const PLACES = 3;
const MAX_DESCENT = 4;

/** A value that is put where something is needed and nothing is known of it. */
const ANYTHING = 'something';

/** Values like the given one in which the segments lead to something. */
export function* grown(
  value: Value,
  segments: readonly PathSegment[],
  at: readonly string[],
  solving: PathSolving,
  leaf?: Value,
  depth = 0,
): Generator<Value> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    if (leaf !== undefined) yield leaf;
    else yield value ?? solving.shape.sampleAt(at) ?? ANYTHING;
    return;
  }
  const into = function* (base: Value, token: string, child: Value): Generator<Value> {
    for (const inner of grown(child, rest, [...at, token], solving, leaf))
      yield put(base, [token], inner, solving.shape, at);
  };
  for (const selector of segment.selectors) {
    for (const [base, token, child] of openings(selector, value, at, solving))
      yield* into(base, token, child);
  }
  if (!segment.descends || depth >= MAX_DESCENT) return;
  const base = value ?? solving.shape.sampleAt(at);
  for (const token of tokensOf(base).slice(0, PLACES * 3)) {
    const child = childOf(base, token);
    for (const inner of grown(child, segments, [...at, token], solving, leaf, depth + 1))
      yield put(base, [token], inner, solving.shape, at);
  }
}

type Opening = readonly [base: Value, token: string, child: Value];

/** The places that a selector leads to: in what, under which token, and what stands there or could. */
function* openings(
  selector: PathSelector,
  value: Value,
  at: readonly string[],
  solving: PathSolving,
): Generator<Opening> {
  const sample = solving.shape.sampleAt(at);
  const list: readonly JsonValue[] = Array.isArray(value) ? value : Array.isArray(sample) ? sample : [];
  const seedOf = (base: Value, token: string): Value =>
    childOf(base, token) ?? solving.shape.sampleAt([...at, token]);
  const opened = (base: Value, token: string): Opening => [base, token, seedOf(base, token)];
  switch (selector.kind) {
    case 'name': {
      const base = isJsonObject(value) ? value : isJsonObject(sample) ? sample : {};
      yield opened(base, selector.name);
      return;
    }
    case 'index': {
      if (selector.index >= 0) yield opened(list, String(selector.index));
      else {
        const base = filled(list, -selector.index, at, solving);
        yield opened(base, String(base.length + selector.index));
      }
      return;
    }
    case 'slice': {
      const { start, stop, step = 1 } = selector;
      const first = start ?? (step < 0 ? list.length - 1 : 0);
      const wanted = first < 0 ? -first : Math.min(first, 200) + 1;
      const base = filled(list, Math.max(wanted, stop !== undefined && stop < 0 ? 1 - stop : 1), at, solving);
      yield opened(base, String(first < 0 ? base.length + first : Math.min(first, base.length - 1)));
      return;
    }
    case 'wildcard': {
      const base = value ?? sample;
      for (const token of tokensOf(base).slice(0, PLACES)) yield opened(base, token);
      yield opened(list, '0');
      if (isJsonObject(base)) yield opened(base, 'value');
      return;
    }
    case 'filter':
      for (const [base, token, child] of openings({ kind: 'wildcard' }, value, at, solving)) {
        const seeds = [child, ...(child === undefined ? [{}] : [])];
        for (const seed of seeds) {
          for (const element of solving.filter(selector.expression, true, seed, [...at, token], solving))
            yield [base, token, element];
        }
      }
  }
}

function filled(
  list: readonly JsonValue[],
  length: number,
  at: readonly string[],
  { shape }: PathSolving,
): readonly JsonValue[] {
  const items = [...list];
  while (items.length < Math.min(length, 200))
    items.push(shape.sampleAt([...at, String(items.length)]) ?? items[0] ?? ANYTHING);
  return items;
}

function tokensOf(value: Value): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** How many ways of making a filter fail are tried. */
const FAILING = 6;

/** Values like the given one in which the segments lead to nothing. */
export function* starved(
  value: Value,
  segments: readonly PathSegment[],
  at: readonly string[],
  solving: PathSolving,
): Generator<Value> {
  if (value === undefined || nodesOf(value, segments).length === 0) {
    yield value;
    return;
  }
  for (const [index, { selectors }] of [...segments.entries()].toReversed()) {
    const [selector] = selectors;
    if (selectors.length !== 1 || selector?.kind !== 'filter') continue;
    const matching = nodesOf(value, segments.slice(0, index + 1));
    for (let way = 0; way < FAILING; way += 1) {
      let result: Value = value;
      for (const { value: element, path } of matching) {
        const tokens = path.map(String);
        const ways = solving.filter(selector.expression, false, element, [...at, ...tokens], solving);
        const other = nth(ways, way);
        if (other !== undefined) result = put(result, tokens, other, solving.shape);
      }
      yield result;
    }
  }
  yield withoutNodes(value, segments);
  yield withEmptyParents(value, segments, solving);
}

function nth<Item>(items: Iterable<Item>, index: number): Item | undefined {
  let at = 0;
  for (const item of items) {
    if (at === index) return item;
    at += 1;
  }
  return undefined;
}

/** What the segments select. */
export function nodesOf(value: JsonValue, segments: readonly PathSegment[]): readonly SelectedNode[] {
  const query = compileQuery(`$${segments.map(({ text }) => text).join('')}`);
  return 'value' in query ? (query.value.select(value) ?? []) : [];
}

function withoutNodes(value: JsonValue, segments: readonly PathSegment[]): Value {
  let result: Value = value;
  for (let round = 0; round < 50 && result !== undefined; round += 1) {
    const nodes = nodesOf(result, segments);
    if (nodes.length === 0) return result;
    const last = nodes.toSorted((a, b) => compareTokens(b.path, a.path))[0];
    result = last === undefined ? undefined : without(result, last.path.map(String));
  }
  return result;
}

/** Later items first, so that those before them keep their place. */
function compareTokens(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, token] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (token === other) continue;
    return typeof token === 'number' && typeof other === 'number' ? token - other : token < other ? -1 : 1;
  }
  return a.length - b.length;
}

function without(value: Value, tokens: readonly string[]): Value {
  const [token, ...rest] = tokens;
  if (token === undefined || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const inner = rest.length === 0 ? undefined : without(items[Number(token)], rest);
    return items.flatMap((item, index) =>
      index !== Number(token) ? [item] : inner === undefined ? [] : [inner],
    );
  }
  const members: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const inner = name === token ? (rest.length === 0 ? undefined : without(member, rest)) : member;
    if (inner !== undefined) setMember(members, name, inner);
  }
  return members;
}

function withEmptyParents(value: JsonValue, segments: readonly PathSegment[], { shape }: PathSolving): Value {
  let result: Value = value;
  for (const { path } of nodesOf(value, segments)) {
    const tokens = path.slice(0, -1).map(String);
    const parent: Value = tokens.reduce<Value>((inner, token) => childOf(inner, token), result);
    if (path.length > 0 && parent !== undefined)
      result = put(result, tokens, Array.isArray(parent) ? [] : {}, shape);
  }
  return result;
}
