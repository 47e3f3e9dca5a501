import type { Location, Result } from '../document/diagnostic.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import { dereference } from './reference.ts';

/** An operation as an OpenAPI description writes it, not looked at yet. */
export interface OperationEntry {
  readonly operationId?: string;
  /** In upper case: `POST`. */
  readonly method: string;
  /** The path as the description writes it. */
  readonly path: string;
  readonly pathItem: JsonObject;
  readonly pathItemPointer: string;
  readonly operation: JsonObject;
  /** The JSON Pointer of the operation; behind a `$ref` of the path item, where it really stands. */
  readonly pointer: string;
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
  readonly root: JsonObject;
  /** The version as written: `3.1.0`. */
  readonly version: string;
  readonly minor: 0 | 1 | 2;
  /** All operations of `paths`, in the order they are written. */
  readonly operations: readonly OperationEntry[];
  /** By operationId; an id that is used several times keeps all its operations. */
  readonly byOperationId: ReadonlyMap<string, readonly OperationEntry[]>;
  readonly brokenPaths: readonly BrokenPath[];
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/**
 * Reads a parsed document as an OpenAPI 3.0, 3.1 or 3.2 description.
 *
 * @returns No value where it is none of these: `openapi/not-openapi`, or `openapi/not-supported` for Swagger 2.0 and
 * versions that are not known.
 * @see https://spec.openapis.org/oas/v3.1.1.html#openapi-object
 */
export function readOpenApi(document: ParsedDocument): Result<OpenApiDocument> {
  const reporter = createReporter(document);
  const root = document.value;
  const give = (value: OpenApiDocument | undefined) => ({ value, diagnostics: reporter.diagnostics() });
  if (!isJsonObject(root) || (root['openapi'] === undefined && root['swagger'] === undefined)) {
    const message = 'This is not an OpenAPI description: it has no member "openapi".';
    reporter.report({ code: 'openapi/not-openapi', severity: 'error', message, pointer: '' });
    return give(undefined);
  }
  const version = root['openapi'] ?? root['swagger'];
  // YAML reads an unquoted `3.1` as a number.
  const match = /^3\.([012])(?:\.|$)/.exec(String(version));
  if (root['openapi'] === undefined || match === null) {
    const name = root['openapi'] === undefined ? 'Swagger' : 'OpenAPI';
    const shown = typeof version === 'object' ? 'of this version' : String(version);
    const message = `${name} ${shown} is not supported: 3.0, 3.1 and 3.2 are.`;
    const pointer = root['openapi'] === undefined ? '/swagger' : '/openapi';
    reporter.report({ code: 'openapi/not-supported', severity: 'error', message, pointer });
    return give(undefined);
  }

  const paths = root['paths'];
  if (paths !== undefined && !isJsonObject(paths)) {
    const message = '"paths" must be an object.';
    reporter.report({ code: 'openapi/malformed', severity: 'error', message, pointer: '/paths' });
    return give(undefined);
  }
  const operations: OperationEntry[] = [];
  const brokenPaths: BrokenPath[] = [];
  for (const [path, written] of Object.entries(paths ?? {})) {
    if (path.startsWith('x-')) continue;
    const item = dereference(document, written, childPointer('/paths', path));
    if ('problem' in item) {
      brokenPaths.push({ path, ...item });
    } else if (!isJsonObject(item.value)) {
      const location = document.locate(item.pointer);
      brokenPaths.push({
        path,
        reason: 'malformed',
        problem: `The path "${path}" must be an object.`,
        location,
      });
    } else {
      operations.push(...operationsOf(path, item.value, item.pointer));
    }
  }
  return give({
    document,
    root,
    version: String(version),
    minor: Number(match[1]) as 0 | 1 | 2,
    operations,
    byOperationId: indexed(operations),
    brokenPaths,
  });
}

function operationsOf(path: string, pathItem: JsonObject, pathItemPointer: string): OperationEntry[] {
  const entries: OperationEntry[] = [];
  const add = (method: string, operation: JsonValue, pointer: string) => {
    if (!isJsonObject(operation)) return;
    const operationId = operation['operationId'];
    const id = typeof operationId === 'string' ? { operationId } : {};
    entries.push({ ...id, method, path, pathItem, pathItemPointer, operation, pointer });
  };
  for (const [key, member] of Object.entries(pathItem)) {
    const pointer = childPointer(pathItemPointer, key);
    if (METHODS.has(key) || key === 'query') add(key.toUpperCase(), member, pointer);
    if (key === 'additionalOperations' && isJsonObject(member)) {
      for (const [method, operation] of Object.entries(member))
        add(method, operation, childPointer(pointer, method));
    }
  }
  return entries;
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
