import { describe, expect, it, test } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import type { ParameterStyle } from '../../src/openapi/operation.ts';
import {
  serializeCookieParameter,
  serializeHeaderParameter,
  serializePathParameter,
  serializeQueryParameter,
} from '../../src/openapi/parameter-style.ts';
import { parameterOf } from './operation-of.ts';

const string = 'blue';
const array = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };

type Row = readonly [style: ParameterStyle, explode: boolean, value: JsonValue, written: string];

// The table "Style Examples" of OpenAPI 3.1.1, section 4.8.12.
const pathRows: Row[] = [
  ['matrix', false, '', ';color'],
  ['matrix', false, string, ';color=blue'],
  ['matrix', false, array, ';color=blue,black,brown'],
  ['matrix', false, object, ';color=R,100,G,200,B,150'],
  ['matrix', true, '', ';color'],
  ['matrix', true, string, ';color=blue'],
  ['matrix', true, array, ';color=blue;color=black;color=brown'],
  ['matrix', true, object, ';R=100;G=200;B=150'],
  ['label', false, '', '.'],
  ['label', false, string, '.blue'],
  ['label', false, array, '.blue,black,brown'],
  ['label', false, object, '.R,100,G,200,B,150'],
  ['label', true, '', '.'],
  ['label', true, string, '.blue'],
  ['label', true, array, '.blue.black.brown'],
  ['label', true, object, '.R=100.G=200.B=150'],
  ['simple', false, '', ''],
  ['simple', false, string, 'blue'],
  ['simple', false, array, 'blue,black,brown'],
  ['simple', false, object, 'R,100,G,200,B,150'],
  ['simple', true, string, 'blue'],
  ['simple', true, array, 'blue,black,brown'],
  ['simple', true, object, 'R=100,G=200,B=150'],
];

const queryRows: Row[] = [
  ['form', false, '', 'color='],
  ['form', false, string, 'color=blue'],
  ['form', false, array, 'color=blue,black,brown'],
  ['form', false, object, 'color=R,100,G,200,B,150'],
  ['form', true, '', 'color='],
  ['form', true, string, 'color=blue'],
  ['form', true, array, 'color=blue&color=black&color=brown'],
  ['form', true, object, 'R=100&G=200&B=150'],
  ['spaceDelimited', false, array, 'color=blue%20black%20brown'],
  ['spaceDelimited', false, object, 'color=R%20100%20G%20200%20B%20150'],
  ['pipeDelimited', false, array, 'color=blue%7Cblack%7Cbrown'],
  ['pipeDelimited', false, object, 'color=R%7C100%7CG%7C200%7CB%7C150'],
  ['deepObject', true, object, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
];

describe('path parameters', () => {
  test.each(pathRows)('%s, explode %s: %j is written %s', (style, explode, value, written) => {
    expect(serializePathParameter(parameterOf({ in: 'path', style, explode }), value)).toBe(written);
  });

  it('encodes everything but unreserved characters, slashes too', () => {
    const parameter = parameterOf({ in: 'path', style: 'simple' });
    expect(serializePathParameter(parameter, "a/b?c#d e%2F,;=!'()*~-._é")).toBe(
      'a%2Fb%3Fc%23d%20e%252F%2C%3B%3D%21%27%28%29%2A~-._%C3%A9',
    );
  });

  it('lets reserved characters stand with allowReserved, but none that a path cannot hold', () => {
    const parameter = parameterOf({ in: 'path', style: 'simple', allowReserved: true });
    expect(serializePathParameter(parameter, 'a:@b/?#%41')).toBe('a:@b%2F%3F%23%41');
  });

  it('writes half of a surrogate pair as the replacement character', () => {
    const parameter = parameterOf({ in: 'path', style: 'simple' });
    expect(serializePathParameter(parameter, 'x\uD800')).toBe('x%EF%BF%BD');
  });
});

describe('query parameters', () => {
  test.each(queryRows)('%s, explode %s: %j is written %s', (style, explode, value, written) => {
    expect(serializeQueryParameter(parameterOf({ style, explode }), value).join('&')).toBe(written);
  });

  it('encodes delimiters inside of values', () => {
    expect(serializeQueryParameter(parameterOf({}), ['a,b', 'c&d=e'])).toEqual(['color=a%2Cb,c%26d%3De']);
  });

  it('keeps reserved characters with allowReserved, except those that would end the query', () => {
    expect(serializeQueryParameter(parameterOf({ allowReserved: true }), 'a/b?c:d&e=f#g [h]')).toEqual([
      'color=a/b?c:d&e=f%23g%20%5Bh%5D',
    ]);
  });

  it('writes nothing for an empty list and leaves null items out', () => {
    expect(serializeQueryParameter(parameterOf({}), [])).toEqual([]);
    expect(serializeQueryParameter(parameterOf({ explode: true }), [null, 'a', null])).toEqual(['color=a']);
    expect(serializeQueryParameter(parameterOf({ explode: true }), { a: null })).toEqual([]);
  });

  it('nests the brackets of deepObject and repeats the name of an array', () => {
    const parameter = parameterOf({ style: 'deepObject', explode: true });
    expect(serializeQueryParameter(parameter, { a: { b: 1 }, c: [1, 2] })).toEqual([
      'color%5Ba%5D%5Bb%5D=1',
      'color%5Bc%5D=1',
      'color%5Bc%5D=2',
    ]);
  });

  it('writes the media type of a content parameter', () => {
    const json = parameterOf({ contentType: 'application/json' });
    expect(serializeQueryParameter(json, { a: [1] })).toEqual(['color=%7B%22a%22%3A%5B1%5D%7D']);
    expect(serializeQueryParameter(json, 'x')).toEqual(['color=%22x%22']);
    expect(serializeQueryParameter(json, '{"a":1}')).toEqual(['color=%7B%22a%22%3A1%7D']);
    expect(serializeQueryParameter(parameterOf({ contentType: 'text/plain' }), 'x y')).toEqual([
      'color=x%20y',
    ]);
  });
});

describe('header parameters', () => {
  it('holds values as they are', () => {
    const parameter = parameterOf({ in: 'header', style: 'simple' });
    expect(serializeHeaderParameter(parameter, 'Bearer a/b+c==')).toBe('Bearer a/b+c==');
    expect(serializeHeaderParameter(parameter, array)).toBe('blue,black,brown');
    expect([[], [null], {}].map((empty) => serializeHeaderParameter(parameter, empty))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(serializeHeaderParameter(parameter, object)).toBe('R,100,G,200,B,150');
    expect(serializeHeaderParameter({ ...parameter, explode: true }, object)).toBe('R=100,G=200,B=150');
    expect(serializeHeaderParameter({ ...parameter, contentType: 'application/json' }, object)).toBe(
      '{"R":100,"G":200,"B":150}',
    );
  });
});

describe('cookie parameters', () => {
  it('keeps what a cookie may hold and encodes the rest', () => {
    const parameter = parameterOf({ in: 'cookie', explode: true });
    expect(serializeCookieParameter(parameter, 'a/b+c==')).toEqual(['color=a/b+c==']);
    expect(serializeCookieParameter(parameter, 'a; b="c", é')).toEqual([
      'color=a%3B%20b=%22c%22%2C%20%C3%A9',
    ]);
    expect(serializeCookieParameter(parameter, array)).toEqual(['color=blue', 'color=black', 'color=brown']);
    expect(serializeCookieParameter({ ...parameter, explode: false }, array)).toEqual([
      'color=blue,black,brown',
    ]);
  });
});
