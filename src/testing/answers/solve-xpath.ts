import { compileXPath, xpathEngine, type XmlElement } from '../../expressions/xpath-engine.ts';
import type { ComparisonOperator } from '../../expressions/condition.ts';
import { comparedValues, mirrored } from './compared-values.ts';
import type { Value } from './draft.ts';
import { DOCUMENT, grownXml, starvedXml } from './grow-xml.ts';
import { textsMatching, textsNotMatching } from './pattern-text.ts';
import {
  bodyOf,
  callOf,
  constantOf,
  kindOf,
  operandOf,
  pathOf,
  pathsIn,
  type XPathPath,
} from './xpath-syntax.ts';
import { elementsOf, textIn, writeXml } from './xml-text.ts';

/** XML texts like the given one for which an XPath expression may be true, or not. They are proposals. */
export function* solveXPath(query: string, wanted: boolean, xml: Value): Generator<string> {
  const compiled = compileXPath(query);
  if ('problem' in compiled) return;
  const expression = bodyOf(compiled.value.syntax());
  for (const document of solveExpression(expression, wanted, documentOf(xml))) yield* written(document);
}

/** XML texts like the given one in which an XPath expression may lead to a text; to nothing where it is absent. */
export function* xmlSelecting(query: string, xml: Value, leaf: Value): Generator<string> {
  const compiled = compileXPath(query);
  if ('problem' in compiled) return;
  const expression = bodyOf(compiled.value.syntax());
  const text = leaf === undefined || leaf === null || typeof leaf === 'object' ? undefined : String(leaf);
  for (const path of pathsIn(expression)) {
    const document = documentOf(xml);
    if (text === undefined)
      for (const made of starvedXml(document, path.steps, solveExpression)) yield* written(made);
    else for (const made of grownXml(document, path.steps, text, solveExpression)) yield* written(made);
  }
}

function documentOf(xml: Value): XmlElement {
  const read = typeof xml === 'string' ? xpathEngine()?.read(xml) : undefined;
  const children = read !== undefined && 'value' in read ? [read.value] : [];
  return { name: DOCUMENT, attributes: {}, children };
}

function* written(document: XmlElement): Generator<string> {
  const root = elementsOf(document)[0];
  if (root !== undefined) yield writeXml(bound(root));
}

/** Prefixes that an expression has and the document binds not are bound to something. */
function bound(root: XmlElement): XmlElement {
  const prefixes = new Set<string>();
  const visit = (element: XmlElement): void => {
    for (const name of [element.name, ...Object.keys(element.attributes)]) {
      const prefix = /^([^:]+):/.exec(name)?.[1];
      if (prefix !== undefined && prefix !== 'xmlns' && prefix !== 'xml') prefixes.add(prefix);
    }
    for (const child of elementsOf(element)) visit(child);
  };
  visit(root);
  const missing = [...prefixes].filter((prefix) => !Object.hasOwn(root.attributes, `xmlns:${prefix}`));
  const added = Object.fromEntries(missing.map((prefix) => [`xmlns:${prefix}`, `urn:${prefix}`]));
  return { ...root, attributes: { ...added, ...root.attributes } };
}

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  equalOp: '==',
  eqOp: '==',
  notEqualOp: '!=',
  neOp: '!=',
  lessThanOp: '<',
  ltOp: '<',
  lessThanOrEqualOp: '<=',
  leOp: '<=',
  greaterThanOp: '>',
  gtOp: '>',
  greaterThanOrEqualOp: '>=',
  geOp: '>=',
};

/** How many proposals of one operand the other is tried with. */
const TRIED = 8;

function* solveExpression(
  expression: XmlElement,
  wanted: boolean,
  element: XmlElement,
): Generator<XmlElement> {
  const kind = kindOf(expression);
  const path = pathOf(expression);
  if (path !== undefined) {
    yield* solvePath(path, wanted, element);
    return;
  }
  const operator = Object.hasOwn(OPERATORS, kind) ? OPERATORS[kind] : undefined;
  const left = operandOf(expression, 'firstOperand');
  const right = operandOf(expression, 'secondOperand');
  if (operator !== undefined && left !== undefined && right !== undefined) {
    yield* solveSide(left, right, operator, wanted, element);
    yield* solveSide(right, left, mirrored(operator), wanted, element);
    yield element;
    return;
  }
  if ((kind === 'andOp' || kind === 'orOp') && left !== undefined && right !== undefined) {
    yield* solveLogical(kind === 'andOp', left, right, wanted, element);
    return;
  }
  yield* solveCall(expression, wanted, element);
}

function* solveLogical(
  isAnd: boolean,
  left: XmlElement,
  right: XmlElement,
  wanted: boolean,
  element: XmlElement,
): Generator<XmlElement> {
  if (isAnd !== wanted) {
    for (const operand of [left, right]) yield* solveExpression(operand, wanted, element);
    return;
  }
  let tried = 0;
  for (const first of solveExpression(left, wanted, element)) {
    yield* solveExpression(right, wanted, first);
    tried += 1;
    if (tried >= TRIED) return;
  }
}

function* solvePath(
  { isAbsolute, steps }: XPathPath,
  wanted: boolean,
  element: XmlElement,
): Generator<XmlElement> {
  // From inside of a predicate, the rest of the document is out of reach.
  if (isAbsolute && element.name !== DOCUMENT) yield element;
  else if (wanted) yield* grownXml(element, steps, undefined, solveExpression);
  else yield* starvedXml(element, steps, solveExpression);
}

/** Calls that give their argument as something else: what is asked of them is asked of it. */
const TRANSPARENT =
  /^(?:string|number|data|normalize-space|lower-case|upper-case|sum|min|max|avg|round|floor|ceiling|abs|zero-or-one|exactly-one|head)$/;

function* solveCall(expression: XmlElement, wanted: boolean, element: XmlElement): Generator<XmlElement> {
  const call = callOf(expression);
  const [first, second] = call?.given ?? [];
  if (call === undefined || first === undefined) {
    yield element;
    return;
  }
  switch (call.name) {
    case 'not':
    case 'empty':
      yield* solveExpression(first, !wanted, element);
      return;
    case 'boolean':
    case 'exists':
      yield* solveExpression(first, wanted, element);
      return;
    case 'contains':
    case 'starts-with':
    case 'ends-with':
    case 'matches': {
      const text = constantOf(second);
      if (typeof text !== 'string') {
        yield* anythingFor(expression, element);
        return;
      }
      const isPattern = call.name === 'matches';
      const good = isPattern ? textsMatching(text) : [text];
      const bad = isPattern ? textsNotMatching(text) : ['other', `${text.slice(0, -1)}!`, ''];
      yield* withLeaves(first, wanted ? good : bad, element);
      if (!wanted) yield* starvedAll(expression, element);
      return;
    }
    case 'count':
    case 'string-length':
      yield* solveSide(expression, { name: 'x', attributes: {}, children: [] }, '>', wanted, element);
      return;
    default:
      if (TRANSPARENT.test(call.name)) {
        yield* withLeaves(first, wanted ? ['1', 'something'] : ['', '0'], element);
        if (!wanted) yield* starvedAll(expression, element);
        return;
      }
      yield* anythingFor(expression, element);
  }
}

function* solveSide(
  side: XmlElement,
  other: XmlElement,
  operator: ComparisonOperator,
  wanted: boolean,
  element: XmlElement,
): Generator<XmlElement> {
  if (constantOf(side) !== undefined) return;
  const constant = constantOf(other);
  const call = callOf(side);
  const subject = call?.given[0];
  const path = subject === undefined ? undefined : pathOf(subject);
  if (call?.name === 'count' && path !== undefined) {
    yield* withCount(path, numbersNear(constant), element);
    return;
  }
  if (call?.name === 'string-length' && subject !== undefined) {
    yield* withLeaves(
      subject,
      numbersNear(constant).map((length) => 'x'.repeat(length)),
      element,
    );
    return;
  }
  const known = { samples: [], schema: undefined, now: undefined };
  const value = constant ?? valueIn(other, element);
  const texts = comparedValues(operator, wanted, value, known).flatMap((one) =>
    one === undefined || typeof one === 'object' ? [] : [String(one)],
  );
  yield* withLeaves(side, [...new Set([...texts, 'something', 'other'])], element);
  // Nothing is neither equal nor in any order.
  yield* starvedAll(side, element);
  // Other sides, made at the same time.
  if (constant !== undefined) return;
  for (const made of withLeaves(other, ['1', 'something'], element)) {
    const text = valueIn(other, made);
    yield* withLeaves(side, [...(text === undefined ? [] : [text]), '1', '2', 'something'], made);
  }
}

/** The text that a path leads to now, where it is one of names only. */
function valueIn(expression: XmlElement, element: XmlElement): string | undefined {
  const path = pathsIn(expression)[0];
  let found: XmlElement | undefined = element;
  for (const { axis, test } of path?.steps ?? []) {
    if (found === undefined) return undefined;
    if (axis === 'attribute') return test.kind === 'name' ? found.attributes[test.name] : undefined;
    if (axis !== 'child' || test.kind !== 'name') return undefined;
    found = elementsOf(found, test.name)[0];
  }
  return found === undefined || found === element ? undefined : textIn(found);
}

function numbersNear(constant: string | number | undefined): readonly number[] {
  const number = Number(constant ?? 0);
  const near = [number, number + 1, number - 1, Math.floor(number), Math.ceil(number), 0, 1];
  return [...new Set(near)].filter((one) => Number.isInteger(one) && one >= 0 && one <= 200);
}

/** Elements like the given one in which the paths of an expression lead to these texts. */
function* withLeaves(
  expression: XmlElement,
  texts: readonly string[],
  element: XmlElement,
): Generator<XmlElement> {
  for (const { isAbsolute, steps } of pathsIn(expression)) {
    if (isAbsolute && element.name !== DOCUMENT) continue;
    for (const text of texts) yield* grownXml(element, steps, text, solveExpression);
  }
  if (kindOf(expression) === 'contextItemExpr' && element.name !== DOCUMENT)
    for (const text of texts) yield { ...element, children: [text] };
}

function* starvedAll(expression: XmlElement, element: XmlElement): Generator<XmlElement> {
  for (const { isAbsolute, steps } of pathsIn(expression))
    if (!isAbsolute || element.name === DOCUMENT) yield* starvedXml(element, steps, solveExpression);
}

/** Where it is not known what an expression asks for, its paths are tried with something and with nothing. */
function* anythingFor(expression: XmlElement, element: XmlElement): Generator<XmlElement> {
  yield element;
  yield* withLeaves(expression, ['1', 'true', 'something', '', '2026-01-01'], element);
  yield* starvedAll(expression, element);
}

/** Elements like the given one in which a path leads to so many nodes. */
function* withCount(
  { steps }: XPathPath,
  counts: readonly number[],
  element: XmlElement,
): Generator<XmlElement> {
  for (const count of counts) {
    if (count === 0) {
      yield* starvedXml(element, steps, solveExpression);
      continue;
    }
    for (const grown of grownXml(element, steps, undefined, solveExpression))
      yield repeated(grown, steps, count);
  }
}

/** The first element that the steps lead to, written so many times; others of its name beside it are taken away. */
function repeated(element: XmlElement, steps: XPathPath['steps'], count: number): XmlElement {
  const names = steps.flatMap(({ axis, test }) =>
    axis === 'child' && test.kind === 'name' ? [test.name] : [],
  );
  const visit = (one: XmlElement, at: number): XmlElement => {
    const name = names[at];
    if (name === undefined) return one;
    const found = elementsOf(one, name === '*' ? undefined : name)[0];
    if (found === undefined) {
      return {
        ...one,
        children: one.children.map((child) => (typeof child === 'string' ? child : visit(child, at))),
      };
    }
    if (at < names.length - 1)
      return {
        ...one,
        children: one.children.map((child) => (child === found ? visit(found, at + 1) : child)),
      };
    const others = one.children.filter(
      (child) => typeof child === 'string' || (name !== '*' && child.name !== name),
    );
    return { ...one, children: [...others, ...Array.from({ length: count }, () => found)] };
  };
  return visit(element, 0);
}
