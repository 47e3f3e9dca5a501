import type { JsonValue } from '../document/json.ts';

/** What an XPath expression gives for one XML text, or one sentence on why it gives nothing. */
export type XPathResult<Value> = { readonly value: Value } | { readonly problem: string };

/** An element of an XML document as plain data: its name as written, with its prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** An XPath expression, compiled. Its functions never throw. */
export interface XPathQuery {
  /** The effective boolean value of what the expression gives. */
  test(xml: string): XPathResult<boolean>;
  /** The items that the expression gives: nodes as their string values, atomic values as JSON. */
  select(xml: string): XPathResult<readonly JsonValue[]>;
  /** The XML with the content of every node that the expression selects replaced by a text. */
  replace(xml: string, text: string): XPathResult<string>;
  /** The syntax tree of the expression, as XQueryX has it. */
  syntax(): XmlElement;
}

/**
 * What evaluates XPath. There is none until the module `xpath.ts` is imported: it brings an XPath 3.1 processor and
 * an XML parser, which are larger than everything else, and most documents need neither.
 */
export interface XPathEngine {
  compile(query: string): XPathResult<XPathQuery>;
  /** The document element of an XML text. */
  read(xml: string): XPathResult<XmlElement>;
}

/** Why XPath is not evaluated where no engine was registered. */
export const NO_XPATH = 'XPath is not available here; import "arazzo-xstate/xpath".';

let registered: XPathEngine | undefined;

/** Makes an engine the one that evaluates XPath from now on; `undefined` takes it away. */
export function registerXPath(engine: XPathEngine | undefined): void {
  registered = engine;
}

/** The engine that evaluates XPath, `undefined` where none was registered. */
export function xpathEngine(): XPathEngine | undefined {
  return registered;
}

/**
 * Compiles an XPath expression with the engine that is registered. The versions 1.0, 2.0 and 3.0 of XPath are
 * evaluated as 3.1.
 *
 * @see https://www.w3.org/TR/xpath-31/
 */
export function compileXPath(query: string): XPathResult<XPathQuery> {
  return registered === undefined ? { problem: NO_XPATH } : registered.compile(query);
}
