import { parseXmlDocument } from 'slimdom';
import type { Document, Element, Node } from 'slimdom';
import type { XPathResult } from './xpath-engine.ts';

const MAX_LENGTH = 2_000_000;
const MAX_NODES = 50_000;
const MAX_DEPTH = 200;

/**
 * Parses XML. What would make it more than the text that it is (a document type, and with it entities) is refused,
 * and so are texts, node counts and depths beyond what a response sensibly has. Nothing is ever fetched.
 *
 * @param maxNodes How many elements, attributes and texts it may have.
 */
export function parseXml(text: string, maxNodes = MAX_NODES): XPathResult<Document> {
  if (text.length > MAX_LENGTH) return { problem: `The XML is longer than ${MAX_LENGTH} characters.` };
  let document: Document;
  try {
    document = parseXmlDocument(text, { entityExpansionThreshold: 1000, entityExpansionMaxAmplification: 2 });
  } catch {
    // The parser's message shows a piece of the text, which may hold a secret.
    return { problem: 'The text is not well-formed XML.' };
  }
  if (document.doctype !== null) return { problem: 'XML with a document type declaration is refused.' };
  const problem = excess(document, maxNodes);
  return problem === undefined ? { value: document } : { problem };
}

function excess(document: Document, maxNodes: number): string | undefined {
  let nodes = 0;
  let depth = 0;
  let node: Node | null = document.firstChild;
  while (node !== null) {
    nodes += 'attributes' in node ? 1 + (node as Element).attributes.length : 1;
    if (nodes > maxNodes) return `The XML has more than ${maxNodes} nodes.`;
    if (depth > MAX_DEPTH) return `The XML is nested more than ${MAX_DEPTH} elements deep.`;
    if (node.firstChild !== null) {
      node = node.firstChild;
      depth += 1;
      continue;
    }
    while (node !== null && node.nextSibling === null) {
      node = node.parentNode;
      depth -= 1;
    }
    node = node?.nextSibling ?? null;
  }
  return undefined;
}
