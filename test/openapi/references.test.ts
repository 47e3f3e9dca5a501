import { describe, expect, it } from 'vitest';
import { describeResponses } from '../../src/openapi/describe-responses.ts';
import { externalReferences } from '../../src/openapi/external-references.ts';
import { findEntry, findOperation } from '../../src/openapi/find-operation.ts';
import { readOpenApi } from '../../src/openapi/openapi-document.ts';
import { operationIn, parsedAs, problemIn, readFiles } from './open-api.ts';

const ROOT = 'https://specs.test/apis/pets.yaml';

const pets = readFiles({
  [ROOT]: `
openapi: 3.1.0
servers: [{ url: /v1 }]
paths:
  /pets/{id}:
    $ref: paths/pet.yaml
    parameters: [{ name: outer, in: query }]
    servers: [{ url: 'https://outer.test' }]
  /pets:
    $ref: 'paths/index.yaml#/pets'
  /gone: { $ref: gone.yaml }
  /lost: { $ref: 'paths/index.yaml#/lost' }
security: [{ basicAuth: [] }]
components:
  securitySchemes:
    basicAuth: { $ref: '../common.yaml#/schemes/basic' }
`,
  'https://specs.test/apis/paths/pet.yaml': `
parameters: [{ $ref: '../../common.yaml#/parameters/Id' }]
servers: [{ url: inner }]
get:
  operationId: getPet
  responses:
    '200': { $ref: '../../common.yaml#/responses/Pet' }
put:
  operationId: putPet
  requestBody: { $ref: '../../common.yaml#/bodies/Pet' }
  servers: [{ url: ../relative }]
`,
  'https://specs.test/apis/paths/index.yaml': `
pets:
  get: { operationId: listPets, parameters: [{ $ref: '#/limit' }] }
  post: { operationId: addPet, requestBody: { $ref: './none.yaml#/x' } }
  put: { operationId: round, parameters: [{ $ref: '#/round' }] }
  delete: { operationId: wrong, parameters: [{ name: x, in: nowhere }] }
limit: { name: limit, in: query }
round: { $ref: '../../common.yaml#/round' }
`,
  'https://specs.test/common.yaml': `
parameters: { Id: { name: id, in: path, required: true } }
schemes: { basic: { type: http, scheme: basic } }
round: { $ref: 'apis/paths/index.yaml#/round' }
bodies:
  Pet: { content: { application/json: { schema: { $ref: 'schemas/pet.json' } } } }
responses:
  Pet: { description: A pet., content: { application/json: { schema: { $ref: 'schemas/pet.json' } } } }
`,
  'https://specs.test/schemas/pet.json': `{ "allOf": [{ "$ref": "#/$defs/named" }], "$defs": { "named": { "required": ["name"] } } }`,
});

describe('references to other documents', () => {
  it('are followed from where they stand', () => {
    expect(operationIn(pets, 'listPets').parameters.map(({ name }) => name)).toEqual(['limit']);
    expect(operationIn(pets, 'putPet').requestBody?.requiredProperties).toEqual(['name']);
    expect(operationIn(pets, 'getPet').security).toEqual([[{ kind: 'basic', name: 'basicAuth' }]]);
  });

  it('find an operation by its way through paths', () => {
    const found = findOperation(pets, 'api', { path: ['paths', '/pets/{id}', 'get'] });
    expect(found).toEqual({ value: operationIn(pets, 'getPet') });
  });

  it('let what stands beside the reference of a path item apply too', () => {
    const getPet = operationIn(pets, 'getPet');
    expect(getPet.parameters.map(({ name }) => name)).toEqual(['id', 'outer']);
    expect(getPet.servers[0]?.url).toBe('https://outer.test');
  });

  it('resolve a server against the document it stands in', () => {
    expect(operationIn(pets, 'putPet').servers[0]?.url).toBe('https://specs.test/apis/relative');
    expect(operationIn(pets, 'listPets').servers[0]?.url).toBe('https://specs.test/v1');
  });

  it('say in which document a response is described', () => {
    const entry = findEntry(pets, { operationId: 'getPet' });
    if ('problem' in entry) throw new Error(entry.problem);
    expect(describeResponses(pets, entry.value)).toEqual([
      {
        status: '200',
        description: 'A pet.',
        content: { 'application/json': { schema: { $ref: 'schemas/pet.json' }, examples: [] } },
        pointer: '/responses/Pet',
        uri: 'https://specs.test/common.yaml',
      },
    ]);
  });

  it('are the problem of the operation that needs what is not there, at their own place', () => {
    expect(problemIn(pets, 'addPet')).toMatchObject({
      reason: 'not-supported',
      at: 'https://specs.test/apis/paths/index.yaml#/pets/post/requestBody/$ref',
    });
    expect(problemIn(pets, 'wrong').at).toBe(
      'https://specs.test/apis/paths/index.yaml#/pets/delete/parameters/0',
    );
    expect(pets.brokenPaths.map(({ path, reason }) => [path, reason])).toEqual([
      ['/gone', 'not-supported'],
      ['/lost', 'malformed'],
    ]);
  });

  it('that go round in a circle through two documents end', () => {
    expect(problemIn(pets, 'round')).toMatchObject({ reason: 'malformed' });
  });

  it('say why a document was not read', () => {
    const root = parsedAs(ROOT, '{ openapi: 3.0.0, paths: { /a: { $ref: a.yaml } } }');
    const unread = new Map([['https://specs.test/apis/a.yaml', 'It is not there.']]);
    expect(readOpenApi(root, { unread }).value?.brokenPaths[0]?.problem).toBe(
      'The reference "a.yaml" leads to a document that was not read: It is not there.',
    );
  });
});

describe('the documents that a description needs', () => {
  it('are named once, in order, without what is there or known to be missing', () => {
    const root = parsedAs(
      ROOT,
      `{ openapi: 3.1.0, paths: { /a: { $ref: 'a.yaml#/x' }, /b: { $ref: 'a.yaml#/y' }, /c: { $ref: '../c.yaml' }, /d: { $ref: '${ROOT}#/x' }, /e: { $ref: '#/x' } } }`,
    );
    const [a, c] = ['https://specs.test/apis/a.yaml', 'https://specs.test/c.yaml'];
    expect(externalReferences(root)).toEqual([
      { uri: a, from: ROOT },
      { uri: c, from: ROOT },
    ]);
    const documents = new Map([[a, parsedAs(a, '{ x: { $ref: deep/d.yaml } }')]]);
    expect(externalReferences(root, { documents, unread: new Map([[c, 'gone']]) })).toEqual([
      { uri: 'https://specs.test/apis/deep/d.yaml', from: a },
    ]);
  });
});

describe('the base of references', () => {
  const self = readFiles({
    [ROOT]: `
openapi: 3.2.0
$self: https://names.test/api/pets.yaml
servers: [{ url: . }]
paths:
  /a: { get: { operationId: a, parameters: [{ $ref: 'common.yaml#/limit' }] } }
  /b: { get: { operationId: b, parameters: [{ $ref: 'https://names.test/api/pets.yaml#/components/parameters/Own' }] } }
components: { parameters: { Own: { name: own, in: query } } }
`,
    'https://specs.test/elsewhere.yaml': `
openapi: 3.2.0
$self: https://names.test/api/common.yaml
limit: { name: limit, in: query }
`,
  });

  it('is $self, by which a document is known as well', () => {
    expect(operationIn(self, 'a').parameters[0]?.name).toBe('limit');
    expect(operationIn(self, 'b').parameters[0]?.name).toBe('own');
    expect(externalReferences(parsedAs(ROOT, self.document.text)).map(({ uri }) => uri)).toEqual([
      'https://names.test/api/common.yaml',
    ]);
  });

  it('is, for servers, where the document was read from all the same', () => {
    expect(operationIn(self, 'a').servers[0]?.url).toBe('https://specs.test/apis/');
  });

  it('is not $self before OpenAPI 3.2', () => {
    const root = parsedAs(
      ROOT,
      `{ openapi: 3.1.0, $self: 'https://names.test/x', paths: { /a: { $ref: a } } }`,
    );
    expect(externalReferences(root).map(({ uri }) => uri)).toEqual(['https://specs.test/apis/a']);
  });

  it('is the $id of a schema from 3.1 on, and anchors are found', () => {
    const text = (version: string): string => `
openapi: ${version}
paths:
  /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: { $ref: 'https://names.test/pet#named' } } } } } }
  /b: { post: { operationId: b, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } } } }
components:
  schemas:
    Pet:
      $id: https://names.test/pet
      allOf: [{ $ref: '#/$defs/named' }, { $ref: 'tail' }]
      $defs: { named: { $anchor: named, required: [name] } }
    Tail: { $id: https://names.test/tail, required: [tail] }
`;
    const openapi = readFiles({ [ROOT]: text('3.1.0') });
    expect(operationIn(openapi, 'a').requestBody?.requiredProperties).toEqual(['name']);
    expect(operationIn(openapi, 'b').requestBody?.requiredProperties).toEqual(['name', 'tail']);
    expect(externalReferences(openapi.document)).toEqual([]);
    expect(externalReferences(parsedAs(ROOT, text('3.0.0'))).map(({ uri }) => uri)).toEqual([
      'https://names.test/pet',
      'https://specs.test/apis/tail',
    ]);
  });
});
