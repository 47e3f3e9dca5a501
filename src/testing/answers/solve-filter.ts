import type { JsonValue } from '../../document/json.ts';
import type { FilterSyntax, PathSegment } from '../../expressions/json-path-syntax.ts';
import { comparedValues, mirrored } from './compared-values.ts';
import type { Value } from './draft.ts';
import { textsMatching, textsNotMatching } from './pattern-text.ts';
import { grown, nodesOf, starved, type PathSolving } from './grow-path.ts';
import { ofLength } from './value-length.ts';

/** How many proposals of one operand the other is tried with. */
const TRIED = 6;

/** Values like the given one (what `@` stands for) for which a filter may hold, or not. They are proposals. */
export function* solveFilter(
  filter: FilterSyntax,
  wanted: boolean,
  current: Value,
  at: readonly string[],
  solving: PathSolving,
): Generator<Value> {
  switch (filter.kind) {
    case 'literal':
      return;
    case 'not':
      yield* solveFilter(filter.operand, !wanted, current, at, solving);
      return;
    case 'logical':
      if ((filter.operator === '&&') === wanted) {
        let tried = 0;
        for (const first of solveFilter(filter.left, wanted, current, at, solving)) {
          yield* solveFilter(filter.right, wanted, first, at, solving);
          tried += 1;
          if (tried >= TRIED) return;
        }
      } else {
        for (const operand of [filter.left, filter.right])
          yield* solveFilter(operand, wanted, current, at, solving);
      }
      return;
    case 'query':
      if (filter.from === 'root') yield current;
      else if (wanted) yield* grown(current, filter.segments, at, solving);
      else yield* starved(current, filter.segments, at, solving);
      return;
    case 'call':
      yield* solveTest(filter, wanted, current, at, solving);
      return;
    case 'compare': {
      const { operator, left, right } = filter;
      yield* solveSide(left, right, operator, wanted, current, at, solving);
      yield* solveSide(right, left, mirrored(operator), wanted, current, at, solving);
      // Both sides may come from elsewhere.
      yield current;
    }
  }
}

type Operator = Extract<FilterSyntax, { kind: 'compare' }>['operator'];

/** `match(@.name, 'pattern')`, `search(…)`. */
function* solveTest(
  call: Extract<FilterSyntax, { kind: 'call' }>,
  wanted: boolean,
  current: Value,
  at: readonly string[],
  solving: PathSolving,
): Generator<Value> {
  const [subject, pattern] = call.arguments;
  if (subject?.kind !== 'query' || subject.from !== 'current') return;
  const written = pattern === undefined ? undefined : valueOf(pattern, current, solving);
  if (typeof written !== 'string') return;
  const whole = call.name === 'match' ? `^(?:${written})$` : written;
  const texts = wanted ? textsMatching(whole) : textsNotMatching(whole);
  for (const text of texts) yield* grown(current, subject.segments, at, solving, text);
  if (!wanted) yield* starved(current, subject.segments, at, solving);
}

function* solveSide(
  side: FilterSyntax,
  other: FilterSyntax,
  operator: Operator,
  wanted: boolean,
  current: Value,
  at: readonly string[],
  solving: PathSolving,
): Generator<Value> {
  const value = valueOf(other, current, solving);
  if (side.kind === 'query' && side.from === 'current') {
    const tokens = singular(side.segments);
    const samples = tokens === undefined ? [] : solving.shape.samplesAt([...at, ...tokens]);
    const now = valueOf(side, current, solving);
    const candidates = comparedValues(operator, wanted, value, { samples, schema: undefined, now });
    // JSONPath takes no text for a number.
    const alike = candidates.filter((candidate) => typeof candidate === typeof value);
    for (const candidate of new Set([...(wanted ? alike : []), ...candidates])) {
      if (candidate === undefined) yield* starved(current, side.segments, at, solving);
      else yield* grown(current, side.segments, at, solving, candidate);
    }
    return;
  }
  if (side.kind !== 'call') return;
  const [subject] = side.arguments;
  if (subject?.kind !== 'query' || subject.from !== 'current') return;
  if (side.name === 'value') {
    yield* solveSide(subject, other, operator, wanted, current, at, solving);
    return;
  }
  const numbers = typeof value === 'number' ? [value, value + 1, value - 1, 0] : [0, 1];
  for (const number of numbers.filter((one) => Number.isInteger(one) && one >= 0 && one <= 200)) {
    if (side.name === 'length') yield* ofLengthAt(subject.segments, number, current, at, solving);
    if (side.name === 'count') yield* ofCountAt(subject.segments, number, current, at, solving);
  }
  if (side.name === 'length') yield* starved(current, subject.segments, at, solving);
}

function* ofLengthAt(
  segments: readonly PathSegment[],
  length: number,
  current: Value,
  at: readonly string[],
  solving: PathSolving,
): Generator<Value> {
  const tokens = singular(segments);
  const samples = tokens === undefined ? [] : solving.shape.samplesAt([...at, ...tokens]);
  const now = current === undefined ? undefined : nodesOf(current, segments)[0]?.value;
  for (const sample of [...(now === undefined ? [] : [now]), ...samples, [], '']) {
    const made = ofLength(sample, length);
    if (made !== undefined) yield* grown(current, segments, at, solving, made);
  }
}

/** A list with as many items as are to be counted, where it is all items of a list that are counted. */
function* ofCountAt(
  segments: readonly PathSegment[],
  count: number,
  current: Value,
  at: readonly string[],
  solving: PathSolving,
): Generator<Value> {
  const last = segments.at(-1);
  if (last === undefined) return;
  if (count === 0) yield* starved(current, segments, at, solving);
  const owner = segments.slice(0, -1);
  const [selector] = last.selectors;
  if (selector?.kind === 'name' || selector?.kind === 'index') {
    // One place is there, or it is not.
    if (count === 1) yield* grown(current, segments, at, solving);
    return;
  }
  for (const element of elementsFor(selector, current, owner, at, solving)) {
    const items: readonly JsonValue[] = Array.from({ length: count }, () => element);
    if (owner.length === 0) yield items;
    else yield* grown(current, owner, at, solving, items);
  }
}

function* elementsFor(
  selector: PathSegment['selectors'][number] | undefined,
  current: Value,
  owner: readonly PathSegment[],
  at: readonly string[],
  solving: PathSolving,
): Generator<JsonValue> {
  const place = [...at, ...(singular(owner) ?? []), '0'];
  const known = current === undefined ? undefined : nodesOf(current, owner)[0]?.value;
  const first = Array.isArray(known) ? (known as readonly JsonValue[])[0] : undefined;
  const seed = first ?? solving.shape.sampleAt(place) ?? (selector?.kind === 'filter' ? {} : 'something');
  if (selector?.kind !== 'filter') {
    yield seed;
    return;
  }
  for (const element of solveFilter(selector.expression, true, seed, place, solving))
    if (element !== undefined) yield element;
}

function valueOf(side: FilterSyntax, current: Value, { root }: PathSolving): Value {
  if (side.kind === 'literal') return side.value;
  if (side.kind === 'query') {
    const from = side.from === 'root' ? root : current;
    return from === undefined ? undefined : nodesOf(from, side.segments)[0]?.value;
  }
  return undefined;
}

/** The tokens of segments that lead to one place. */
function singular(segments: readonly PathSegment[]): readonly string[] | undefined {
  const tokens = segments.map(({ descends, selectors: [selector, another] }) => {
    if (descends || another !== undefined) return undefined;
    if (selector?.kind === 'name') return selector.name;
    return selector?.kind === 'index' && selector.index >= 0 ? String(selector.index) : undefined;
  });
  return tokens.every((token) => token !== undefined) ? tokens : undefined;
}
