import type { ArazzoDocument } from '../arazzo/model.ts';
import { readArazzo } from '../arazzo/read-arazzo.ts';
import { validateArazzo } from '../arazzo/validate-arazzo.ts';
import { memberOf } from '../document/json.ts';
import { mostSevere, type Diagnostic, type Location, type Result } from '../document/diagnostic.ts';
import { parseDocument } from '../document/parse-document.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { AsyncApiDocument } from '../asyncapi/asyncapi-document.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import type { Documents } from '../plan/link-context.ts';
import { linkWorkflows } from '../plan/link-workflow.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { createHttpResolver } from '../services/http-resolver.ts';
import { createFileResolver } from '../services/node-files.ts';
import { loadSources, type SharedDescriptions } from './load-sources.ts';
import { provideXPath } from './provide-xpath.ts';
import { isResourceError, resolverByScheme, type SourceResolver } from '../services/resolver.ts';

/** How a document and its sources are read. */
export interface LoadOptions {
  /** The URI of a document that is given as text; relative source URLs are resolved against it. */
  readonly uri?: string;
  /** Reads URIs. Default: files on Node; `http(s)` URLs only with {@link allowRemote}. */
  readonly resolver?: SourceResolver;
  /** Source descriptions read from elsewhere: name → path or URI. */
  readonly sources?: Readonly<Record<string, string>>;
  /** On Node: directories outside of which no file is read. Default: any file that can be read. */
  readonly roots?: readonly string[];
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
  /** The AsyncAPI descriptions by source name. */
  readonly asyncSources: Readonly<Record<string, AsyncApiDocument | undefined>>;
  /** The other Arazzo documents by source name, each with its own sources; `undefined` for one that could not be read. */
  readonly documents: Documents;
  /** The plan of a workflow; without an id, the first one's. */
  planFor(workflowId?: string): WorkflowPlan | undefined;
}

/**
 * Reads an Arazzo document and its source descriptions, checks them and links every workflow. All problems are
 * diagnostics; it never throws for what a document says.
 *
 * @param pathOrText - a path, a URI, or the document itself (a text with a line break or that begins with `{`)
 */
export function loadDocument(pathOrText: string, options: LoadOptions = {}): Promise<Result<LoadedDocument>> {
  return load(pathOrText, options);
}

/** Reads documents, see {@link loadDocument}; a description of an API that several of them refer to is read once. */
export function createDocumentLoader(
  options: LoadOptions = {},
): (pathOrText: string) => Promise<Result<LoadedDocument>> {
  const shared: SharedDescriptions = new Map();
  return (pathOrText) => load(pathOrText, options, shared);
}

async function load(
  pathOrText: string,
  options: LoadOptions,
  shared: SharedDescriptions = new Map(),
): Promise<Result<LoadedDocument>> {
  const resolver = options.resolver ?? defaultResolver(options);
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
  await provideXPath(text);
  const read = readArazzo(parsed.value);
  const document = read.value;
  const found = [...parsed.diagnostics, ...read.diagnostics];
  if (document === undefined) return { value: undefined, diagnostics: mostSevere(sorted(found)) };
  found.push(...validateArazzo(parsed.value, document));
  const { root, diagnostics: ofSources } = await loadSources(parsed.value, document, {
    resolver,
    shared,
    elsewhere: (name) => {
      const path = memberOf(options.sources ?? {}, name);
      return path === undefined ? undefined : toUri(path);
    },
  });
  const { sources, asyncSources, documents } = root;
  const linked = linkWorkflows(parsed.value, document, sources, documents, asyncSources);
  const all = [...found, ...ofSources, ...linked.diagnostics];
  const own = sorted(all.filter(({ location }) => location.uri === uri));
  const diagnostics = mostSevere([...own, ...all.filter(({ location }) => location.uri !== uri)]);
  const plans = linked.value;
  const planFor = (workflowId?: string): WorkflowPlan | undefined =>
    workflowId === undefined ? plans[0] : plans.find((plan) => plan.workflowId === workflowId);
  const value = { document, parsed: parsed.value, plans, sources, asyncSources, documents, planFor };
  return { value, diagnostics };
}

function defaultResolver({ allowRemote = false, roots }: LoadOptions): SourceResolver {
  const http = createHttpResolver({ allow: () => allowRemote });
  const onNode = typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function';
  return resolverByScheme({
    http,
    https: http,
    ...(onNode ? { file: createFileResolver(roots === undefined ? {} : { roots }) } : {}),
  });
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
