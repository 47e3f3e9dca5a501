import { parseDocument } from '../document/parse-document.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { ReferencedDocuments } from '../openapi/description-documents.ts';
import { externalReferences, type ExternalReference } from '../openapi/external-references.ts';
import { isResourceError, type SourceResolver } from './resolver.ts';

/** How much may be read for one description. */
export interface ReferenceLimits {
  /** The most documents besides the description itself. Default 200. */
  readonly maxDocuments?: number;
  /** The most bytes of them together, as UTF-8. Default 64 MiB. */
  readonly maxTotalBytes?: number;
}

const DEFAULT_MAX_DOCUMENTS = 200;
const DEFAULT_MAX_TOTAL_BYTES = 64 * 1024 * 1024;
const AT_ONCE = 8;

/**
 * Reads the documents that the `$ref`s of an OpenAPI or AsyncAPI description lead to, and those that these lead to, each once.
 * Whether a URI may be read is the resolver's to say; but what came over the network leads to nothing that does not.
 *
 * Never rejects: what could not be read, or was too much, is in `unread` with its reason, and is a problem only of the
 * operations that need it. Give the result to `readOpenApi`.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#relative-references-in-api-description-uris
 */
export async function loadReferences(
  document: ParsedDocument,
  resolver: SourceResolver,
  limits: ReferenceLimits = {},
  signal?: AbortSignal,
): Promise<Required<ReferencedDocuments>> {
  const { maxDocuments = DEFAULT_MAX_DOCUMENTS, maxTotalBytes = DEFAULT_MAX_TOTAL_BYTES } = limits;
  const documents = new Map<string, ParsedDocument>();
  const unread = new Map<string, string>();
  let bytes = 0;

  const readOne = async ({ uri, from }: ExternalReference): Promise<ParsedDocument | undefined> => {
    if (isRemote(from) && !isRemote(uri)) {
      unread.set(uri, 'A document that was read over the network must not lead to a local one.');
      return undefined;
    }
    try {
      const text = await resolver(uri, signal);
      bytes += new TextEncoder().encode(text).length;
      const parsed = parseDocument(text, { uri });
      if (parsed.value !== undefined) return parsed.value;
      const { message, location } = parsed.diagnostics[0] ?? {};
      unread.set(uri, `"${uri}" is no YAML (line ${location?.line ?? 1}): ${message ?? 'it cannot be read'}`);
    } catch (error) {
      unread.set(uri, isResourceError(error) ? error.message : 'Reading it failed.');
    }
    return undefined;
  };

  let newest: readonly ParsedDocument[] = [document];
  while (newest.length > 0) {
    const wanted = externalReferences(document, { documents, unread }, newest);
    const read: ParsedDocument[] = [];
    for (let start = 0; start < wanted.length; start += AT_ONCE) {
      const batch = wanted.slice(start, start + AT_ONCE);
      const room = bytes > maxTotalBytes ? 0 : Math.max(0, maxDocuments - documents.size);
      const found = await Promise.all(batch.slice(0, room).map(readOne));
      for (const [index, parsed] of found.entries()) {
        const uri = batch[index]?.uri;
        if (parsed === undefined || uri === undefined) continue;
        documents.set(uri, parsed);
        read.push(parsed);
      }
      for (const { uri } of batch.slice(room)) {
        unread.set(
          uri,
          `The description refers to more than ${maxDocuments} documents or ${maxTotalBytes} bytes.`,
        );
      }
    }
    newest = read;
  }
  return { documents, unread };
}

function isRemote(uri: string): boolean {
  return /^https?:/i.test(uri);
}
