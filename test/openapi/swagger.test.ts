import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/openapi/build-request.ts';
import { describeResponses } from '../../src/openapi/describe-responses.ts';
import { findEntry } from '../../src/openapi/find-operation.ts';
import { operationIn, problemIn, readFiles } from './open-api.ts';

const ROOT = 'https://specs.test:8443/apis/pets.yaml';

const pets = readFiles({
  [ROOT]: `
swagger: "2.0"
host: api.test:8080
basePath: /v2
schemes: [ws, http, https]
consumes: [application/json]
produces: [application/json, application/xml]
security: [{ key: [], oauth: [read] }, { password: [] }]
securityDefinitions:
  key: { type: apiKey, in: query, name: api_key }
  oauth: { type: oauth2, flow: application, tokenUrl: https://auth.test/token, scopes: { read: Read } }
  password: { type: basic }
parameters:
  Trace: { name: X-Trace, in: header, type: string, required: true }
paths:
  /pets/{ids}:
    parameters:
      - { $ref: '#/parameters/Trace' }
      - { name: ids, in: path, required: true, type: array, collectionFormat: pipes }
    get:
      operationId: getPets
      schemes: [http]
      security: []
      parameters:
        - { name: csv, in: query, type: array }
        - { name: multi, in: query, type: array, collectionFormat: multi }
        - { name: ssv, in: query, type: array, collectionFormat: ssv }
        - { name: tsv, in: query, type: array, collectionFormat: tsv }
        - { name: X-Tabs, in: header, type: array, collectionFormat: tsv }
      responses:
        '200':
          description: Pets.
          schema: { $ref: '#/definitions/Pet' }
          examples: { application/json: { name: Rex } }
        '204': { description: None. }
  /pets:
    post:
      operationId: addPet
      parameters: [{ name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }]
    put:
      operationId: uploadPet
      parameters:
        - { name: photo, in: formData, type: file, required: true }
        - { name: tags, in: formData, type: array }
        - { name: nick, in: formData, type: array, collectionFormat: multi }
    patch:
      operationId: patchPet
      consumes: [multipart/form-data, application/x-www-form-urlencoded]
      parameters: [{ name: tags, in: formData, type: array, collectionFormat: pipes }]
    delete:
      operationId: wrongFormat
      parameters: [{ name: x, in: query, type: array, collectionFormat: commas }]
definitions:
  Pet: { required: [name] }
`,
});

describe('Swagger 2.0', () => {
  it('is served by host and base path, with the schemes of HTTP, https first', () => {
    expect(operationIn(pets, 'addPet').servers.map(({ url }) => url)).toEqual([
      'https://api.test:8080/v2',
      'http://api.test:8080/v2',
    ]);
    expect(operationIn(pets, 'getPets').servers.map(({ url }) => url)).toEqual(['http://api.test:8080/v2']);
  });

  it('is served from where it was read when it names no host', () => {
    const text = `{ swagger: '2.0', basePath: v2, paths: { /a: { get: { operationId: a } } } }`;
    const serversOf = (uri: string, members = '') =>
      operationIn(readFiles({ [uri]: text.replace('paths', `${members} paths`) }), 'a').servers;
    expect(serversOf(ROOT)).toEqual([{ url: 'https://specs.test:8443/v2', variables: {} }]);
    expect(serversOf('file:///a.yaml')).toEqual([]);
    expect(serversOf('file:///a.yaml', 'host: a.test,')).toEqual([
      { url: 'https://a.test/v2', variables: {} },
    ]);
    expect(serversOf('file:///a.yaml', 'host: a.test, schemes: [wss],')).toEqual([]);
    expect(() => serversOf('file:///a.yaml', 'host: user@a.test,')).toThrow('host');
  });

  it('writes arrays in their collection format', () => {
    const parameters = [
      ...['csv', 'multi', 'ssv', 'tsv'].map((name) => ({ name, in: 'query' as const, value: ['a', 'b'] })),
      { name: 'ids', in: 'path' as const, value: [1, 2] },
      { name: 'X-Trace', in: 'header' as const, value: 't' },
      { name: 'X-Tabs', in: 'header' as const, value: ['a', 'b'] },
    ];
    const built = buildRequest(operationIn(pets, 'getPets'), { parameters });
    if ('problem' in built) throw new Error(built.problem);
    expect(built.value.url).toBe(
      'http://api.test:8080/v2/pets/1%7C2?csv=a,b&multi=a&multi=b&ssv=a%20b&tsv=a%09b',
    );
    expect(built.value.headers['x-tabs']).toBe('a\tb');
  });

  it('knows which parameters are required, those of the path and shared ones too', () => {
    expect(buildRequest(operationIn(pets, 'getPets'), { parameters: [] })).toMatchObject({
      problem: expect.stringContaining('"X-Trace"') as unknown,
    });
  });

  it('makes a body of the body parameter', () => {
    expect(operationIn(pets, 'addPet')).toMatchObject({
      parameters: [],
      requestBody: { required: true, contentTypes: ['application/json'], requiredProperties: ['name'] },
    });
  });

  it('makes a form of the formData parameters, multipart where there is a file', () => {
    const upload = operationIn(pets, 'uploadPet');
    expect(upload.requestBody).toMatchObject({
      required: true,
      contentTypes: ['multipart/form-data'],
      requiredProperties: ['photo'],
    });
    const payload = { photo: 'abc', tags: ['a', 'b'], nick: ['c', 'd'] };
    const built = buildRequest(upload, { parameters: [], body: { payload } });
    if ('problem' in built) throw new Error(built.problem);
    const text = new TextDecoder().decode(built.value.body as Uint8Array);
    expect(text).toContain(
      'name="photo"; filename="photo"\r\nContent-Type: application/octet-stream\r\n\r\nabc',
    );
    expect(text).toContain('name="tags"\r\n\r\na,b\r\n');
    expect(text).toContain('name="nick"\r\n\r\nc\r\n');
    expect(text).toContain('name="nick"\r\n\r\nd\r\n');
  });

  it('takes the media type of a form from what the operation consumes', () => {
    const patch = operationIn(pets, 'patchPet');
    expect(patch.requestBody?.contentTypes).toEqual([
      'multipart/form-data',
      'application/x-www-form-urlencoded',
    ]);
    const body = { contentType: 'application/x-www-form-urlencoded', payload: { tags: ['a', 'b'] } };
    const built = buildRequest(patch, { parameters: [], body });
    expect(built).toMatchObject({ value: { body: 'tags=a%7Cb' } });
  });

  it('reads security definitions', () => {
    expect(operationIn(pets, 'addPet').security).toEqual([
      [
        { kind: 'apiKey', name: 'key', in: 'query', parameter: 'api_key' },
        { kind: 'oauth2', name: 'oauth', scopes: ['read'], tokenUrl: 'https://auth.test/token' },
      ],
      [{ kind: 'basic', name: 'password' }],
    ]);
    expect(operationIn(pets, 'getPets').security).toEqual([]);
  });

  it('describes responses by the media types that are produced', () => {
    const entry = findEntry(pets, { operationId: 'getPets' });
    if ('problem' in entry) throw new Error(entry.problem);
    const schema = { $ref: '#/definitions/Pet' };
    expect(describeResponses(pets, entry.value).map(({ status, content }) => [status, content])).toEqual([
      [
        '200',
        {
          'application/json': { schema, examples: [{ name: 'Rex' }] },
          'application/xml': { schema, examples: [] },
        },
      ],
      ['204', {}],
    ]);
  });

  it('says where a collection format is none', () => {
    expect(problemIn(pets, 'wrongFormat')).toMatchObject({
      reason: 'malformed',
      at: `${ROOT}#/paths/~1pets/delete/parameters/0/collectionFormat`,
    });
  });
});
