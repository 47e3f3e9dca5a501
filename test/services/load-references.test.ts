import { describe, expect, it } from 'vitest';
import { readOpenApi } from '../../src/openapi/openapi-document.ts';
import { loadReferences } from '../../src/services/load-references.ts';
import { ResourceError, type SourceResolver } from '../../src/services/resolver.ts';
import { parsedAs } from '../openapi/open-api.ts';

function resolverOf(files: Readonly<Record<string, string>>): SourceResolver & { readonly asked: string[] } {
  const asked: string[] = [];
  const read = async (uri: string): Promise<string> => {
    asked.push(uri);
    const text = Object.hasOwn(files, uri) ? files[uri] : undefined;
    if (text === undefined) throw new ResourceError('missing', `"${uri}" does not exist.`);
    return text;
  };
  return Object.assign(read, { asked });
}

const rootWith = (reference: string, uri = 'file:///specs/api.yaml') =>
  parsedAs(uri, `{ openapi: 3.1.0, paths: { /a: { $ref: '${reference}' } } }`);

describe('the documents that a description refers to', () => {
  it('are read each once, whatever leads to them, round in a circle too', async () => {
    const resolver = resolverOf({
      'file:///specs/a.yaml': '{ get: { operationId: a, parameters: [{ $ref: "b/b.yaml#/x" }] } }',
      'file:///specs/b/b.yaml': '{ x: { $ref: "../c.yaml#/x" }, y: { $ref: ../a.yaml } }',
      'file:///specs/c.yaml': '{ x: { name: limit, in: query }, back: { $ref: api.yaml } }',
    });
    const root = rootWith('a.yaml');
    const loaded = await loadReferences(root, resolver);
    expect(resolver.asked).toEqual([
      'file:///specs/a.yaml',
      'file:///specs/b/b.yaml',
      'file:///specs/c.yaml',
    ]);
    expect([...loaded.unread]).toEqual([]);
    expect(readOpenApi(root, loaded).value?.operations.map(({ operationId }) => operationId)).toEqual(['a']);
  });

  it('are none for a description of one piece', async () => {
    const resolver = resolverOf({});
    await loadReferences(rootWith('#/components/pathItems/a'), resolver);
    expect(resolver.asked).toEqual([]);
  });

  it('that cannot be read are named with the reason, and asked for once', async () => {
    const resolver = resolverOf({ 'file:///specs/broken.yaml': '{ a: [' });
    const gone = await loadReferences(rootWith('gone.yaml#/x'), resolver);
    expect([...gone.unread]).toEqual([
      ['file:///specs/gone.yaml', '"file:///specs/gone.yaml" does not exist.'],
    ]);
    expect(resolver.asked).toHaveLength(1);
    const broken = await loadReferences(rootWith('broken.yaml'), resolver);
    expect(broken.unread.get('file:///specs/broken.yaml')).toContain('is no YAML (line 1)');
    const failing = await loadReferences(rootWith('a.yaml'), () => Promise.reject(new Error('hunter2')));
    expect([...failing.unread.values()]).toEqual(['Reading it failed.']);
  });

  it('are at most so many', async () => {
    // Each leads to two more, for ever.
    const asked: string[] = [];
    const endless: SourceResolver = async (uri) => {
      asked.push(uri);
      const name = /([^/]*)\.yaml$/.exec(uri)?.[1] ?? '';
      return `[{ $ref: ${name}0.yaml }, { $ref: ${name}1.yaml }]`;
    };
    const { documents, unread } = await loadReferences(rootWith('x.yaml'), endless, { maxDocuments: 20 });
    expect([asked.length, documents.size]).toEqual([20, 20]);
    expect(unread.size).toBeGreaterThan(0);
    expect([...unread.values()][0]).toContain('more than 20 documents');
  });

  it('are at most so large together', async () => {
    const large: SourceResolver = async (uri) => `{ $ref: '${uri}x', text: ${'é'.repeat(400)} }`;
    const { documents, unread } = await loadReferences(rootWith('x'), large, { maxTotalBytes: 1500 });
    expect(documents.size).toBe(2);
    expect(unread.size).toBe(1);
  });

  it('are nothing local where the description came over the network', async () => {
    const resolver = resolverOf({ 'https://other.test/a.yaml': '{ $ref: "file:///etc/hosts" }' });
    const remote = await loadReferences(
      rootWith('file:///etc/hosts', 'https://specs.test/api.yaml'),
      resolver,
    );
    expect(resolver.asked).toEqual([]);
    expect(remote.unread.get('file:///etc/hosts')).toContain('local');
    await loadReferences(rootWith('https://other.test/a.yaml'), resolver);
    expect(resolver.asked).toEqual(['https://other.test/a.yaml']);
  });
});
