import { isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { withoutFragment } from '../document/uri.ts';
import { createDescriptionDocuments, type ReferencedDocuments } from './description-documents.ts';

/** A document that a description refers to and that is not there. */
export interface ExternalReference {
  /** Absolute, without a fragment. */
  readonly uri: string;
  /** The URI of the document that refers to it. */
  readonly from: string;
}

/**
 * The documents that the `$ref`s of a description lead to, in it and in the documents that are there already, and
 * which are neither there nor known to be unreadable. Each once, in the order they are first named.
 *
 * @param within Look only through these of the documents. Default: all.
 * @see https://spec.openapis.org/oas/v3.1.1.html#relative-references-in-api-description-uris
 */
export function externalReferences(
  document: ParsedDocument,
  referenced: ReferencedDocuments = {},
  within: Iterable<ParsedDocument> = [document, ...(referenced.documents?.values() ?? [])],
): readonly ExternalReference[] {
  const documents = createDescriptionDocuments(document, referenced);
  const found = new Map<string, ExternalReference>();
  const collect = (from: ParsedDocument, value: JsonValue, pointer: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const reference = isJsonObject(value) ? value['$ref'] : undefined;
    // A reference within the document is always there, and most are.
    if (typeof reference === 'string' && !reference.startsWith('#')) {
      const target = documents.resolve(reference, { document: from, pointer });
      const uri = withoutFragment(target);
      const known = found.has(uri) || referenced.unread?.has(uri) === true;
      const result = known ? undefined : documents.find(uri);
      if (result !== undefined && 'unread' in result) found.set(uri, { uri, from: from.uri });
    }
    for (const [key, child] of Object.entries(value)) collect(from, child, childPointer(pointer, key));
  };
  for (const from of new Set(within)) collect(from, from.value, '');
  return [...found.values()];
}
