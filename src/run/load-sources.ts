import type { ArazzoDocument, SourceDescription } from '../arazzo/model.ts';
import { readArazzo } from '../arazzo/read-arazzo.ts';
import { validateArazzo } from '../arazzo/validate-arazzo.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { isJsonObject, setMember } from '../document/json.ts';
import { parseDocument } from '../document/parse-document.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { resolveUri } from '../document/uri.ts';
import { readAsyncApi, type AsyncApiDocument } from '../asyncapi/asyncapi-document.ts';
import { readOpenApi, type OpenApiDocument } from '../openapi/openapi-document.ts';
import type { ArazzoSource } from '../plan/link-context.ts';
import { provideXPath } from './provide-xpath.ts';
import { loadReferences } from '../services/load-references.ts';
import { isResourceError, type ResourceError, type SourceResolver } from '../services/resolver.ts';

/** How sources are found. */
export interface SourceOptions {
  readonly resolver: SourceResolver;
  /** The URI of a source description that is read from elsewhere; `undefined` where its own `url` counts. */
  readonly elsewhere: (name: string) => string | undefined;
  /** The descriptions that were read for other documents; those that are read now are added. Default: none. */
  readonly shared?: SharedDescriptions;
}

/** Descriptions of APIs that several documents refer to, by what they are called to be and where they are. */
export type SharedDescriptions = Map<string, ReadSource>;

/** An Arazzo document with all that it refers to, and every problem found on the way, those of its sources last. */
export interface LoadedSources {
  readonly root: ArazzoSource;
  readonly diagnostics: readonly Diagnostic[];
}

/** A document whose sources are still being read. */
interface Loading extends ArazzoSource {
  readonly sources: Record<string, OpenApiDocument | undefined>;
  readonly documents: Record<string, ArazzoSource | undefined>;
  readonly asyncSources: Record<string, AsyncApiDocument | undefined>;
}

/** More documents than anybody writes: each of those that a hostile server gives may lead to the next. */
const MAX_SOURCES = 200;

/**
 * Reads the sources of an Arazzo document: OpenAPI and AsyncAPI descriptions, and other Arazzo documents with theirs. A document
 * that several refer to, by where it is or by its `$self`, is read once, so that documents may refer to each other.
 * At most 200 are read, and what came over the network leads to nothing that does not.
 */
export async function loadSources(
  parsed: ParsedDocument,
  document: ArazzoDocument,
  options: SourceOptions,
): Promise<LoadedSources> {
  const diagnostics: Diagnostic[] = [];
  const known = new Map<string, Loading>();
  const register = (source: ParsedDocument, arazzo: ArazzoDocument): Loading => {
    const loading: Loading = {
      parsed: source,
      document: arazzo,
      sources: {},
      documents: {},
      asyncSources: {},
    };
    known.set(source.uri, loading);
    // What came over the network does not stand in for a local document by calling itself so.
    if (leadsIn(loading, baseOf(loading)) === undefined) known.set(baseOf(loading), loading);
    return loading;
  };
  const root = register(parsed, document);
  const queue = [root];
  const unread: (() => void)[] = [];
  let count = 0;
  for (const loading of queue) {
    for (const source of loading.document.sourceDescriptions) {
      const elsewhere = loading === root ? options.elsewhere(source.name) : undefined;
      const uri = elsewhere ?? resolveUri(baseOf(loading), source.url);
      const other = known.get(uri);
      if (other !== undefined) {
        setMember(loading.documents, source.name, other);
        continue;
      }
      count += 1;
      const refusal =
        count > MAX_SOURCES ? TOO_MANY : elsewhere === undefined ? leadsIn(loading, uri) : undefined;
      const read =
        refusal === undefined
          ? await readShared(loading, source, uri, options)
          : unreadable(loading, source, refusal);
      if (read.isUnreadable === true) {
        // A document that is read later may say that this is where it is.
        unread.push(() => {
          const found = known.get(uri);
          if (found === undefined) diagnostics.push(...read.diagnostics);
          else setMember(loading.documents, source.name, found);
        });
        continue;
      }
      diagnostics.push(...read.diagnostics);
      if (read.arazzo !== undefined) {
        const next = register(read.arazzo.parsed, read.arazzo.document);
        setMember(loading.documents, source.name, next);
        queue.push(next);
      } else if (read.asyncapi !== undefined) setMember(loading.asyncSources, source.name, read.asyncapi);
      else if (source.type !== 'arazzo') setMember(loading.sources, source.name, read.openapi);
    }
  }
  for (const again of unread) again();
  return { root, diagnostics };
}

/** What a document's relative references are resolved against: its `$self`, itself perhaps relative, or where it is. */
function baseOf({ parsed, document }: ArazzoSource): string {
  return document.self === undefined ? parsed.uri : resolveUri(parsed.uri, document.self);
}

/** A source, or why there is none. */
export interface ReadSource {
  readonly openapi?: OpenApiDocument | undefined;
  readonly asyncapi?: AsyncApiDocument | undefined;
  readonly arazzo?: { readonly parsed: ParsedDocument; readonly document: ArazzoDocument };
  readonly diagnostics: readonly Diagnostic[];
  readonly isUnreadable?: true;
}

const TOO_MANY = `The documents refer to more than ${MAX_SOURCES} others.`;

/** Why a document may not lead to a URI, whatever the resolver lets be read. */
function leadsIn({ parsed }: Pick<ArazzoSource, 'parsed'>, uri: string): string | undefined {
  return isRemote(parsed.uri) && !isRemote(uri)
    ? 'A document that was read over the network must not lead to a local one.'
    : undefined;
}

function isRemote(uri: string): boolean {
  return /^https?:/i.test(uri);
}

function reasonOf({ reason, message }: ResourceError, { name }: SourceDescription): string {
  return reason === 'not-allowed'
    ? `${message} Allow it (\`allowRemote\` or \`roots\`, --allow-remote), or read the source from elsewhere (\`sources\`, --source ${name}=<path>).`
    : message;
}

function unreadable(
  { parsed }: Pick<ArazzoSource, 'parsed'>,
  source: SourceDescription,
  reason: string,
): ReadSource {
  const diagnostic: Diagnostic = {
    code: 'plan/source-unreadable',
    severity: 'warning',
    message: `The source description "${source.name}" could not be read, so what needs it was not checked: ${reason}`,
    location: parsed.locate(`${source.pointer}/url`),
  };
  return { diagnostics: [diagnostic], isUnreadable: true };
}

/** Reads a source, or takes it from those that were read for other documents: each of these has its own view of others. */
async function readShared(
  from: ArazzoSource,
  source: SourceDescription,
  uri: string,
  { resolver, shared }: SourceOptions,
): Promise<ReadSource> {
  const key = `${source.type ?? ''} ${uri}`;
  const known = shared?.get(key);
  if (known !== undefined) return known;
  const read = await readSource(from, source, uri, resolver);
  if (read.openapi !== undefined || read.asyncapi !== undefined) shared?.set(key, read);
  return read;
}

async function readSource(
  { parsed }: ArazzoSource,
  source: SourceDescription,
  uri: string,
  resolver: SourceResolver,
): Promise<ReadSource> {
  let text: string;
  try {
    text = await resolver(uri);
  } catch (error) {
    return unreadable(
      { parsed },
      source,
      isResourceError(error) ? reasonOf(error, source) : 'Reading it failed.',
    );
  }
  const found = parseDocument(text, { uri });
  if (found.value === undefined) return { diagnostics: found.diagnostics };
  const { value } = found.value;
  // The document says itself what it is; `type` is not always given, and not always right.
  if (isJsonObject(value) && 'arazzo' in value) {
    await provideXPath(text);
    const read = readArazzo(found.value);
    if (read.value === undefined) return { diagnostics: [...found.diagnostics, ...read.diagnostics] };
    const diagnostics = [
      ...found.diagnostics,
      ...read.diagnostics,
      ...validateArazzo(found.value, read.value),
    ];
    return { arazzo: { parsed: found.value, document: read.value }, diagnostics };
  }
  const isOpenApi = isJsonObject(value) && ('openapi' in value || 'swagger' in value);
  if ((isJsonObject(value) && 'asyncapi' in value) || (source.type === 'asyncapi' && !isOpenApi)) {
    const asyncapi = readAsyncApi(found.value, await loadReferences(found.value, resolver));
    return { asyncapi: asyncapi.value, diagnostics: [...found.diagnostics, ...asyncapi.diagnostics] };
  }
  const openapi = readOpenApi(found.value, await loadReferences(found.value, resolver));
  return { openapi: openapi.value, diagnostics: [...found.diagnostics, ...openapi.diagnostics] };
}
