import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { describeResponses } from '../../src/openapi/describe-responses.ts';
import { readOpenApi } from '../../src/openapi/openapi-document.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { responseSchema } from '../../src/openapi/self-contained-schema.ts';

const parsed = (uri: string, value: JsonValue) => {
  const document = parseDocument(JSON.stringify(value), { uri }).value;
  if (document === undefined) throw new Error('It cannot be parsed.');
  return document;
};

function schemaOf(
  schema: JsonValue,
  schemas: JsonObject = {},
  version = '3.1.0',
  others: Readonly<Record<string, JsonValue>> = {},
): JsonValue | undefined {
  const root = {
    openapi: version,
    info: { title: 'API', version: '1' },
    paths: { '/a b': { get: { responses: { '200': { $ref: '#/components/responses/ok' } } } } },
    components: {
      responses: { ok: { description: '', content: { 'application/json': { schema } } } },
      schemas,
    },
  };
  const documents = new Map(
    Object.entries(others).map(([uri, value]): [string, ReturnType<typeof parsed>] => [
      uri,
      parsed(uri, value),
    ]),
  );
  const openapi = readOpenApi(parsed('file:///api.json', root), { documents }).value;
  const [entry] = openapi?.operations ?? [];
  if (openapi === undefined || entry === undefined) throw new Error('It cannot be read.');
  const [response] = describeResponses(openapi, entry);
  return response && responseSchema(openapi, response, 'application/json');
}

describe('the schema of a response', () => {
  it('stands alone: what it refers to is in it', () => {
    expect(schemaOf({ $ref: '#/components/schemas/pet' }, { pet: { type: 'string' } })).toEqual({
      $ref: '#/$defs/pet',
      $defs: { pet: { type: 'string' } },
    });
  });

  it('may contain itself', () => {
    const node = { properties: { next: { $ref: '#/components/schemas/node' } } };
    expect(schemaOf({ items: { $ref: '#/components/schemas/node' } }, { node })).toEqual({
      items: { $ref: '#/$defs/node' },
      $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } },
    });
  });

  it('goes on through references as far as any sensible one, and allows everything behind', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [
        `s${index}`,
        { allOf: [{ $ref: `#/components/schemas/s${index + 1}` }] },
      ]),
    );
    const schema = schemaOf({ $ref: '#/components/schemas/s0' }, { ...schemas, s5000: false }) as JsonObject;
    expect(schema).toMatchObject({
      $ref: '#/$defs/s0',
      $defs: { s100: { allOf: [{ $ref: '#/$defs/s101' }] } },
    });
    expect(compileSchema(schema)('anything')).toEqual([]);
  });

  it('takes what stands in other documents, two of one name as well', () => {
    const others = {
      'file:///other.json': { pet: { $ref: '#/defs/pet' }, defs: { pet: { type: 'integer' } } },
    };
    const schema = { anyOf: [{ $ref: '#/components/schemas/pet' }, { $ref: 'other.json#/pet' }] };
    expect(schemaOf(schema, { pet: { type: 'string' } }, '3.1.0', others)).toEqual({
      anyOf: [{ $ref: '#/$defs/pet' }, { $ref: '#/$defs/pet_2' }],
      $defs: { pet: { type: 'string' }, pet_2: { type: 'integer' } },
    });
  });

  it('asks for what stands beside a reference, from 3.1 on', () => {
    const schema = { $ref: '#/components/schemas/pet', minLength: 3 };
    const schemas = { pet: { type: 'string' } };
    expect(schemaOf(schema, schemas)).toMatchObject({ allOf: [{ $ref: '#/$defs/pet' }, { minLength: 3 }] });
    expect(schemaOf(schema, schemas, '3.0.3')).toEqual({ $ref: '#/$defs/pet', $defs: schemas });
  });

  it('has the keywords of OpenAPI 3.0 as JSON Schema writes them', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'string', nullable: true, enum: ['x'] },
        b: { type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        c: { nullable: true },
      },
    };
    expect(schemaOf(schema, {}, '3.0.3')).toEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], enum: ['x', null] },
        b: { type: 'integer', exclusiveMinimum: 1, maximum: 9 },
        c: {},
      },
    });
  });

  it('does not ask for what the API does not send', () => {
    const schema = {
      required: ['password', 'id'],
      properties: { password: { $ref: '#/components/schemas/secret' }, id: { readOnly: true } },
    };
    expect(schemaOf(schema, { secret: { writeOnly: true } })).toMatchObject({ required: ['id'] });
  });

  it('leaves names and data as they are', () => {
    const schema = {
      properties: { $ref: { type: 'string' }, items: { enum: [{ $ref: '#/x' }] } },
      default: { $ref: 1 },
    };
    expect(schemaOf(schema)).toEqual(schema);
  });

  it.each([[true], [false]])('is %s where it says so', (schema) => {
    expect(schemaOf(schema)).toBe(schema);
  });

  it.each([['#/nowhere'], ['other.json#/a'], ['#/components/schemas/round']])(
    'allows everything where "%s" leads to nothing',
    (reference) => {
      const round = { $ref: '#/components/schemas/round' };
      expect(schemaOf({ items: { $ref: reference } }, { round })).toEqual({ items: {} });
    },
  );
});
