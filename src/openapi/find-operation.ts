import type { Location } from '../document/diagnostic.ts';
import { didYouMean } from '../document/did-you-mean.ts';
import { formatPointer } from '../document/json-pointer.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Operation } from './operation.ts';
import { readOperation } from './read-operation.ts';

/** How a step names its operation: by id, or by the tokens of its JSON Pointer (`['paths', '/pet', 'get']`). */
export type OperationName = { readonly operationId: string } | { readonly path: readonly string[] };

/** Why there is no operation to be had. */
export interface OperationProblem {
  /** `unknown`: no such operation · `ambiguous`: several have the id · the others: it is there and cannot be used. */
  readonly reason: 'unknown' | 'ambiguous' | 'malformed' | 'not-supported';
  /** One sentence, without the suggestion. */
  readonly problem: string;
  /** A name that was probably meant. */
  readonly suggestion?: string;
  /** Where the problem is in the description, when it is there. */
  readonly location?: Location;
}

/**
 * Finds an operation and reads what a request of it needs.
 *
 * @param source The name of the source description, kept in the operation.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function findOperation(
  openapi: OpenApiDocument,
  source: string,
  name: OperationName,
): { readonly value: Operation } | OperationProblem {
  const entry = findEntry(openapi, name);
  return 'value' in entry ? readOperation(openapi, source, entry.value) : entry;
}

/** Finds where a description writes an operation, without reading it. */
export function findEntry(
  openapi: OpenApiDocument,
  name: OperationName,
): { readonly value: OperationEntry } | OperationProblem {
  return 'path' in name ? findByPath(openapi, name.path) : findById(openapi, name.operationId);
}

function findById(
  openapi: OpenApiDocument,
  operationId: string,
): { value: OperationEntry } | OperationProblem {
  const entries = openapi.byOperationId.get(operationId) ?? [];
  const [entry, ...others] = entries;
  if (entry === undefined) {
    return {
      reason: 'unknown',
      problem: `The API description has no operation "${operationId}".`,
      ...suggested(didYouMean(operationId, openapi.byOperationId.keys())),
    };
  }
  if (others.length > 0) {
    const list = entries.map(({ method, path }) => `${method} ${path}`).join(', ');
    const problem = `The operationId "${operationId}" is used by several operations of the API description: ${list}.`;
    const second = others[0]?.node ?? entry.node;
    const location = second.document.locate(`${second.pointer}/operationId`);
    return { reason: 'ambiguous', problem, location };
  }
  return { value: entry };
}

function findByPath(
  openapi: OpenApiDocument,
  tokens: readonly string[],
): { value: OperationEntry } | OperationProblem {
  const pointer = formatPointer(tokens);
  const entry = openapi.operations.find((candidate) => formatPointer(candidate.tokens) === pointer);
  if (entry !== undefined) return { value: entry };
  const byPlace = openapi.operations.find(
    ({ node }) => node.document === openapi.document && node.pointer === pointer,
  );
  if (byPlace !== undefined) return { value: byPlace };
  const broken = openapi.brokenPaths.find(({ path }) => path === tokens[1]);
  if (tokens[0] === 'paths' && broken !== undefined) {
    return { reason: broken.reason, problem: broken.problem, location: broken.location };
  }
  const pointers = openapi.operations.map((candidate) => formatPointer(candidate.tokens));
  return {
    reason: 'unknown',
    problem: `The API description has no operation at "${pointer}".`,
    ...suggested(didYouMean(pointer, pointers)),
  };
}

function suggested(suggestion: string | undefined): { suggestion?: string } {
  return suggestion === undefined ? {} : { suggestion };
}
