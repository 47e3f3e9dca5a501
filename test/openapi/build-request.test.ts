import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/openapi/build-request.ts';
import type { HttpRequest, Operation, ParameterValue, RequestValues } from '../../src/openapi/operation.ts';
import type { ServerOptions } from '../../src/openapi/server-url.ts';
import { operationOf, parameterOf } from './operation-of.ts';

function built(
  operation: Operation,
  values: Partial<RequestValues> = {},
  options?: ServerOptions,
): HttpRequest {
  const result = buildRequest(operation, { parameters: [], ...values }, options);
  if ('problem' in result) throw new Error(result.problem);
  return result.value;
}

function problem(operation: Operation, values: Partial<RequestValues> = {}, options?: ServerOptions): string {
  const result = buildRequest(operation, { parameters: [], ...values }, options);
  if ('value' in result) throw new Error(`A request was built: ${result.value.url}`);
  return result.problem;
}

const path = (name: string, value: ParameterValue['value']): ParameterValue => ({ name, in: 'path', value });
const query = (name: string, value: ParameterValue['value']): ParameterValue => ({
  name,
  in: 'query',
  value,
});
const header = (name: string, value: ParameterValue['value']): ParameterValue => ({
  name,
  in: 'header',
  value,
});

describe('the server', () => {
  const variables = { region: { default: 'eu', enum: ['eu', 'us'] }, port: { default: '8443' } };
  const operation = operationOf({
    path: '/pets',
    servers: [{ url: 'https://{region}.api.test:{port}/v1/', variables }],
  });

  it('takes the defaults of its variables and no second slash', () => {
    expect(built(operation).url).toBe('https://eu.api.test:8443/v1/pets');
  });

  it('has slashes within it, however many, at once', () => {
    const url = `https://api.test${'/'.repeat(200_000)}v1//`;
    const started = performance.now();
    expect(built(operationOf({ path: '/pets', servers: [{ url, variables: {} }] })).url).toMatch(
      /\/v1\/pets$/,
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('takes given variables', () => {
    expect(built(operation, {}, { serverVariables: { region: 'us' } }).url).toBe(
      'https://us.api.test:8443/v1/pets',
    );
  });

  it('refuses a variable outside of its enum, and one without a value', () => {
    expect(problem(operation, {}, { serverVariables: { region: 'mars' } })).toContain('"region"');
    expect(
      problem(operationOf({ servers: [{ url: 'https://{constructor}.test', variables: {} }] })),
    ).toContain('"constructor"');
  });

  it('is replaced by the given one', () => {
    expect(built(operation, {}, { server: 'http://127.0.0.1:8080/x/' }).url).toBe(
      'http://127.0.0.1:8080/x/pets',
    );
  });

  it('is the named one of several', () => {
    const servers = [
      { url: 'https://a.test', variables: {}, name: 'production' },
      { url: 'https://{host}.test', variables: { host: { default: 'b' } }, name: 'staging' },
    ];
    const named = operationOf({ servers });
    expect(built(named).url).toBe('https://a.test/');
    expect(built(named, {}, { server: 'staging' }).url).toBe('https://b.test/');
    expect(problem(named, {}, { server: 'testing' })).toContain('not absolute');
  });

  it('is asked for when there is none that a request can be sent to', () => {
    expect(problem(operationOf({ servers: [] }))).toContain('--server api=');
    expect(problem(operationOf({ servers: [{ url: 'file:///v1', variables: {} }] }))).toContain(
      '--server api=',
    );
    expect(problem(operationOf(), {}, { server: '/v1' })).toContain('not absolute');
  });

  it('never repeats a password that is in its URL', () => {
    const text = problem(operationOf(), {}, { server: 'https://u:hunter2@api.test' });
    expect(text).not.toContain('hunter2');
  });
});

describe('the path', () => {
  const operation = operationOf({ path: '/pets/{id}/toys/{toy}' });

  it('is filled by undeclared parameters too', () => {
    const request = built(operation, { parameters: [path('id', 'a/b'), path('toy', 7)] });
    expect(request.url).toBe('http://api.test/pets/a%2Fb/toys/7');
    expect(request.path).toEqual({ id: 'a/b', toy: 7 });
  });

  it('names the variable that has no value', () => {
    expect(problem(operation, { parameters: [path('id', 1)] })).toContain('"toy"');
    expect(problem(operation, { parameters: [path('id', 1), path('toy', null)] })).toContain('"toy"');
    expect(problem(operation, { parameters: [path('id', 1), path('toy', '')] })).toContain('"toy" is empty');
  });

  it('is not turned into another path by dots', () => {
    for (const id of ['.', '..']) {
      expect(problem(operation, { parameters: [path('id', id), path('toy', 1)] })).toContain(
        'into another one',
      );
    }
    expect(built(operation, { parameters: [path('id', '...'), path('toy', '..a')] }).url).toContain(
      '/.../toys/..a',
    );
  });

  it('reaches the same place whatever the value is', () => {
    const anyId = string({ minLength: 1, unit: 'binary' }).filter((id) => id !== '.' && id !== '..');
    assert(
      property(anyId, (id) => {
        const url = new URL(built(operation, { parameters: [path('id', id), path('toy', 'x')] }).url);
        expect([url.host, url.search, url.hash]).toEqual(['api.test', '', '']);
        const segments = url.pathname.split('/').map((segment) => decodeURIComponent(segment));
        expect(segments).toEqual(['', 'pets', id.replaceAll(/\p{Surrogate}/gu, '\uFFFD'), 'toys', 'x']);
      }),
    );
  });

  it('keeps the slashes of a greedy variable and fills a query that is part of it', () => {
    const s3 = operationOf({ path: '/{Bucket}/{Key+}?acl&part={part}' });
    const request = built(s3, {
      parameters: [path('Bucket', 'b'), path('Key', 'x/y z'), query('part', 2), query('q', 1)],
    });
    expect(request.url).toBe('http://api.test/b/x/y%20z?acl&part=2&q=1');
    expect(request.query).toEqual({ part: 2, q: 1 });
  });
});

describe('parameters', () => {
  it('take the declared style, or the default of their place', () => {
    const operation = operationOf({ parameters: [parameterOf({ name: 'ids' })] });
    const parameters = [query('ids', ['1', '2']), query('other', ['3', '4'])];
    expect(built(operation, { parameters }).url).toBe('http://api.test/?ids=1,2&other=3&other=4');
  });

  it('that are required and absent are named', () => {
    const operation = operationOf({
      parameters: [parameterOf({ name: 'X-Key', in: 'header', required: true })],
    });
    expect(problem(operation)).toContain('"X-Key"');
    expect(problem(operation, { parameters: [header('x-key', null)] })).toContain('"X-Key"');
    expect(built(operation, { parameters: [header('x-key', 'k')] }).headers['x-key']).toBe('k');
  });

  it('of the same name and place: the last holds', () => {
    expect(built(operationOf(), { parameters: [query('a', 1), query('a', 2)] }).url).toBe(
      'http://api.test/?a=2',
    );
  });

  it('of a harmful name are members like others', () => {
    const request = built(operationOf(), { parameters: [query('__proto__', 'x'), header('__proto__', 'y')] });
    expect(Object.keys(request.query)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(request.query)).toBe(Object.prototype);
    expect(Object.keys(request.headers)).toContain('__proto__');
  });

  it('write a querystring as it is, without what a URL cannot hold', () => {
    const parameters: ParameterValue[] = [{ name: 'q', in: 'querystring', value: 'a=1&b=%20x y#z' }];
    const request = built(operationOf(), { parameters });
    expect(request.url).toBe('http://api.test/?a=1&b=%20x%20y%23z');
    expect(request.query).toEqual({ a: '1', b: ' x y#z' });
  });

  it('write a querystring of JSON percent-encoded as a whole, under whatever name', () => {
    const json = operationOf({
      parameters: [parameterOf({ name: 'all', in: 'querystring', contentType: 'application/json' })],
    });
    const sent = (value: ParameterValue['value']) =>
      built(json, { parameters: [{ name: 'other', in: 'querystring', value }] });
    expect(sent({ a: 'b&c' }).url).toBe('http://api.test/?%7B%22a%22%3A%22b%26c%22%7D');
    expect(sent('{"a":1}').url).toBe('http://api.test/?%7B%22a%22%3A1%7D');
    expect(sent('%7B%22a%22%3A1%7D').url).toBe('http://api.test/?%7B%22a%22%3A1%7D');
    expect(sent({ a: 1 }).query).toEqual({});
    const required = operationOf({
      parameters: [parameterOf({ name: 'all', in: 'querystring', required: true })],
    });
    expect(built(required, { parameters: [{ name: 'q', in: 'querystring', value: 'a=1' }] }).url).toBe(
      'http://api.test/?a=1',
    );
  });

  it('refuse a querystring beside query parameters', () => {
    const whole = { name: 'all', in: 'querystring', value: 'a=1' } as const;
    expect(problem(operationOf(), { parameters: [whole, query('b', 2)] })).toContain('"all"');
  });

  it('join cookies into one header', () => {
    const parameters: ParameterValue[] = [
      { name: 'a', in: 'cookie', value: '1' },
      { name: 'b', in: 'cookie', value: '2' },
      header('Cookie', 'c=3'),
    ];
    expect(built(operationOf(), { parameters }).headers['cookie']).toBe('c=3; a=1; b=2');
  });

  it('refuse header values that would add lines, and keep them out of the message', () => {
    for (const value of ['a\r\nx: y', 'a\nb', 'a\0b', 'Ω']) {
      const text = problem(operationOf(), { parameters: [header('x-name', value)] });
      expect(text).toContain('"x-name"');
      expect(text).not.toContain(value);
    }
    expect(problem(operationOf(), { parameters: [header('a b', 'x')] })).toContain('not a header name');
  });

  it('ask for JSON first, unless the step says what it accepts', () => {
    expect(built(operationOf()).headers['accept']).toMatch(/^application\/json/);
    expect(built(operationOf(), { parameters: [header('Accept', 'text/csv')] }).headers['accept']).toBe(
      'text/csv',
    );
  });
});

const declaring = (...contentTypes: string[]) =>
  operationOf({ method: 'POST', requestBody: { required: true, contentTypes, requiredProperties: [] } });

const typeOf = (operation: Operation, values: Partial<RequestValues>) =>
  built(operation, values).headers['content-type'];

describe('a path with a fragment', () => {
  it('is sent without it', () => {
    const operation = operationOf({ path: '/#Action=List' });
    expect(built(operation, { parameters: [query('Action', 'List')] }).url).toBe(
      'http://api.test/?Action=List',
    );
  });
});

describe('the body', () => {
  const post = operationOf({ method: 'POST' });

  it('is JSON when nothing else is said', () => {
    const request = built(post, { body: { payload: { a: [1, null] } } });
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.body).toBe('{"a":[1,null]}');
    expect(request.payload).toEqual({ a: [1, null] });
  });

  it('takes the given media type, else a header of the step, else the declared one, JSON first', () => {
    const payload = { a: 1 };
    expect(typeOf(declaring('text/xml', 'application/vnd.api+json'), { body: { payload } })).toBe(
      'application/vnd.api+json',
    );
    expect(typeOf(declaring('application/x-www-form-urlencoded'), { body: { payload } })).toBe(
      'application/x-www-form-urlencoded',
    );
    const parameters = [header('Content-Type', 'application/json; charset=utf-8')];
    expect(typeOf(declaring('text/xml'), { parameters, body: { payload } })).toBe(
      'application/json; charset=utf-8',
    );
    expect(typeOf(declaring('text/xml'), { parameters, body: { payload, contentType: 'a/b+json' } })).toBe(
      'a/b+json',
    );
  });

  it('leaves a text that already is JSON alone and quotes any other string', () => {
    expect(built(post, { body: { payload: '{"a": 1}' } }).body).toBe('{"a": 1}');
    expect(built(post, { body: { payload: 'x"y', contentType: 'application/json' } }).body).toBe('"x\\"y"');
  });

  it('writes forms: arrays repeated, objects as JSON, null left out, strings as they are', () => {
    const contentType = 'application/x-www-form-urlencoded';
    const payload = { a: 'x y&', b: [1, 2], c: { d: true }, e: null };
    expect(built(post, { body: { payload, contentType } }).body).toBe(
      'a=x+y%26&b=1&b=2&c=%7B%22d%22%3Atrue%7D',
    );
    expect(built(post, { body: { payload: 'a=1', contentType } }).body).toBe('a=1');
  });

  it('sends text and bytes as they are', () => {
    expect(built(post, { body: { payload: '<a/>', contentType: 'application/xml' } }).body).toBe('<a/>');
    const bytes = built(post, { body: { payload: { contentType: 'image/png', base64: 'AP8=' } } });
    expect(bytes.headers['content-type']).toBe('image/png');
    expect(bytes.body).toEqual(Uint8Array.of(0, 255));
  });

  it('is a problem where it cannot be written', () => {
    expect(problem(post, { body: { payload: 7, contentType: 'multipart/form-data' } })).toContain(
      'must be an object',
    );
    expect(problem(post, { body: { payload: {}, contentType: 'application/soap+xml' } })).toContain(
      'write the XML text',
    );
    expect(problem(post, { body: { payload: {}, contentType: 'text/csv' } })).toContain('must be a string');
    expect(problem(post, { body: { payload: {}, contentType: 'image/png' } })).toContain('"base64"');
    expect(problem(post, { body: { payload: { contentType: 'a/b', base64: '*' } } })).toContain('base64');
    expect(problem(post, { body: { payload: {}, contentType: 'application/json\r\nx: y' } })).toContain(
      'content-type',
    );
    expect(problem(operationOf(), { body: { payload: {} } })).toContain('GET');
  });

  it('is asked for when the operation requires one', () => {
    expect(problem(declaring('application/json'))).toContain('requires a request body');
  });
});
