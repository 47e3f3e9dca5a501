import type { Location } from '../document/diagnostic.ts';
import { isJsonObject, memberOf } from '../document/json.ts';
import { isJsonMediaType } from './media-type.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Operation } from './operation.ts';
import { readParameters } from './read-parameters.ts';
import { readSecurity } from './read-security.ts';
import { readServers } from './read-servers.ts';
import { requiredProperties } from './required-properties.ts';
import { malformed, objectAt, UnusablePart } from './unusable-part.ts';

/**
 * Reads what a request needs to know of an operation.
 *
 * @returns A problem with its place in the description where a part of it is malformed, or leads to another document.
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
    const { operationId, method, path, operation } = entry;
    const summary = operation['summary'];
    const requestBody = readRequestBody(openapi, entry);
    return {
      value: {
        source,
        ...(operationId === undefined ? {} : { operationId }),
        method,
        path,
        ...(typeof summary === 'string' ? { summary } : {}),
        servers: readServers(openapi, entry),
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

function readRequestBody(openapi: OpenApiDocument, entry: OperationEntry): Operation['requestBody'] {
  if (entry.operation['requestBody'] === undefined) return undefined;
  const body = objectAt(
    openapi,
    entry.operation['requestBody'],
    `${entry.pointer}/requestBody`,
    'The request body',
  );
  const content = body.value['content'];
  if (!isJsonObject(content)) {
    throw malformed(openapi, 'The request body must have an object "content".', body.pointer);
  }
  const contentTypes = Object.keys(content);
  const json = contentTypes.find((type) => isJsonMediaType(type));
  const media = json === undefined ? undefined : memberOf(content, json);
  const schema = isJsonObject(media) ? media['schema'] : undefined;
  return {
    required: body.value['required'] === true,
    contentTypes,
    requiredProperties: schema === undefined ? [] : requiredProperties(openapi.document, schema),
  };
}
