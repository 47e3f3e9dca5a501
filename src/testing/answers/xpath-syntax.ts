import type { XmlElement } from '../../expressions/xpath-engine.ts';
import { attributeOf, elementsOf, textIn } from './xml-text.ts';

/** A step of an XPath path. */
export interface XPathStep {
  readonly axis: string;
  /** The name with its prefix; `*` for any. */
  readonly test: { readonly kind: 'name'; readonly name: string } | { readonly kind: 'text' | 'any' };
  readonly predicates: readonly XmlElement[];
}

/** A path, from the root of the document or from where the expression stands. */
export interface XPathPath {
  readonly isAbsolute: boolean;
  readonly steps: readonly XPathStep[];
}

/** The expression inside of a whole query. */
export function bodyOf(tree: XmlElement): XmlElement {
  let element = tree;
  while (/^(?:xqx:)?(?:module|mainModule|queryBody)$/.test(element.name)) {
    const inner = elementsOf(element).at(-1);
    if (inner === undefined) return element;
    element = inner;
  }
  return element;
}

/** The name of a node of the tree without its prefix. */
export function kindOf({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The child of that kind. */
export function partOf(element: XmlElement, kind: string): XmlElement | undefined {
  return elementsOf(element).find((child) => kindOf(child) === kind);
}

/** The operand of an operator. */
export function operandOf(
  element: XmlElement,
  which: 'firstOperand' | 'secondOperand' | 'operand',
): XmlElement | undefined {
  const part = partOf(element, which);
  return part === undefined ? undefined : elementsOf(part)[0];
}

/** A call's function and arguments. */
export function callOf(
  element: XmlElement,
): { readonly name: string; readonly given: readonly XmlElement[] } | undefined {
  if (kindOf(element) !== 'functionCallExpr') return undefined;
  const name = partOf(element, 'functionName');
  const given = partOf(element, 'arguments');
  return name === undefined
    ? undefined
    : { name: textIn(name), given: given === undefined ? [] : elementsOf(given) };
}

/** What a constant says; `undefined` for what is no constant. */
export function constantOf(element: XmlElement | undefined): string | number | undefined {
  if (element === undefined) return undefined;
  const kind = kindOf(element);
  if (kind === 'unaryMinusOp') {
    const inner = constantOf(operandOf(element, 'operand'));
    return typeof inner === 'number' ? -inner : undefined;
  }
  const value = partOf(element, 'value');
  if (!kind.endsWith('ConstantExpr')) return undefined;
  const text = value === undefined ? '' : textIn(value);
  return kind === 'stringConstantExpr' ? text : Number(text);
}

/** A path expression; `undefined` for one that begins elsewhere, or goes up or sideways. */
export function pathOf(element: XmlElement): XPathPath | undefined {
  if (kindOf(element) === 'contextItemExpr') return { isAbsolute: false, steps: [] };
  if (kindOf(element) !== 'pathExpr') return undefined;
  const steps: XPathStep[] = [];
  for (const part of elementsOf(element)) {
    if (kindOf(part) !== 'stepExpr') continue;
    const step = stepOf(part);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return { isAbsolute: partOf(element, 'rootExpr') !== undefined, steps };
}

function stepOf(step: XmlElement): XPathStep | undefined {
  const axisPart = partOf(step, 'xpathAxis');
  const predicatesPart = partOf(step, 'predicates');
  const predicates = predicatesPart === undefined ? [] : elementsOf(predicatesPart);
  if (axisPart === undefined) {
    const filter = partOf(step, 'filterExpr');
    const isSelf = filter !== undefined && partOf(filter, 'contextItemExpr') !== undefined;
    return isSelf ? { axis: 'self', test: { kind: 'any' }, predicates } : undefined;
  }
  const axis = textIn(axisPart);
  if (!/^(?:child|attribute|self|descendant|descendant-or-self)$/.test(axis)) return undefined;
  const name = partOf(step, 'nameTest');
  if (name !== undefined) {
    const prefix = attributeOf(name, 'xqx:prefix') ?? attributeOf(name, 'prefix') ?? '';
    const local = textIn(name);
    return { axis, test: { kind: 'name', name: prefix === '' ? local : `${prefix}:${local}` }, predicates };
  }
  if (partOf(step, 'textTest') !== undefined) return { axis, test: { kind: 'text' }, predicates };
  if (partOf(step, 'Wildcard') !== undefined) return { axis, test: { kind: 'name', name: '*' }, predicates };
  return { axis, test: { kind: 'any' }, predicates };
}

/** All paths in an expression, outermost first. */
export function pathsIn(element: XmlElement): readonly XPathPath[] {
  const own = kindOf(element) === 'pathExpr' ? pathOf(element) : undefined;
  return own === undefined ? elementsOf(element).flatMap(pathsIn) : [own];
}
