import * as fontoxpathModule from 'fontoxpath';
import { Document, serializeToWellFormedString } from 'slimdom';
import type { Attr, CharacterData, Element, Node } from 'slimdom';
import { setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { parseXml } from './xml-document.ts';
import { registerXPath } from './xpath-engine.ts';
import type { XmlElement, XPathEngine, XPathQuery, XPathResult } from './xpath-engine.ts';
import { comparesPairs, limitProblem, MAX_NODES_IN_PAIRS, MAX_QUERY_LENGTH } from './xpath-limits.ts';

// Node finds a CommonJS module, with everything in `default`; bundlers find one of named exports.
const fontoxpath: typeof fontoxpathModule =
  'default' in fontoxpathModule ? (fontoxpathModule.default as typeof fontoxpathModule) : fontoxpathModule;

const { ReturnType } = fontoxpath;

/**
 * XPath 3.1. Prefixes are those that the document element binds, and names without a prefix are in its default
 * namespace. What an expression may use is bounded (`xpath-limits.ts`), and so are the nodes that it visits: beyond,
 * there is no result. Importing this module registers it, so that criteria, selectors and replacements can use it.
 *
 * @see https://www.w3.org/TR/xpath-31/
 */
export const xpath31: XPathEngine = { compile, read };

registerXPath(xpath31);

const compiled = new Map<string, XPathResult<XPathQuery>>();
const MAX_COMPILED = 200;

function compile(query: string): XPathResult<XPathQuery> {
  const known = compiled.get(query);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  const result = compileAnew(query);
  compiled.set(query, result);
  return result;
}

function compileAnew(query: string): XPathResult<XPathQuery> {
  if (query.length > MAX_QUERY_LENGTH) {
    return { problem: `The XPath expression is longer than ${MAX_QUERY_LENGTH} characters.` };
  }
  let tree: Element;
  try {
    const options = { language: fontoxpath.Language.XPATH_3_1_LANGUAGE, annotateAst: false };
    tree = fontoxpath.parseScript(query, options, new Document()) as unknown as Element;
  } catch (error) {
    return { problem: `The XPath expression is not valid: ${reason(error)}.` };
  }
  const problem = limitProblem(tree);
  if (problem !== undefined) return { problem };
  const over = overUpTo(comparesPairs(tree) ? MAX_NODES_IN_PAIRS : undefined);
  return {
    value: {
      test: (xml) => over(xml, (document) => evaluate(tree, document, ReturnType.BOOLEAN) as boolean),
      select: (xml) => over(xml, (document) => select(tree, document)),
      replace: (xml, text) => over(xml, (document) => replace(itemsOf(tree, document), document, text, xml)),
      syntax: () => plainOf(tree),
    },
  };
}

function read(xml: string): XPathResult<XmlElement> {
  const parsed = parseXml(xml);
  if ('problem' in parsed) return parsed;
  const root = parsed.value.documentElement;
  return root === null ? { problem: 'The text is not well-formed XML.' } : { value: plainOf(root) };
}

function plainOf(element: Element): XmlElement {
  const attributes: Record<string, string> = {};
  for (const { name, value } of element.attributes) setMember(attributes, name, value);
  const children = [...element.childNodes].flatMap((node): readonly (XmlElement | string)[] => {
    if (node.nodeType === ELEMENT_NODE) return [plainOf(node as Element)];
    return 'data' in node && node.nodeType !== COMMENT_NODE ? [(node as CharacterData).data] : [];
  });
  return { name: element.nodeName, attributes, children };
}

const ELEMENT_NODE = 1;
const COMMENT_NODE = 8;

type Over = <Value>(xml: string, use: (document: Document) => Value) => XPathResult<Value>;

function overUpTo(maxNodes: number | undefined): Over {
  return (xml, use) => {
    const parsed = parseXml(xml, maxNodes);
    if ('problem' in parsed) return parsed;
    try {
      return { value: use(parsed.value) };
    } catch (error) {
      return { problem: `The XPath expression cannot be evaluated: ${reason(error)}.` };
    }
  };
}

/** Why an expression gives nothing, in words of this module. */
class EvaluationProblem extends Error {}

/** Errors of these kinds speak of the expression and of types; others repeat values of the document. */
const TOLD = /X(?:PST|PTY|QST)\d{4}[:,] (?<sentence>.*)$|FORG0006[:,] (?<effective>.*)$/m;

function reason(error: unknown): string {
  if (error instanceof EvaluationProblem) return error.message;
  const told = TOLD.exec(error instanceof Error ? error.message : '')?.groups;
  const sentence = told?.['sentence'] ?? told?.['effective'];
  if (sentence === undefined) return 'a value in it is not what it must be';
  return sentence.replace(/\. (?:Expected|No similar|Did you mean) .*$|\.\s*$/s, '').slice(0, 200);
}

function itemsOf(tree: Element, document: Document): readonly unknown[] {
  return evaluate(tree, document, ReturnType.ALL_RESULTS) as readonly unknown[];
}

function evaluate(tree: Element, document: Document, returnType: number): unknown {
  const root = document.documentElement;
  return fontoxpath.evaluateXPath(tree, document, boundedFacade() as never, null, returnType as never, {
    language: fontoxpath.Language.XPATH_3_1_LANGUAGE,
    disableCache: true,
    namespaceResolver: (prefix) => root?.lookupNamespaceURI(prefix === '' ? null : prefix) ?? null,
    logger: { trace: () => undefined },
  });
}

/** How often one evaluation may look at a node. */
const MAX_VISITS = 1_000_000;

/** How the processor looks at nodes, counted. */
function boundedFacade(): object {
  let visits = 0;
  const visit = <Value>(value: Value): Value => {
    visits += 1;
    if (visits > MAX_VISITS) throw new EvaluationProblem('it visits too many nodes');
    return value;
  };
  return {
    getAllAttributes: (node: Element) => visit(node.attributes),
    getAttribute: (node: Element, name: string) => visit(node.getAttribute(name)),
    getChildNodes: (node: Node) => {
      visits += node.childNodes.length;
      return visit(node.childNodes);
    },
    getData: (node: Attr | CharacterData) => visit('data' in node ? node.data : node.value),
    getFirstChild: (node: Node) => visit(node.firstChild),
    getLastChild: (node: Node) => visit(node.lastChild),
    getNextSibling: (node: Node) => visit(node.nextSibling),
    getParentNode: (node: Node) =>
      visit('ownerElement' in node ? (node as Attr).ownerElement : node.parentNode),
    getPreviousSibling: (node: Node) => visit(node.previousSibling),
  };
}

function select(tree: Element, document: Document): readonly JsonValue[] {
  const items = itemsOf(tree, document);
  if (!items.some(isOpaque)) return items.map(jsonOf);
  const texts = evaluate(tree, document, ReturnType.STRINGS) as readonly string[];
  return items.map((item, index) => (isOpaque(item) ? (texts[index] ?? null) : jsonOf(item)));
}

/** Dates, durations and the like: what the processor holds of them is its own, and their text is what they are. */
function isOpaque(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || Array.isArray(item) || isNode(item)) return false;
  return item instanceof Date || !isPlain(item);
}

function isPlain(item: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === Object.prototype || prototype === null;
}

function isNode(item: unknown): item is Node {
  return typeof item === 'object' && item !== null && 'nodeType' in item;
}

/** An item as JSON: a node as its string value, a number that JSON has not as text, and so is a date inside of a map. */
function jsonOf(item: unknown): JsonValue {
  if (typeof item === 'string' || typeof item === 'boolean') return item;
  if (typeof item === 'number') return Number.isFinite(item) ? item : xpathNumber(item);
  if (typeof item !== 'object' || item === null) return null;
  if (isNode(item)) return stringValue(item);
  if (Array.isArray(item)) return item.map(jsonOf);
  if (item instanceof Date) return item.toISOString();
  if (!isPlain(item)) return null;
  return Object.fromEntries(Object.entries(item).map(([name, member]) => [name, jsonOf(member)]));
}

function xpathNumber(number: number): string {
  return Number.isNaN(number) ? 'NaN' : number > 0 ? 'INF' : '-INF';
}

const DOCUMENT_NODE = 9;

function stringValue(node: Node): string {
  const holder = node.nodeType === DOCUMENT_NODE ? (node as Document).documentElement : node;
  return holder?.textContent ?? '';
}

const DECLARATION = /^\uFEFF?<\?xml\s[^?]*\?>\s*/;

function replace(items: readonly unknown[], document: Document, text: string, xml: string): string {
  if (items.length === 0) throw new EvaluationProblem('it selects no node');
  for (const item of items) {
    if (!isNode(item) || item.nodeType === DOCUMENT_NODE) {
      throw new EvaluationProblem('it selects what is no element, attribute or text');
    }
    item.textContent = text;
  }
  // The declaration is no node, so writing the document does not write it.
  return `${DECLARATION.exec(xml)?.[0] ?? ''}${serializeToWellFormedString(document)}`;
}
