import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/document/parse-document.ts';
import { describeResponses } from '../../src/openapi/describe-responses.ts';
import { findEntry, findOperation, type OperationName } from '../../src/openapi/find-operation.ts';
import { readOpenApi, type OpenApiDocument } from '../../src/openapi/openapi-document.ts';
import type { Operation } from '../../src/openapi/operation.ts';

const URI = 'https://specs.test/apis/pets.yaml';

function read(text: string, uri = URI): OpenApiDocument {
  const parsed = parseDocument(text, { uri });
  if (parsed.value === undefined) throw new Error('The test document does not parse.');
  const { value, diagnostics } = readOpenApi(parsed.value);
  expect(diagnostics).toEqual([]);
  if (value === undefined) throw new Error('The test document is not OpenAPI.');
  return value;
}

function codesOf(text: string): string[] {
  const parsed = parseDocument(text, { uri: URI });
  if (parsed.value === undefined) throw new Error('The test document does not parse.');
  return readOpenApi(parsed.value).diagnostics.map(({ code, location }) => `${code} ${location.pointer}`);
}

function found(openapi: OpenApiDocument, name: OperationName): Operation {
  const result = findOperation(openapi, 'pets', name);
  if ('problem' in result) throw new Error(result.problem);
  return result.value;
}

function problemOf(openapi: OpenApiDocument, name: OperationName) {
  const result = findOperation(openapi, 'pets', name);
  if ('value' in result) throw new Error('An operation was found.');
  const { reason, suggestion, location } = result;
  return { reason, suggestion, pointer: location?.pointer };
}

const PETS = read(`
openapi: 3.1.0
servers:
  - url: /v1
security:
  - basicAuth: []
paths:
  /pets/{id}:
    servers: [{ url: 'https://{host}.test', variables: { host: { default: a, enum: [a, b] } } }]
    parameters:
      - { name: id, in: path, schema: { type: string } }
      - { name: trace, in: header, required: true }
      - $ref: '#/components/parameters/Limit'
    get:
      operationId: getPet
      summary: Gives a pet.
      parameters:
        - { name: Trace, in: header, explode: true }
        - { name: Authorization, in: header, required: true }
        - { name: filter, in: query, style: deepObject, explode: true }
        - { name: where, in: query, content: { application/json: {} } }
      security:
        - oauth: [read]
          key: []
        - {}
    put:
      operationId: putPet
      servers: [{ url: //other.test/x }]
      security: []
      requestBody:
        $ref: '#/components/requestBodies/Pet'
      responses:
        '200':
          $ref: '#/components/responses/Pet'
        default: { description: Anything else. }
  /pets:
    get: { operationId: listPets }
    post: { operationId: same }
    put: { operationId: same }
  /linked: { $ref: '#/components/pathItems/linked' }
  /elsewhere: { $ref: 'other.yaml#/paths/x' }
  /circle: { $ref: '#/components/pathItems/circle' }
  /wrong:
    get:
      operationId: wrongIn
      parameters: [{ name: a, in: body }]
    post:
      operationId: nothing
      requestBody: { $ref: '#/components/requestBodies/None' }
    put:
      operationId: other
      parameters: [{ $ref: './common.yaml#/A' }]
components:
  parameters:
    Limit: { name: limit, in: query, allowReserved: true }
  pathItems:
    linked: { get: { operationId: linked } }
    circle: { $ref: '#/components/pathItems/circle2' }
    circle2: { $ref: '#/components/pathItems/circle' }
  requestBodies:
    Pet:
      required: true
      content:
        text/plain: {}
        application/json: { schema: { $ref: '#/components/schemas/Pet' } }
  responses:
    Pet:
      description: A pet.
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Pet' }
          examples: { one: { value: { name: Rex } } }
  schemas:
    Pet:
      allOf:
        - $ref: '#/components/schemas/Named'
        - { required: [age, id], properties: { id: { readOnly: true } } }
        - $ref: '#/components/schemas/Pet'
    Named: { required: [name] }
  securitySchemes:
    basicAuth: { type: http, scheme: Basic }
    key: { type: apiKey, in: header, name: X-Key }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: /token } } }
`);

describe('reading a description', () => {
  it('says where it is not one that is supported', () => {
    expect(codesOf('swagger: "1.2"')).toEqual(['openapi/not-supported /swagger']);
    expect(codesOf('openapi: 4.0.0')).toEqual(['openapi/not-supported /openapi']);
    expect(codesOf('arazzo: 1.0.0')).toEqual(['openapi/not-openapi ']);
    expect(codesOf('[]')).toEqual(['openapi/not-openapi ']);
    expect(codesOf('{ openapi: 3.0.3, paths: [] }')).toEqual(['openapi/malformed /paths']);
  });

  it('accepts every version of 3 and Swagger 2.0, an unquoted number too', () => {
    for (const version of ['3.0.4', '3.1', '"3.1.1"', '3.2.0'])
      expect(codesOf(`openapi: ${version}`)).toEqual([]);
    for (const version of ['2.0', '"2.0"', '2']) expect(codesOf(`swagger: ${version}`)).toEqual([]);
  });

  it('reads the methods of 3.2', () => {
    const openapi = read(
      `{ openapi: 3.2.0, paths: { /x: { query: { operationId: q }, additionalOperations: { COPY: { operationId: c } } } } }`,
    );
    expect(found(openapi, { operationId: 'q' }).method).toBe('QUERY');
    expect(found(openapi, { path: ['paths', '/x', 'additionalOperations', 'COPY'] }).operationId).toBe('c');
  });
});

describe('finding an operation', () => {
  it('finds it by id and by path', () => {
    expect(found(PETS, { operationId: 'getPet' })).toEqual(
      found(PETS, { path: ['paths', '/pets/{id}', 'get'] }),
    );
    expect(found(PETS, { operationId: 'getPet' })).toMatchObject({
      source: 'pets',
      method: 'GET',
      path: '/pets/{id}',
      summary: 'Gives a pet.',
    });
  });

  it('finds it behind the reference of a path item', () => {
    expect(found(PETS, { operationId: 'linked' }).path).toBe('/linked');
    expect(found(PETS, { path: ['paths', '/linked', 'get'] }).operationId).toBe('linked');
  });

  it('suggests the name that was meant', () => {
    expect(problemOf(PETS, { operationId: 'getpet' })).toMatchObject({
      reason: 'unknown',
      suggestion: 'getPet',
    });
    expect(problemOf(PETS, { path: ['paths', '/pet/{id}', 'get'] })).toMatchObject({
      reason: 'unknown',
      suggestion: '/paths/~1pets~1{id}/get',
    });
    expect(problemOf(PETS, { operationId: 'constructor' })).toMatchObject({ reason: 'unknown' });
  });

  it('does not choose between operations of one id', () => {
    expect(problemOf(PETS, { operationId: 'same' })).toMatchObject({
      reason: 'ambiguous',
      pointer: '/paths/~1pets/put/operationId',
    });
  });

  it('says where what it needs is malformed or in another document', () => {
    expect(problemOf(PETS, { operationId: 'wrongIn' })).toMatchObject({
      reason: 'malformed',
      pointer: '/paths/~1wrong/get/parameters/0',
    });
    expect(problemOf(PETS, { operationId: 'nothing' })).toMatchObject({
      reason: 'malformed',
      pointer: '/paths/~1wrong/post/requestBody/$ref',
    });
    expect(problemOf(PETS, { operationId: 'other' })).toMatchObject({
      reason: 'not-supported',
      pointer: '/paths/~1wrong/put/parameters/0/$ref',
    });
    expect(problemOf(PETS, { path: ['paths', '/elsewhere', 'get'] })).toMatchObject({
      reason: 'not-supported',
    });
    expect(problemOf(PETS, { path: ['paths', '/circle', 'get'] })).toMatchObject({ reason: 'malformed' });
  });
});

describe('what is read of an operation', () => {
  const getPet = found(PETS, { operationId: 'getPet' });
  const putPet = found(PETS, { operationId: 'putPet' });

  it('merges the parameters of the path, and redefines them by place and name', () => {
    expect(getPet.parameters).toEqual([
      { name: 'id', in: 'path', required: true, style: 'simple', explode: false, allowReserved: false },
      { name: 'Trace', in: 'header', required: false, style: 'simple', explode: true, allowReserved: false },
      { name: 'limit', in: 'query', required: false, style: 'form', explode: true, allowReserved: true },
      {
        name: 'Authorization',
        in: 'header',
        required: false,
        style: 'simple',
        explode: false,
        allowReserved: false,
      },
      {
        name: 'filter',
        in: 'query',
        required: false,
        style: 'deepObject',
        explode: true,
        allowReserved: false,
      },
      {
        name: 'where',
        in: 'query',
        required: false,
        style: 'form',
        explode: true,
        allowReserved: false,
        contentType: 'application/json',
      },
    ]);
  });

  it('takes the servers of the operation, else of the path, else of the root, made absolute', () => {
    expect(putPet.servers).toEqual([{ url: 'https://other.test/x', variables: {} }]);
    expect(getPet.servers).toEqual([
      { url: 'https://{host}.test', variables: { host: { default: 'a', enum: ['a', 'b'] } } },
    ]);
    expect(found(PETS, { operationId: 'listPets' }).servers).toEqual([
      { url: 'https://specs.test/v1', variables: {} },
    ]);
  });

  it('takes where it was read from for a server, when none is named', () => {
    const text = '{ openapi: 3.0.0, paths: { /x: { get: { operationId: x } } } }';
    expect(found(read(text), { operationId: 'x' }).servers).toEqual([
      { url: 'https://specs.test/', variables: {} },
    ]);
    expect(found(read(text, 'file:///a/b.yaml'), { operationId: 'x' }).servers).toEqual([]);
  });

  it('leaves out values of a server variable that are no texts, whatever their members are called', () => {
    const text = `{ openapi: 3.0.0, servers: [{ url: 'https://{h}.test', variables:
      { h: { default: a, enum: [a, { toString: 1 }, 2] } } }], paths: { /x: { get: { operationId: x } } } }`;
    expect(found(read(text), { operationId: 'x' }).servers).toEqual([
      { url: 'https://{h}.test', variables: { h: { default: 'a', enum: ['a', '2'] } } },
    ]);
  });

  it('reads the body behind references and what its schema requires of a request', () => {
    expect(putPet.requestBody).toEqual({
      required: true,
      contentTypes: ['text/plain', 'application/json'],
      requiredProperties: ['name', 'age'],
    });
  });

  it('reads security: the own one before that of the root, an empty list for none, {} for anonymous', () => {
    expect(getPet.security).toEqual([
      [
        { kind: 'oauth2', name: 'oauth', scopes: ['read'], tokenUrl: 'https://specs.test/token' },
        { kind: 'apiKey', name: 'key', in: 'header', parameter: 'X-Key' },
      ],
      [],
    ]);
    expect(putPet.security).toEqual([]);
    expect(found(PETS, { operationId: 'listPets' }).security).toEqual([
      [{ kind: 'basic', name: 'basicAuth' }],
    ]);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(getPet))).toEqual(getPet);
  });
});

describe('the declared responses', () => {
  it('come with schema and examples, references followed', () => {
    const entry = findEntry(PETS, { operationId: 'putPet' });
    if ('problem' in entry) throw new Error(entry.problem);
    expect(describeResponses(PETS, entry.value)).toEqual([
      {
        status: '200',
        description: 'A pet.',
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/Pet' }, examples: [{ name: 'Rex' }] },
        },
        pointer: '/components/responses/Pet',
        uri: URI,
      },
      {
        status: 'default',
        description: 'Anything else.',
        content: {},
        pointer: '/paths/~1pets~1{id}/put/responses/default',
        uri: URI,
      },
    ]);
  });
});
