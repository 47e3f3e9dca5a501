import { parseDocument } from '../../src/document/parse-document.ts';
import type { ParsedDocument } from '../../src/document/parsed-document.ts';
import { findOperation } from '../../src/openapi/find-operation.ts';
import { readOpenApi, type OpenApiDocument } from '../../src/openapi/openapi-document.ts';
import type { Operation } from '../../src/openapi/operation.ts';

/** A text, parsed. */
export function parsedAs(uri: string, text: string): ParsedDocument {
  const { value } = parseDocument(text, { uri });
  if (value === undefined) throw new Error('The test document does not parse.');
  return value;
}

/** A description that is made of several documents: the first is the description itself. */
export function readFiles(files: Readonly<Record<string, string>>): OpenApiDocument {
  const [entry, ...others] = Object.entries(files).map(([uri, text]) => parsedAs(uri, text));
  if (entry === undefined) throw new Error('There is no document.');
  const { value, diagnostics } = readOpenApi(entry, {
    documents: new Map(others.map((document) => [document.uri, document])),
  });
  if (value === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return value;
}

/** The operation of an id, of the source `api`. */
export function operationIn(openapi: OpenApiDocument, operationId: string): Operation {
  const found = findOperation(openapi, 'api', { operationId });
  if ('problem' in found) throw new Error(found.problem);
  return found.value;
}

/** Why an operation cannot be had. */
export function problemIn(openapi: OpenApiDocument, operationId: string) {
  const found = findOperation(openapi, 'api', { operationId });
  if ('value' in found) throw new Error('An operation was found.');
  return { ...found, at: `${found.location?.uri ?? ''}#${found.location?.pointer ?? ''}` };
}
