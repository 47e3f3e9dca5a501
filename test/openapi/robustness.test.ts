import { assert, constantFrom, dictionary, letrec, oneof, property, string, array } from 'fast-check';
import { expect, it } from 'vitest';
import { isJsonObject, type JsonValue } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { describeResponses } from '../../src/openapi/describe-responses.ts';
import { externalReferences } from '../../src/openapi/external-references.ts';
import { findOperation } from '../../src/openapi/find-operation.ts';
import { readOpenApi } from '../../src/openapi/openapi-document.ts';
import { parsedAs } from './open-api.ts';

const KEYS =
  '$ref $id $anchor $self encoding headers host basePath schemes consumes produces formData collectionFormat type examples parameters servers security requestBody responses content schema allOf required name in style url variables operationId get post application/json 200 __proto__ constructor basic properties default'.split(
    ' ',
  );
const TEXTS = '#/components/x #/paths/~1a # #/% other.yaml#/x query header path form id /v1 {a} a'.split(' ');

const { json } = letrec<{ json: JsonValue }>((tie) => ({
  json: oneof(
    { maxDepth: 6 },
    constantFrom<JsonValue>(...TEXTS, '', null, true, 7),
    array(tie('json'), { maxLength: 3 }),
    dictionary(oneof(constantFrom(...KEYS), string({ maxLength: 2 })), tie('json'), { maxKeys: 5 }),
  ),
}));

const versions = constantFrom<Record<string, string>>(
  { swagger: '2.0' },
  { openapi: '3.0.0' },
  { openapi: '3.1.0' },
  { openapi: '3.2.0' },
);

it('gives an operation or a located problem for whatever a description holds', () => {
  assert(
    property(versions, json, json, json, json, (version, pathItem, operation, components, rest) => {
      const item = isJsonObject(pathItem) ? { ...pathItem, get: operation } : pathItem;
      const root = {
        ...version,
        $self: operation,
        host: rest,
        schemes: rest,
        consumes: components,
        produces: components,
        security: rest,
        servers: rest,
        paths: {
          '/a': item,
          '/b': { get: operation, post: { operationId: 'id', security: rest, requestBody: rest } },
        },
        components: { x: components, securitySchemes: components },
        securityDefinitions: components,
      };
      const parsed = parseDocument(JSON.stringify(root), { uri: 'http://a.test/b.json' }).value;
      if (parsed !== undefined) expect(Array.isArray(externalReferences(parsed))).toBe(true);
      const documents = parsed === undefined ? new Map() : new Map([['http://a.test/other.yaml', parsed]]);
      const openapi = parsed === undefined ? undefined : readOpenApi(parsed, { documents }).value;
      for (const entry of openapi?.operations ?? []) {
        if (openapi === undefined) continue;
        const result = findOperation(openapi, 'api', {
          path: ['paths', entry.path, entry.method.toLowerCase()],
        });
        expect('value' in result || result.problem.endsWith('.')).toBe(true);
        expect(Array.isArray(describeResponses(openapi, entry))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

it.each<[written: string, shown: string]>([
  ['openapi:', 'OpenAPI of this version'],
  ['openapi: { toString: 1 }', 'OpenAPI of this version'],
  ['openapi:\nswagger: "2.0"', 'OpenAPI of this version'],
  ['swagger:', 'Swagger of this version'],
  ['openapi: 4.0.0', 'OpenAPI 4.0.0'],
  ['swagger: 1.2', 'Swagger 1.2'],
])('says of %j that %s is not supported', (written, shown) => {
  const { value, diagnostics } = readOpenApi(parsedAs('file:///a.yaml', written));
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ['openapi/not-supported', expect.stringMatching(new RegExp(`^${shown} is not supported`))],
  ]);
});
