import { assert, constantFrom, dictionary, oneof, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { toBase64 } from '../../src/openapi/encoded-bytes.ts';
import { multipartBody } from '../../src/openapi/multipart-body.ts';
import type { PropertyEncoding } from '../../src/openapi/operation.ts';

const FORM = 'multipart/form-data';

function written(payload: JsonValue, encodings: Record<string, PropertyEncoding> = {}, type = FORM) {
  const body = multipartBody(payload, type, encodings);
  if ('problem' in body) throw new Error(body.problem);
  return body;
}

function textOf(payload: JsonValue, encodings?: Record<string, PropertyEncoding>): string {
  const { value, contentType } = written(payload, encodings);
  const boundary = contentType.split('boundary=')[1] ?? '';
  return new TextDecoder().decode(value).replaceAll(boundary, 'B');
}

/** What the platform's own parser makes of it. */
async function formOf(payload: JsonValue, encodings?: Record<string, PropertyEncoding>): Promise<FormData> {
  const { value, contentType } = written(payload, encodings);
  return new Response(value as BodyInit, { headers: { 'content-type': contentType } }).formData();
}

const problemOf = (payload: JsonValue, encodings: Record<string, PropertyEncoding> = {}, type = FORM) => {
  const body = multipartBody(payload, type, encodings);
  return 'problem' in body ? body.problem : undefined;
};

describe('a multipart body', () => {
  it('has a part for each member, text without a media type and objects as JSON', () => {
    expect(textOf({ name: 'Zoë', age: 7, ok: true, address: { city: 'Rome' }, none: null })).toBe(
      [
        '--B\r\nContent-Disposition: form-data; name="name"\r\n\r\nZoë\r\n',
        '--B\r\nContent-Disposition: form-data; name="age"\r\n\r\n7\r\n',
        '--B\r\nContent-Disposition: form-data; name="ok"\r\n\r\ntrue\r\n',
        '--B\r\nContent-Disposition: form-data; name="address"\r\nContent-Type: application/json\r\n\r\n{"city":"Rome"}\r\n',
        '--B--\r\n',
      ].join(''),
    );
  });

  it('repeats the part of an array', async () => {
    const form = await formOf({ tags: ['a', null, 'b', { c: 1 }] });
    expect(form.getAll('tags').slice(0, 2)).toEqual(['a', 'b']);
    expect(form.getAll('tags')).toHaveLength(3);
  });

  it('makes files of bytes, with the filename that they carry or their own name', async () => {
    const bytes = { contentType: 'image/png', base64: 'AP8NCg==' };
    const form = await formOf({ photo: bytes, scan: { ...bytes, filename: 'a "b".png' } });
    const [photo, scan] = [form.get('photo'), form.get('scan')];
    if (!(photo instanceof File) || !(scan instanceof File)) throw new Error('There is no file.');
    expect([photo.name, photo.type, new Uint8Array(await photo.arrayBuffer())]).toEqual([
      'photo',
      'image/png',
      Uint8Array.of(0, 255, 13, 10),
    ]);
    expect(scan.name).toBe('a "b".png');
  });

  it('gives a part the media type and headers of its encoding', () => {
    const text = textOf(
      { meta: { a: 1 }, note: 'x', doc: '<a/>', photo: { contentType: 'image/gif', base64: '' } },
      {
        note: { contentType: 'text/markdown', headers: { 'X-Part': 'one' } },
        doc: { contentType: 'application/xml' },
        photo: { contentType: 'image/png, image/gif' },
      },
    );
    expect(text).toContain('name="note"\r\nContent-Type: text/markdown\r\nX-Part: one\r\n\r\nx');
    expect(text).toContain('name="doc"; filename="doc"\r\nContent-Type: application/xml\r\n\r\n<a/>');
    expect(text).toContain('filename="photo"\r\nContent-Type: image/gif\r\n');
  });

  it('takes the media type of bytes unless the encoding allows only another', () => {
    const photo = { contentType: 'image/gif', base64: '' };
    const typeWith = (contentType: string) =>
      /Content-Type: (.*)\r/.exec(textOf({ photo }, { photo: { contentType } }))?.[1];
    expect(typeWith('image/*')).toBe('image/gif');
    expect(typeWith('*/*')).toBe('image/gif');
    // What a schema of format binary means, which says nothing of the kind of bytes.
    expect(typeWith('application/octet-stream')).toBe('image/gif');
    expect(typeWith('image/png')).toBe('image/png');
  });

  it('writes a property as its style says, nothing percent-encoded', async () => {
    const form = await formOf(
      { list: ['a b', 'c&'], deep: { x: 1, y: 'é' } },
      { list: { style: 'form', explode: false }, deep: { style: 'deepObject', explode: true } },
    );
    expect([...form.entries()]).toEqual([
      ['list', 'a b,c&'],
      ['deep[x]', '1'],
      ['deep[y]', 'é'],
    ]);
  });

  it('says which part cannot be written', () => {
    expect(problemOf({ doc: { a: 1 } }, { doc: { contentType: 'application/xml' } })).toContain('"doc"');
    expect(problemOf({ x: { contentType: 'a/b', base64: '*' } })).toContain('"x"');
    expect(problemOf({ x: { contentType: 'a/b\r\nX: y', base64: '' } })).toContain('Content-Type');
    expect(problemOf([1])).toContain('must be an object');
    expect(problemOf('no parts at all')).toContain('boundary');
  });

  it('has nameless parts for an array where it is no form', () => {
    const { value } = written([{ a: 1 }, 'x'], {}, 'multipart/mixed; boundary=B');
    expect(new TextDecoder().decode(value)).toBe(
      '--B\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n--B\r\n\r\nx\r\n--B--\r\n',
    );
  });
});

describe('the boundary', () => {
  it('is the same for the same payload and another for another', () => {
    expect(written({ a: 'x' }).contentType).toBe(written({ a: 'x' }).contentType);
    expect(written({ a: 'x' }).contentType).not.toBe(written({ a: 'y' }).contentType);
  });

  it('is the given one unless a part holds it', () => {
    expect(written({ a: 'x' }, {}, `${FORM}; charset=utf-8; boundary="b b"`).contentType).toBe(
      `${FORM}; charset=utf-8; boundary="b b"`,
    );
    expect(written({ a: '--mine' }, {}, `${FORM}; boundary=mine`).contentType).not.toContain('mine');
    expect(written({ a: 'x' }, {}, `${FORM}; boundary="a\\b"`).contentType).toContain('boundary=part-');
  });

  it('is read from a body that is written out, and line breaks are made what MIME wants', () => {
    const text = '--cut\nContent-Disposition: form-data; name="a"\n\nx\n--cut--\n';
    const { value, contentType } = written(text);
    expect(contentType).toBe(`${FORM}; boundary=cut`);
    expect(new TextDecoder().decode(value)).toBe(text.replaceAll('\n', '\r\n'));
    expect(problemOf(text, {}, `${FORM}; boundary=other`)).toContain('boundary');
  });

  it('lets the platform read back whatever was written', async () => {
    const names = oneof(string({ minLength: 1 }), constantFrom('__proto__', 'a"b', 'a\r\nb'));
    const values = oneof(string({ unit: 'binary' }), uint8Array());
    const runs: Promise<void>[] = [];
    assert(
      property(dictionary(names, values, { maxKeys: 4, noNullPrototype: true }), (payload) => {
        const json = Object.fromEntries(
          Object.entries(payload).map(([name, value]): [string, JsonValue] => [
            name,
            typeof value === 'string' ? value : { contentType: 'a/b', base64: toBase64(value) },
          ]),
        );
        runs.push(
          (async () => {
            const form = Object.keys(json).length === 0 ? new FormData() : await formOf(json);
            const read = await Promise.all(
              [...form.values()].map(async (value) =>
                value instanceof File ? [...new Uint8Array(await value.arrayBuffer())] : value,
              ),
            );
            expect(read).toEqual(
              Object.values(payload).map((value) =>
                typeof value === 'string' ? value.replaceAll(/\p{Surrogate}/gu, '\uFFFD') : [...value],
              ),
            );
          })(),
        );
      }),
      { numRuns: 200 },
    );
    await Promise.all(runs);
  });
});
