import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { buildRequest } from '../../src/openapi/build-request.ts';
import type {
  HttpRequest,
  ParameterLocation,
  ParameterValue,
  RequestValues,
} from '../../src/openapi/operation.ts';
import type { ServerOptions } from '../../src/openapi/server-url.ts';
import { chooseSecurity } from '../../src/openapi/security.ts';
import { loadReferences } from '../../src/services/load-references.ts';
import { performCall } from '../../src/services/perform-call.ts';
import { createFileResolver } from '../../src/services/node-files.ts';
import { readOpenApi } from '../../src/openapi/openapi-document.ts';
import { operationIn, parsedAs, readFiles } from '../openapi/open-api.ts';
import { callOf, serve } from '../services/test-server.ts';
import { problemsOf, stepWith } from './scenario.ts';

const ROOT = 'https://specs.test/apis/pets.yaml';

const api = readFiles({
  [ROOT]: `
openapi: 3.2.0
servers: [{ url: /root }, { url: https://second.test }]
paths:
  /root: { get: { operationId: root } }
  /path:
    servers: [{ url: https://path.test }]
    get: { operationId: ofPath }
    put: { operationId: own, servers: [{ url: 'https://{region}.own.test', variables: { region: { default: eu } } }] }
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - { name: id, in: path, required: true }
        - { name: ids, in: query, explode: false }
        - { name: filter, in: query, style: deepObject }
        - { name: where, in: query, content: { application/json: {} } }
        - { name: raw, in: query, allowReserved: true }
    post:
      operationId: addPet
      requestBody: { content: { application/json: {}, application/xml: {} } }
    put:
      operationId: putPet
      requestBody: { content: { application/x-www-form-urlencoded: {} } }
    delete: { operationId: deletePet }
  /search:
    get: { operationId: search, parameters: [{ name: q, in: querystring, content: { application/x-www-form-urlencoded: {} } }] }
  /secret:
    get: { operationId: secret, security: [{ key: [], basic: [] }, { bearer: [] }] }
components:
  securitySchemes:
    key: { type: apiKey, in: query, name: key }
    basic: { type: http, scheme: basic }
    bearer: { type: http, scheme: bearer }
`,
});

const p = (location: ParameterLocation, name: string, value: JsonValue): ParameterValue => ({
  name,
  in: location,
  value,
});

function sent(id: string, values: Partial<RequestValues> = {}, options?: ServerOptions): HttpRequest {
  const built = buildRequest(operationIn(api, id), { parameters: [p('path', 'id', 1)], ...values }, options);
  if ('problem' in built) throw new Error(built.problem);
  return built.value;
}

function problemOf(id: string, values: Partial<RequestValues>): string {
  const built = buildRequest(operationIn(api, id), { parameters: [], ...values });
  if ('value' in built) throw new Error('A request was built.');
  return built.problem;
}

const urlWith = (...parameters: ParameterValue[]): string =>
  sent('getPet', { parameters: [p('path', 'id', 1), ...parameters] }).url.replace(
    'https://specs.test/root',
    '',
  );

describe('parameters', () => {
  it('PARAM-01: names are case sensitive, except those of headers', () => {
    expect(urlWith(p('query', 'a', 1), p('query', 'A', 2))).toBe('/pets/1?a=1&A=2');
    const twice = [p('path', 'id', 1), p('header', 'X-A', 'one'), p('header', 'x-a', 'two')];
    expect(sent('getPet', { parameters: twice }).headers['x-a']).toBe('two');
  });

  it('PARAM-02: one name may be used in several places', () => {
    expect(urlWith(p('query', 'id', 2))).toBe('/pets/1?id=2');
  });

  it('PARAM-06: falsy values are passed, null is an absent one', () => {
    expect(
      urlWith(p('query', 'a', 0), p('query', 'b', false), p('query', 'c', ''), p('query', 'd', null)),
    ).toBe('/pets/1?a=0&b=false&c=');
  });

  it('PARAM-07: a path parameter fills the path, percent-encoded; without one there is no request', () => {
    expect(sent('getPet', { parameters: [p('path', 'id', 'a/b ?')] }).url).toBe(
      'https://specs.test/root/pets/a%2Fb%20%3F',
    );
    expect(problemOf('getPet', {})).toContain('"id"');
  });

  it('PARAM-07: a path parameter does not fill the host', () => {
    const url = sent('own', { parameters: [p('path', 'region', 'evil')] }).url;
    expect(url).toBe('https://eu.own.test/path');
  });

  it('PARAM-08: a query parameter is a pair of its own', () => {
    expect(urlWith(p('query', 'a', 'x y'), p('query', 'b', '&='))).toBe('/pets/1?a=x%20y&b=%26%3D');
  });

  it('PARAM-09: a querystring is the whole query, as it is', () => {
    expect(sent('search', { parameters: [p('querystring', 'q', 'a=1&b=%32')] }).url).toBe(
      'https://specs.test/root/search?a=1&b=%32',
    );
  });

  it('PARAM-10: a querystring and a query parameter exclude each other', async () => {
    const parameters = [p('querystring', 'q', 'a=1'), p('query', 'b', 1)];
    expect(problemOf('search', { parameters })).toContain('whole query');
    const document = stepWith({ parameters: [parameters[0] as never, parameters[1] as never] });
    expect(await problemsOf(document)).toEqual([
      'error arazzo/querystring-alone /workflows/0/steps/0/parameters/1',
    ]);
  });

  it('PARAM-11, PARAM-12: headers and cookies are sent', () => {
    const parameters = [
      p('path', 'id', 1),
      p('header', 'X-A', 'é'),
      p('cookie', 'c', 1),
      p('cookie', 'd', 'x'),
    ];
    expect(sent('getPet', { parameters }).headers).toMatchObject({ 'x-a': 'é', cookie: 'c=1; d=x' });
  });

  it('PARAM-15: what the operation does not declare is sent all the same', () => {
    const parameters = [
      p('path', 'id', 1),
      p('header', 'Authorization', 'Bearer t'),
      p('query', 'new', [1, 2]),
    ];
    const request = sent('getPet', { parameters });
    expect(request.headers['authorization']).toBe('Bearer t');
    expect(request.url).toContain('?new=1&new=2');
  });

  it('AMB-14: style, explode, allowReserved and content are those of the description', () => {
    expect(urlWith(p('query', 'ids', [1, 2]))).toBe('/pets/1?ids=1,2');
    expect(urlWith(p('query', 'filter', { a: 'b' }))).toBe('/pets/1?filter%5Ba%5D=b');
    expect(urlWith(p('query', 'where', { a: 1 }))).toBe('/pets/1?where=%7B%22a%22%3A1%7D');
    expect(urlWith(p('query', 'raw', 'a/b?c'))).toBe('/pets/1?raw=a/b?c');
  });

  it('AMB-14: JSON is asked for first', () => {
    expect(sent('root').headers['accept']).toMatch(/^application\/json,/);
  });
});

describe('request bodies', () => {
  it('BODY-01: the media type is the operation’s when the step gives none', () => {
    expect(sent('addPet', { body: { payload: {} } }).headers['content-type']).toBe('application/json');
    expect(sent('putPet', { body: { payload: {} } }).headers['content-type']).toBe(
      'application/x-www-form-urlencoded',
    );
    const body = { payload: '<a/>', contentType: 'application/xml' };
    expect(sent('addPet', { body }).headers['content-type']).toBe('application/xml');
  });

  it('BODY-03: a string payload that is JSON already is not quoted again', () => {
    expect(sent('addPet', { body: { payload: '{ "a": 1 }' } }).body).toBe('{ "a": 1 }');
  });

  it('BODY-04: a value is written as its media type', () => {
    expect(sent('addPet', { body: { payload: [1, 'x', null] } }).body).toBe('[1,"x",null]');
  });

  it('BODY-05: a form comes of an object and of a string', () => {
    expect(sent('putPet', { body: { payload: { a: 'x y', b: 1 } } }).body).toBe('a=x+y&b=1');
    expect(sent('putPet', { body: { payload: 'a=x&b=%20' } }).body).toBe('a=x&b=%20');
  });

  it('BODY-06, AMB-15: XML is a string, and out of an object it is refused with advice', () => {
    const contentType = 'application/xml';
    expect(sent('addPet', { body: { payload: '<a>1</a>', contentType } }).body).toBe('<a>1</a>');
    expect(
      problemOf('addPet', { parameters: [p('path', 'id', 1)], body: { payload: {}, contentType } }),
    ).toContain('write the XML text');
  });

  it('AMB-15: multipart forms and bytes are sent', () => {
    const bytes = { contentType: 'image/png', base64: 'AP8=' };
    expect(sent('addPet', { body: { payload: bytes } }).body).toEqual(Uint8Array.of(0, 255));
    const form = sent('addPet', { body: { payload: { photo: bytes }, contentType: 'multipart/form-data' } });
    expect(form.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  });

  it('STEP-17: POST, PUT and PATCH carry a body', () => {
    expect(sent('addPet', { body: { payload: 1 } }).body).toBe('1');
  });

  it('STEP-18: DELETE may carry one, GET cannot', () => {
    expect(sent('deletePet', { body: { payload: { a: 1 } } }).body).toBe('{"a":1}');
    expect(problemOf('getPet', { parameters: [p('path', 'id', 1)], body: { payload: 1 } })).toContain('GET');
  });
});

describe('servers', () => {
  it('AMB-13: those of the operation come before those of the path and of the root; the first is taken', () => {
    expect(sent('own').url).toBe('https://eu.own.test/path');
    expect(sent('ofPath').url).toBe('https://path.test/path');
    expect(sent('root').url).toBe('https://specs.test/root/root');
  });

  it('AMB-13: variables and the server itself can be given', () => {
    expect(sent('own', {}, { serverVariables: { region: 'us' } }).url).toBe('https://us.own.test/path');
    expect(sent('own', {}, { server: 'http://localhost:1/x' }).url).toBe('http://localhost:1/x/path');
  });

  it('AMB-13: Swagger 2.0 has host, base path and schemes', () => {
    const text = `{ swagger: '2.0', host: a.test, basePath: /v1, schemes: [http], paths: { /a: { get: { operationId: a } } } }`;
    const built = buildRequest(operationIn(readFiles({ [ROOT]: text }), 'a'), { parameters: [] });
    expect(built).toMatchObject({ value: { url: 'http://a.test/v1/a' } });
  });

  it('DOC-24: a relative server is relative to the OpenAPI description', () => {
    expect(sent('root').url).toContain('https://specs.test/root/');
  });
});

describe('reading sources', () => {
  it('DOC-18, DOC-20, DOC-22: relative references with JSON Pointers are followed by OpenAPI’s rules', async () => {
    const root = parsedAs(ROOT, `{ openapi: 3.0.0, paths: { /a: { $ref: '../paths.yaml#/a~1b' } } }`);
    const files: Record<string, string> = {
      'https://specs.test/paths.yaml': `{ a/b: { get: { operationId: a, parameters: [{ $ref: 'x/y.json#/%C3%A9' }] } } }`,
      'https://specs.test/x/y.json': '{ "é": { "name": "limit", "in": "query" } }',
    };
    const loaded = await loadReferences(root, async (uri) => files[uri] ?? Promise.reject(new Error(uri)));
    const { value } = readOpenApi(root, loaded);
    if (value === undefined) throw new Error('It was not read.');
    expect(operationIn(value, 'a').parameters[0]?.name).toBe('limit');
  });

  it('DOC-19: $self, made absolute, is the base of references', () => {
    const openapi = readFiles({
      [ROOT]: `{ openapi: 3.2.0, $self: /named/api.yaml, paths: { /a: { $ref: a.yaml } } }`,
      'https://specs.test/named/a.yaml': '{ get: { operationId: a } }',
    });
    expect(operationIn(openapi, 'a').path).toBe('/a');
  });

  it('DOC-21: plain-name fragments lead to anchors', () => {
    const openapi = readFiles({
      [ROOT]: `{ openapi: 3.1.0, paths: { /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: { $ref: '#pet' } } } } } } }, components: { schemas: { Pet: { $anchor: pet, required: [name] } } } }`,
    });
    expect(operationIn(openapi, 'a').requestBody?.requiredProperties).toEqual(['name']);
  });

  it('nothing outside of the roots is read through a reference', async () => {
    const root = parsedAs(
      'file:///specs/api.yaml',
      `{ openapi: 3.1.0, paths: { /a: { $ref: '../etc/hosts' } } }`,
    );
    const { unread } = await loadReferences(root, createFileResolver({ roots: ['/specs'] }));
    expect(unread.get('file:///etc/hosts')).toContain('outside');
  });
});

describe('calls', () => {
  it('AMB-15: JSON is parsed, text and XML are strings, everything else is bytes', async () => {
    const url = await serve((request, response) => {
      const type = decodeURIComponent(request.url?.slice(1) ?? '');
      response.writeHead(200, { 'content-type': type }).end('{"a":1}');
    });
    const bodyFor = async (type: string): Promise<unknown> => {
      const operation = { ...operationIn(api, 'root'), path: `/${encodeURIComponent(type)}` };
      const result = await performCall(operation, callOf(), { servers: { api: url } });
      return result.kind === 'response' ? result.exchange.response.body : result;
    };
    expect(await bodyFor('application/json')).toEqual({ a: 1 });
    expect(await bodyFor('application/problem+json; charset=utf-8')).toEqual({ a: 1 });
    expect(await bodyFor('application/xml')).toBe('{"a":1}');
    expect(await bodyFor('text/csv')).toBe('{"a":1}');
    expect(await bodyFor('image/png')).toEqual({ contentType: 'image/png', base64: 'eyJhIjoxfQ==' });
  });

  it('AMB-26: a redirect is a response; values of one header are joined', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('x-a', ['1', '2']);
      response.writeHead(302, { location: '/elsewhere?code=7' }).end();
    });
    const result = await performCall(operationIn(api, 'root'), callOf(), { servers: { api: url } });
    expect(result).toMatchObject({
      exchange: { response: { statusCode: 302, headers: { location: '/elsewhere?code=7', 'x-a': '1, 2' } } },
    });
  });

  it('AMB-31: the alternative is taken whose credentials are there, or which the step sends itself', () => {
    const { security } = operationIn(api, 'secret');
    const operation = { ...operationIn(api, 'secret'), security };
    const choose = (has: readonly string[], parameters: ParameterValue[] = []) => {
      const chosen = chooseSecurity(operation, { parameters }, ({ name }) => has.includes(name));
      const [key, schemes] = Object.entries(chosen)[0] ?? ['', []];
      return [key, ...(schemes as readonly { name: string }[]).map(({ name }) => name)];
    };
    expect(choose(['key', 'basic'])).toEqual(['schemes', 'key', 'basic']);
    expect(choose(['key', 'bearer'])).toEqual(['schemes', 'bearer']);
    expect(choose(['key'], [p('header', 'authorization', 'Basic x')])).toEqual(['schemes', 'key']);
    expect(choose(['basic'])).toEqual(['missing', 'key']);
    expect(choose([])).toEqual(['missing', 'bearer']);
  });

  it('AMB-31: a missing credential is named before anything is sent', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const result = await performCall(operationIn(api, 'secret'), callOf(), { servers: { api: url } });
    expect(result).toMatchObject({
      kind: 'request',
      message: expect.stringContaining('ARAZZO_AUTH_API_') as unknown,
    });
    expect(requests).toBe(0);
  });
});
