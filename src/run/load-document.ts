import type { ArazzoDocument, SourceDescription } from '../arazzo/model.ts';
import { readArazzo } from '../arazzo/read-arazzo.ts';
import { validateArazzo } from '../arazzo/validate-arazzo.ts';
import { MAX_DIAGNOSTICS, type Diagnostic, type Location, type Result } from '../document/diagnostic.ts';
import { parseDocument } from '../document/parse-document.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { resolveUri } from '../document/uri.ts';
import { readOpenApi, type OpenApiDocument } from '../openapi/openapi-document.ts';
import { linkWorkflows } from '../plan/link-workflow.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { createHttpResolver } from '../services/http-resolver.ts';
import { createFileResolver } from '../services/node-files.ts';
import { isResourceError, resolverByScheme, type SourceResolver } from '../services/resolver.ts';

/** How a document and its sources are read. */
export interface LoadOptions {
  /** The URI of a document that is given as text; relative source URLs are resolved against it. */
  readonly uri?: string;
  /** Reads URIs. Default: files on Node; `http(s)` URLs only with {@link allowRemote}. */
  readonly resolver?: SourceResolver;
  /** Source descriptions read from elsewhere: name → path or URI. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Whether `http(s)` URLs may be read; default `false`. */
  readonly allowRemote?: boolean;
}

/** A document with everything it refers to. */
export interface LoadedDocument {
  readonly document: ArazzoDocument;
  readonly parsed: ParsedDocument;
  /** The workflows that could be linked, in document order. */
  readonly plans: readonly WorkflowPlan[];
  /** The OpenAPI descriptions by source name; `undefined` for one that could not be read. */
  readonly sources: Readonly<Record<string, OpenApiDocument | undefined>>;
  /** The plan of a workflow; without an id, the first one's. */
  planFor(workflowId?: string): WorkflowPlan | undefined;
}

/**
 * Reads an Arazzo document and its source descriptions, checks them and links every workflow. All problems are
 * diagnostics; it never throws for what a document says.
 *
 * @param pathOrText - a path, a URI, or the document itself (a text with a line break or that begins with `{`)
 */
export async function loadDocument(pathOrText: string, options: LoadOptions = {}): Promise<Result<LoadedDocument>> {
  const resolver = options.resolver ?? defaultResolver(options.allowRemote ?? false);
  const isText = /[\r\n]/.test(pathOrText) || /^\s*\{/.test(pathOrText);
  const uri = isText ? (options.uri ?? 'memory:/document.arazzo.yaml') : toUri(pathOrText);
  let text = pathOrText;
  if (!isText) {
    try {
      text = await resolver(uri);
    } catch (error) {
      return { value: undefined, diagnostics: [unreadable(uri, reasonOf(error))] };
    }
  }
  const parsed = parseDocument(text, { uri });
  if (parsed.value === undefined) return { value: undefined, diagnostics: parsed.diagnostics };
  const read = readArazzo(parsed.value);
  const document = read.value;
  const found = [...parsed.diagnostics, ...read.diagnostics];
  if (document === undefined) return { value: undefined, diagnostics: sorted(found) };
  found.push(...validateArazzo(parsed.value, document));
  const loaded = await Promise.all(document.sourceDescriptions.map((source) => loadSource(parsed.value as ParsedDocument, document, source, resolver, options)));
  const sources: Record<string, OpenApiDocument | undefined> = Object.create(null) as Record<string, OpenApiDocument | undefined>;
  const ofSources: Diagnostic[] = [];
  for (const { name, openapi, diagnostics } of loaded) {
    sources[name] = openapi;
    ofSources.push(...diagnostics);
  }
  const linked = linkWorkflows(parsed.value, document, sources);
  found.push(...ofSources.filter(({ location }) => location.uri === uri), ...linked.diagnostics);
  const diagnostics = [...sorted(found), ...ofSources.filter(({ location }) => location.uri !== uri)].slice(0, MAX_DIAGNOSTICS);
  const plans = linked.value;
  const planFor = (workflowId?: string): WorkflowPlan | undefined =>
    workflowId === undefined ? plans[0] : plans.find((plan) => plan.workflowId === workflowId);
  return { value: { document, parsed: parsed.value, plans, sources, planFor }, diagnostics };
}

interface LoadedSource {
  readonly name: string;
  readonly openapi: OpenApiDocument | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

async function loadSource(
  parsed: ParsedDocument,
  document: ArazzoDocument,
  source: SourceDescription,
  resolver: SourceResolver,
  options: LoadOptions,
): Promise<LoadedSource> {
  const { name, type } = source;
  if (type === 'arazzo' || type === 'asyncapi') return { name, openapi: undefined, diagnostics: [] };
  const elsewhere = Object.hasOwn(options.sources ?? {}, name) ? options.sources?.[name] : undefined;
  const base = document.self === undefined ? parsed.uri : resolveUri(parsed.uri, document.self);
  const uri = elsewhere === undefined ? resolveUri(base, source.url) : toUri(elsewhere);
  let text: string;
  try {
    text = await resolver(uri);
  } catch (error) {
    const diagnostic: Diagnostic = {
      code: 'plan/source-unreadable',
      severity: 'warning',
      message: `The source description "${name}" could not be read, so what needs it was not checked: ${reasonOf(error)}`,
      location: parsed.locate(`${source.pointer}/url`),
    };
    return { name, openapi: undefined, diagnostics: [diagnostic] };
  }
  const description = parseDocument(text, { uri });
  if (description.value === undefined) return { name, openapi: undefined, diagnostics: description.diagnostics };
  const openapi = readOpenApi(description.value);
  return { name, openapi: openapi.value, diagnostics: [...description.diagnostics, ...openapi.diagnostics] };
}

function defaultResolver(allowRemote: boolean): SourceResolver {
  const http = createHttpResolver({ allow: () => allowRemote });
  const onNode = typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function';
  return resolverByScheme({ http, https: http, ...(onNode ? { file: createFileResolver() } : {}) });
}

/** The absolute URI of a path; a URI stays what it is. */
function toUri(path: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(path)) return path;
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') return path;
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  return pathToFileURL(path).href;
}

function reasonOf(error: unknown): string {
  return isResourceError(error) ? error.message : 'Reading it failed.';
}

function unreadable(uri: string, message: string): Diagnostic {
  const location: Location = { uri, pointer: '', range: { start: 0, end: 0 }, line: 1, column: 1 };
  return { code: 'document/unreadable', severity: 'error', message, location };
}

function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.location.range.start - b.location.range.start);
}
