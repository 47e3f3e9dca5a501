import type { XmlElement } from '../../expressions/xpath-engine.ts';
import { constantOf, type XPathStep } from './xpath-syntax.ts';
import { attributeOf, elementsOf, withAttribute } from './xml-text.ts';

/** The name of the node above the document element. */
export const DOCUMENT = '#document';

/** Elements like the given one for which a predicate may hold, or not. */
export type SolvePredicate = (
  predicate: XmlElement,
  wanted: boolean,
  element: XmlElement,
) => Iterable<XmlElement>;

/** How many of several places are tried. */
const PLACES = 3;
const MAX_DEPTH = 6;
/** A predicate that asks for a later place than this is given up. */
const MAX_POSITION = 100;

/** Elements like the given one in which the steps lead to something: with the text `leaf`, where it is given. */
export function* grownXml(
  element: XmlElement,
  steps: readonly XPathStep[],
  leaf: string | undefined,
  solve: SolvePredicate,
  depth = 0,
): Generator<XmlElement> {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (leaf === undefined || element.name === DOCUMENT) {
      yield element;
      return;
    }
    const inside = elementsOf(element);
    // What predicates asked for may stand beside the text.
    if (inside.length > 0) yield { ...element, children: [...inside, leaf] };
    yield { ...element, children: leaf === '' ? [] : [leaf] };
    return;
  }
  const { axis, test, predicates } = step;
  if (axis === 'self') {
    for (const same of satisfying(element, predicates, solve))
      yield* grownXml(same, rest, leaf, solve, depth);
    return;
  }
  if (axis === 'attribute') {
    const name = test.kind === 'name' && test.name !== '*' ? test.name : 'name';
    if (element.name !== DOCUMENT)
      yield withAttribute(element, name, leaf ?? attributeOf(element, name) ?? 'something');
    return;
  }
  if (test.kind === 'text') {
    yield { ...element, children: [leaf ?? 'something'] };
    return;
  }
  if (axis === 'descendant-or-self' || axis === 'descendant') {
    if (depth > MAX_DEPTH) return;
    const inner = axis === 'descendant' ? [{ ...step, axis: 'child' }, ...rest] : rest;
    const deeper = function* (): Generator<XmlElement> {
      for (const child of elementsOf(element).slice(0, PLACES)) {
        for (const grown of grownXml(child, steps, leaf, solve, depth + 1))
          yield replaced(element, child, grown);
      }
    };
    // Below the document there is one element only: what is looked for stands inside of it where it can.
    if (element.name === DOCUMENT && elementsOf(element).length === 0) {
      const root = { name: 'root', attributes: {}, children: [] };
      yield* grownXml({ ...element, children: [root] }, steps, leaf, solve, depth);
      return;
    }
    if (element.name === DOCUMENT) yield* deeper();
    yield* grownXml(element, inner, leaf, solve, depth + 1);
    if (element.name !== DOCUMENT) yield* deeper();
    return;
  }
  const name = test.kind === 'name' && test.name !== '*' ? test.name : undefined;
  const position = predicates.map(constantOf).find((one): one is number => typeof one === 'number') ?? 1;
  const others = predicates.filter((predicate) => typeof constantOf(predicate) !== 'number');
  if (!Number.isInteger(position) || position < 1 || position > MAX_POSITION) return;
  for (const [parent, child] of places(element, name, position)) {
    for (const good of satisfying(child, others, solve)) {
      for (const grown of grownXml(good, rest, leaf, solve, depth)) yield replaced(parent, child, grown);
    }
  }
}

/** Children of that name, those that are there first; as many are made as the position asks for. */
function* places(
  element: XmlElement,
  name: string | undefined,
  position: number,
): Generator<readonly [parent: XmlElement, child: XmlElement]> {
  const known = elementsOf(element, name);
  if (position === 1) for (const child of known.slice(0, PLACES)) yield [element, child];
  const made: XmlElement[] = [];
  const missing = Math.max(1, position - known.length);
  for (let count = 0; count < missing; count += 1)
    made.push({ name: name ?? 'item', attributes: {}, children: [] });
  const last = made.at(-1);
  if (position > 1 && known.length >= position) {
    const there = known[position - 1];
    if (there !== undefined) yield [element, there];
  } else if (last !== undefined) {
    const children = element.name === DOCUMENT ? made.slice(-1) : [...element.children, ...made];
    yield [{ ...element, children }, last];
  }
}

function* satisfying(
  element: XmlElement,
  predicates: readonly XmlElement[],
  solve: SolvePredicate,
): Generator<XmlElement> {
  const [first, ...rest] = predicates;
  if (first === undefined) {
    yield element;
    return;
  }
  for (const next of solve(first, true, element)) yield* satisfying(next, rest, solve);
}

function replaced(parent: XmlElement, child: XmlElement, other: XmlElement): XmlElement {
  return { ...parent, children: parent.children.map((one) => (one === child ? other : one)) };
}

/** Elements like the given one in which the steps may lead to nothing. */
export function* starvedXml(
  element: XmlElement,
  steps: readonly XPathStep[],
  solve: SolvePredicate,
): Generator<XmlElement> {
  const last = steps.at(-1);
  if (last === undefined) return;
  for (const step of steps.toReversed()) {
    for (const predicate of step.predicates) {
      for (let way = 0; way < PLACES; way += 1) {
        yield everywhere(element, (one) => {
          if (!isTested(one, step)) return one;
          let at = 0;
          for (const other of solve(predicate, false, one)) {
            if (at === way) return other;
            at += 1;
          }
          return one;
        });
      }
    }
  }
  if (last.axis === 'attribute') {
    const name = last.test.kind === 'name' ? last.test.name : '*';
    yield everywhere(element, (one) =>
      name === '*' ? { ...one, attributes: {} } : withAttribute(one, name, undefined),
    );
  }
  if (last.test.kind === 'text') yield everywhere(element, withoutText);
  yield everywhere(element, (one) => (one.name !== DOCUMENT && isTested(one, last) ? undefined : one));
  if (element.name === DOCUMENT)
    yield { ...element, children: [{ name: 'other', attributes: {}, children: [] }] };
  else yield { ...element, children: [], attributes: {} };
}

function withoutText(element: XmlElement): XmlElement {
  return { ...element, children: element.children.filter((child) => typeof child !== 'string') };
}

function isTested({ name }: XmlElement, { axis, test }: XPathStep): boolean {
  if (axis === 'attribute' || test.kind !== 'name') return false;
  return test.name === '*' || test.name === name;
}

/** An element with something done to it and to all those inside of it. The document element stays, whatever it is. */
function everywhere(
  element: XmlElement,
  change: (element: XmlElement) => XmlElement | undefined,
): XmlElement {
  const changed = change(element) ?? { ...element, children: [] };
  const children = changed.children.flatMap((child): readonly (XmlElement | string)[] => {
    if (typeof child === 'string') return [child];
    if (change(child) !== undefined) return [everywhere(child, change)];
    return element.name === DOCUMENT ? [{ name: 'other', attributes: {}, children: [] }] : [];
  });
  return { ...changed, children };
}
