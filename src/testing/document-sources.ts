import type { ParsedDocument } from '../document/parsed-document.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import type { Documents, Sources } from '../plan/link-context.ts';
import type { DocumentSources } from './reading.ts';

/** An Arazzo document with its sources, as loading it gives it. */
interface Loaded {
  readonly parsed: ParsedDocument;
  readonly sources: Sources;
  readonly documents: Documents;
}

/** What the reference interpreter reads of a loaded document, and of the documents that it refers to. */
export function documentSources(
  loaded: Loaded,
  known = new Map<ParsedDocument, DocumentSources>(),
): DocumentSources {
  const found = known.get(loaded.parsed);
  if (found !== undefined) return found;
  const documents: Record<string, DocumentSources> = {};
  const sources = Object.fromEntries(
    Object.entries(loaded.sources).filter(
      (entry): entry is [string, OpenApiDocument] => entry[1] !== undefined,
    ),
  );
  const made = { document: loaded.parsed, sources, documents };
  // Documents may refer to each other.
  known.set(loaded.parsed, made);
  for (const [name, other] of Object.entries(loaded.documents))
    if (other !== undefined) documents[name] = documentSources(other, known);
  return made;
}
