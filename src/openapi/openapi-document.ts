import type { Location, Result } from '../document/diagnostic.ts';
import { isJsonObject, type JsonObject } from '../document/json.ts';
import { parsePointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import {
  childNode,
  createDescriptionDocuments,
  rootNode,
  type DescriptionDocuments,
  type DescriptionNode,
  type ReferencedDocuments,
} from './description-documents.ts';
import { scalarText } from './parameter-style.ts';
import { followReferences } from './reference.ts';
import { isObjectNode, membersAt, type ObjectNode } from './unusable-part.ts';

/** An operation as an OpenAPI description writes it, not looked at yet. */
export interface OperationEntry {
  readonly operationId?: string;
  /** In upper case: `POST`. */
  readonly method: string;
  /** The path as the description writes it. */
  readonly path: string;
  /** The path item below `paths`, and behind its `$ref` those that it leads to. */
  readonly pathItems: readonly ObjectNode[];
  /** The operation, where it really stands. */
  readonly node: ObjectNode;
  /** The way to it through `paths`, the `$ref` of its path item not seen: `['paths', '/pet', 'get']`. */
  readonly tokens: readonly string[];
}

/** A path whose item cannot be read, and why. */
export interface BrokenPath {
  readonly path: string;
  readonly reason: 'malformed' | 'not-supported';
  readonly problem: string;
  readonly location: Location;
}

/**
 * An OpenAPI description with an index of its operations. `$ref`s are followed when a part is used, so that a
 * mistake in an operation that nobody calls is nobody's problem.
 */
export interface OpenApiDocument {
  readonly document: ParsedDocument;
  /** The document together with those that it refers to. */
  readonly documents: DescriptionDocuments;
  readonly root: JsonObject;
  /** The version as written: `3.1.0`. */
  readonly version: string;
  /** The OpenAPI version that it is written in; `2.0` is Swagger. */
  readonly dialect: '2.0' | '3.0' | '3.1' | '3.2';
  /** All operations of `paths`, in the order they are written. */
  readonly operations: readonly OperationEntry[];
  /** By operationId; an id that is used several times keeps all its operations. */
  readonly byOperationId: ReadonlyMap<string, readonly OperationEntry[]>;
  readonly brokenPaths: readonly BrokenPath[];
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/**
 * Reads a parsed document as an OpenAPI 3.0, 3.1 or 3.2 description, or as one of Swagger 2.0.
 *
 * @param referenced The documents that it refers to, read already: `externalReferences` says which. Without one of
 * them, an operation that needs it cannot be used, and the others can.
 * @returns No value where it is none of these: `openapi/not-openapi`, or `openapi/not-supported` for versions that are
 * not known.
 * @see https://spec.openapis.org/oas/v3.1.1.html#openapi-object
 */
export function readOpenApi(
  document: ParsedDocument,
  referenced: ReferencedDocuments = {},
): Result<OpenApiDocument> {
  const reporter = createReporter(document);
  const root = document.value;
  const give = (value: OpenApiDocument | undefined) => ({ value, diagnostics: reporter.diagnostics() });
  if (!isJsonObject(root) || (root['openapi'] === undefined && root['swagger'] === undefined)) {
    const message = 'This is not an OpenAPI description: it has no member "openapi".';
    reporter.report({ code: 'openapi/not-openapi', severity: 'error', message, pointer: '' });
    return give(undefined);
  }
  const member = root['openapi'] === undefined ? 'swagger' : 'openapi';
  const written = root[member] ?? null;
  const version = scalarText(written);
  const dialect = dialectOf(root);
  if (dialect === undefined) {
    const name = member === 'openapi' ? 'OpenAPI' : 'Swagger';
    const shown = typeof written === 'object' ? 'of this version' : version.slice(0, 20);
    const message = `${name} ${shown} is not supported: OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0 are.`;
    const pointer = `/${member}`;
    reporter.report({ code: 'openapi/not-supported', severity: 'error', message, pointer });
    return give(undefined);
  }

  if (root['paths'] !== undefined && !isJsonObject(root['paths'])) {
    const message = '"paths" must be an object.';
    reporter.report({ code: 'openapi/malformed', severity: 'error', message, pointer: '/paths' });
    return give(undefined);
  }
  const documents = createDescriptionDocuments(document, referenced);
  const operations: OperationEntry[] = [];
  const brokenPaths: BrokenPath[] = [];
  for (const [path, node] of membersAt(rootNode(document), 'paths')) {
    if (path.startsWith('x-')) continue;
    const way = followReferences(documents, node);
    if ('problem' in way) {
      brokenPaths.push({ path, ...way });
      continue;
    }
    const wrong = way.find((item) => !isObjectNode(item));
    if (wrong === undefined) {
      operations.push(...operationsOf(path, way.filter(isObjectNode)));
    } else {
      const location = wrong.document.locate(wrong.pointer);
      const problem = `The path "${path}" must be an object.`;
      brokenPaths.push({ path, reason: 'malformed', problem, location });
    }
  }
  return give({
    document,
    documents,
    root,
    version,
    dialect,
    operations,
    byOperationId: indexed(operations),
    brokenPaths,
  });
}

function dialectOf(root: JsonObject): OpenApiDocument['dialect'] | undefined {
  // YAML reads an unquoted `3.1` as a number, and `2.0` as 2.
  if (root['openapi'] === undefined)
    return /^2(?:\.0)?$/.test(scalarText(root['swagger'] ?? null)) ? '2.0' : undefined;
  const match = /^3\.([012])(?:\.|$)/.exec(scalarText(root['openapi']));
  return match === null ? undefined : (`3.${match[1]}` as '3.0' | '3.1' | '3.2');
}

function operationsOf(path: string, pathItems: readonly ObjectNode[]): OperationEntry[] {
  const entries = new Map<string, OperationEntry>();
  for (const pathItem of pathItems) {
    const add = (method: string, node: DescriptionNode | undefined) => {
      if (node === undefined || !isObjectNode(node) || entries.has(method)) return;
      const operationId = node.value['operationId'];
      const id = typeof operationId === 'string' ? { operationId } : {};
      const rest = parsePointer(node.pointer.slice(pathItem.pointer.length)) ?? [];
      entries.set(method, { ...id, method, path, pathItems, node, tokens: ['paths', path, ...rest] });
    };
    for (const key of Object.keys(pathItem.value)) {
      if (METHODS.has(key) || key === 'query') add(key.toUpperCase(), childNode(pathItem, key));
      if (key !== 'additionalOperations') continue;
      for (const [method, node] of membersAt(pathItem, key)) add(method, node);
    }
  }
  return [...entries.values()];
}

function indexed(operations: readonly OperationEntry[]): Map<string, OperationEntry[]> {
  const index = new Map<string, OperationEntry[]>();
  for (const entry of operations) {
    if (entry.operationId === undefined) continue;
    const known = index.get(entry.operationId);
    if (known === undefined) index.set(entry.operationId, [entry]);
    else known.push(entry);
  }
  return index;
}
