import type { Location } from '../document/diagnostic.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Operation } from './operation.ts';
import { readParameters } from './read-parameters.ts';
import { readRequestBody } from './read-request-body.ts';
import { readSecurity } from './read-security.ts';
import { readServers } from './read-servers.ts';
import { readSwaggerServers } from './swagger-servers.ts';
import { UnusablePart } from './unusable-part.ts';

/**
 * Reads what a request needs to know of an operation.
 *
 * @returns A problem with its place in the description where a part of it is malformed, or in a document that was not
 * read.
 * @see https://spec.openapis.org/oas/v3.1.1.html#operation-object
 */
export function readOperation(
  openapi: OpenApiDocument,
  source: string,
  entry: OperationEntry,
):
  | { readonly value: Operation }
  | {
      readonly reason: 'malformed' | 'not-supported';
      readonly problem: string;
      readonly location: Location;
    } {
  try {
    const { operationId, method, path, node } = entry;
    const summary = node.value['summary'];
    const requestBody = readRequestBody(openapi, entry);
    return {
      value: {
        source,
        ...(operationId === undefined ? {} : { operationId }),
        method,
        path,
        ...(typeof summary === 'string' ? { summary } : {}),
        servers: openapi.dialect === '2.0' ? readSwaggerServers(openapi, entry) : readServers(openapi, entry),
        parameters: readParameters(openapi, entry),
        ...(requestBody === undefined ? {} : { requestBody }),
        security: readSecurity(openapi, entry),
      },
    };
  } catch (error) {
    if (!(error instanceof UnusablePart)) throw error;
    return { reason: error.reason, problem: error.message, location: error.location };
  }
}
