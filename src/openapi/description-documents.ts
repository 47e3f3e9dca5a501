import { isJsonObject, type JsonValue } from '../document/json.ts';
import { childOf, childPointer, parsePointer, resolvePointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { resolveUri, withoutFragment } from '../document/uri.ts';
import { scalarText } from './parameter-style.ts';

/** A node of a description, and where it really stands. */
export interface DescriptionNode {
  readonly value: JsonValue;
  /** Its JSON Pointer in {@link document}. */
  readonly pointer: string;
  readonly document: ParsedDocument;
}

/** The documents that a description refers to. */
export interface ReferencedDocuments {
  /** By the absolute URI that they were read from, without a fragment. */
  readonly documents?: ReadonlyMap<string, ParsedDocument>;
  /** By URI, why a document could not be read: one sentence. */
  readonly unread?: ReadonlyMap<string, string>;
}

/** The documents that make up a description, together. */
export interface DescriptionDocuments {
  /** The absolute URI that a reference stands for at a node: resolved against `$self` and `$id`s around it. */
  resolve(reference: string, at: Pick<DescriptionNode, 'document' | 'pointer'>): string;
  /**
   * What an absolute URI leads to. `unread`: its document is not among these, and why, where that is known. A fragment
   * is a JSON Pointer or the name of an `$anchor`.
   */
  find(uri: string): DescriptionNode | { readonly unread: string | undefined } | undefined;
}

interface Place {
  readonly document: ParsedDocument;
  readonly pointer: string;
}

/**
 * Puts the documents of a description together. A document is known by the URI it was read from, by its `$self`
 * (OpenAPI 3.2) and, outside of OpenAPI 3.0 and Swagger 2.0, by the `$id`s of the schemas in it. Of two things under
 * one URI the first holds, what a document was read from before what it calls itself.
 *
 * @see https://spec.openapis.org/oas/v3.2.0.html#relative-references-in-api-description-uris
 */
export function createDescriptionDocuments(
  entry: ParsedDocument,
  { documents = new Map(), unread = new Map() }: ReferencedDocuments = {},
): DescriptionDocuments {
  const resources = new Map<string, Place>();
  const anchors = new Map<string, Place>();
  const all = new Map<string, ParsedDocument>([[entry.uri, entry], ...documents]);
  for (const [uri, document] of all) {
    for (const name of [uri, document.uri, resolveUri(document.uri, '')])
      addTo(resources, withoutFragment(name), { document, pointer: '' });
  }
  for (const document of all.values()) {
    addTo(resources, baseOf(document), { document, pointer: '' });
    if (hasIds(document)) indexIds(document.value, '', baseOf(document), { document, resources, anchors });
  }

  return {
    resolve(reference, { document, pointer }) {
      const base = hasIds(document) ? baseAt(document, pointer) : baseOf(document);
      return reference.startsWith('#') ? base + reference : resolveUri(base, reference);
    },
    find(uri) {
      const resource = withoutFragment(uri);
      const place = resources.get(resource);
      if (place === undefined) return { unread: unread.get(resource) };
      const fragment = decoded(uri.slice(resource.length + 1));
      if (fragment === undefined) return undefined;
      if (fragment !== '' && !fragment.startsWith('/')) {
        const anchor = anchors.get(`${resource}#${fragment}`);
        return anchor === undefined ? undefined : nodeAt(anchor.document, anchor.pointer);
      }
      return nodeAt(place.document, place.pointer + fragment);
    },
  };
}

/** The child of a node that a member's name or an index leads to. */
export function childNode(parent: DescriptionNode, token: string | number): DescriptionNode | undefined {
  const value = childOf(parent.value, String(token));
  if (value === undefined) return undefined;
  return { value, pointer: childPointer(parent.pointer, token), document: parent.document };
}

/** The root of a document. */
export function rootNode(document: ParsedDocument): DescriptionNode {
  return { value: document.value, pointer: '', document };
}

function nodeAt(document: ParsedDocument, pointer: string): DescriptionNode | undefined {
  const tokens = parsePointer(pointer);
  const value = tokens === undefined ? undefined : resolvePointer(document.value, tokens);
  return value === undefined ? undefined : { value, pointer, document };
}

/** The base URI of a whole document: its `$self`, else where it was read from. */
function baseOf(document: ParsedDocument): string {
  const root = document.value;
  const self = isJsonObject(root) && isAtLeast(root['openapi'], 2) ? root['$self'] : undefined;
  return withoutFragment(typeof self === 'string' ? resolveUri(document.uri, self) : document.uri);
}

/** Whether the keywords of JSON Schema that name a schema may be in a document; a fragment of a description may. */
function hasIds(document: ParsedDocument): boolean {
  const root = document.value;
  if (!isJsonObject(root) || root['swagger'] !== undefined) return false;
  if (root['openapi'] !== undefined && !isAtLeast(root['openapi'], 1)) return false;
  return /\$(?:id|anchor|dynamicAnchor)\b/.test(document.text);
}

function isAtLeast(version: JsonValue | undefined, minor: number): boolean {
  // YAML reads an unquoted `3.1` as a number.
  const match = /^3\.(\d+)/.exec(scalarText(version ?? null));
  return match !== null && Number(match[1]) >= minor;
}

function baseAt(document: ParsedDocument, pointer: string): string {
  let base = baseOf(document);
  let value: JsonValue | undefined = document.value;
  for (const token of [...(parsePointer(pointer) ?? []), undefined]) {
    base = idOf(value, base) ?? base;
    if (token !== undefined) value = childOf(value, token);
  }
  return base;
}

function idOf(value: JsonValue | undefined, base: string): string | undefined {
  const id = isJsonObject(value) ? value['$id'] : undefined;
  return typeof id === 'string' ? withoutFragment(resolveUri(base, id)) : undefined;
}

interface Index {
  readonly document: ParsedDocument;
  readonly resources: Map<string, Place>;
  readonly anchors: Map<string, Place>;
}

function indexIds(value: JsonValue, pointer: string, outerBase: string, index: Index): void {
  if (typeof value !== 'object' || value === null) return;
  const place = { document: index.document, pointer };
  const id = idOf(value, outerBase);
  if (id !== undefined) addTo(index.resources, id, place);
  const base = id ?? outerBase;
  for (const [key, child] of Object.entries(value)) {
    if ((key === '$anchor' || key === '$dynamicAnchor') && typeof child === 'string')
      addTo(index.anchors, `${base}#${child}`, place);
    indexIds(child, childPointer(pointer, key), base, index);
  }
}

function addTo(places: Map<string, Place>, name: string, place: Place): void {
  if (!places.has(name)) places.set(name, place);
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
