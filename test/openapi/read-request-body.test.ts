import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/openapi/build-request.ts';
import type { JsonValue } from '../../src/document/json.ts';
import { operationIn, readFiles } from './open-api.ts';

const uploads = readFiles({
  'https://specs.test/a.yaml': `
openapi: 3.2.0
paths:
  /a:
    post:
      operationId: upload
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { required: [first], properties: { photo: { format: binary } } }
            encoding:
              tags: { style: spaceDelimited, explode: false }
              filter: { style: deepObject, explode: true }
              raw: { allowReserved: true }
              blocks: { contentType: application/json }
              empty: {}
          multipart/form-data:
            schema: { $ref: '#/components/schemas/Upload' }
            encoding:
              note:
                contentType: text/markdown
                headers:
                  X-Fixed: { schema: { const: one } }
                  X-Only: { schema: { enum: [two] } }
                  X-Default: { $ref: '#/components/headers/Default' }
                  X-Free: { schema: { type: string } }
                  Content-Type: { schema: { const: a/b } }
          text/plain: { schema: { properties: { a: { format: binary } } } }
components:
  headers: { Default: { schema: { default: 3 } } }
  schemas:
    Upload:
      allOf:
        - properties: { photo: { type: string, format: binary } }
        - properties:
            photos: { type: array, items: { $ref: '#/components/schemas/File' } }
            page: { contentMediaType: image/png }
            code: { type: string, contentEncoding: base64 }
            note: { type: string }
    File: { type: string, format: binary }
`,
});
const upload = operationIn(uploads, 'upload');

function sent(payload: JsonValue, contentType?: string) {
  const body = contentType === undefined ? { payload } : { payload, contentType };
  const built = buildRequest(
    { ...upload, servers: [{ url: 'http://a.test', variables: {} }] },
    { parameters: [], body },
  );
  if ('problem' in built) throw new Error(built.problem);
  return built.value;
}

describe('the encodings of forms', () => {
  it('are what the encoding says and what the schema means, by media type', () => {
    const binary = { contentType: 'application/octet-stream' };
    expect(upload.requestBody?.encodings).toEqual({
      'application/x-www-form-urlencoded': {
        tags: { style: 'spaceDelimited', explode: false },
        filter: { style: 'deepObject', explode: true },
        raw: { allowReserved: true },
        blocks: { contentType: 'application/json' },
      },
      'multipart/form-data': {
        photo: binary,
        photos: binary,
        page: { contentType: 'image/png' },
        code: binary,
        note: {
          contentType: 'text/markdown',
          headers: { 'X-Fixed': 'one', 'X-Only': 'two', 'X-Default': '3' },
        },
      },
    });
  });

  it('write a form in the styles of its properties', () => {
    const payload = { tags: ['a', 'b'], filter: { x: 1 }, raw: 'a/b', list: [1, 2], o: { p: 1 }, n: null };
    expect(sent(payload, 'application/x-www-form-urlencoded; charset=utf-8').body).toBe(
      'tags=a%20b&filter%5Bx%5D=1&raw=a/b&list=1&list=2&o=%7B%22p%22%3A1%7D',
    );
  });

  it('write an array as JSON where the encoding is JSON', () => {
    const { body } = sent({ blocks: [1, 'a'], list: [1, 2] }, 'application/x-www-form-urlencoded');
    expect(body).toBe('blocks=%5B1%2C%22a%22%5D&list=1&list=2');
  });

  it('apply to the media type that is sent, its parameters aside', () => {
    const { body, headers } = sent({ photo: 'x' }, 'Multipart/Form-Data');
    expect(new TextDecoder().decode(body as Uint8Array)).toContain('Content-Type: application/octet-stream');
    expect(headers['content-type']).toMatch(/^Multipart\/Form-Data; boundary=/);
  });

  it('are absent where there are none', () => {
    expect(JSON.stringify(upload.parameters)).not.toContain('encodings');
  });
});

describe('the media type of a payload', () => {
  const file = { contentType: 'image/png', base64: 'AAAA' };

  it('is multipart for one with bytes in it, where the operation takes that', () => {
    expect(sent({ photo: file }).headers['content-type']).toContain('multipart/form-data');
    expect(sent({ photos: [file] }).headers['content-type']).toContain('multipart/form-data');
    expect(sent({ first: 'x' }).headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('lets the properties that the form requires be known', () => {
    expect(upload.requestBody?.requiredProperties).toEqual(['first']);
  });
});

describe('lines of JSON', () => {
  it('are made of an array', () => {
    expect(sent([{ a: 1 }, 'x'], 'application/x-ndjson').body).toBe('{"a":1}\n"x"\n');
  });
});
