import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentLoader, loadDocument } from '../../src/run/load-document.ts';
import { ResourceError, type SourceResolver } from '../../src/services/resolver.ts';
import { documentOf, PATHS, stepOf } from '../plan/small-documents.ts';
import { answer, serve } from '../services/test-server.ts';

const API = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'API', version: '1' },
  servers: [{ url: 'https://api.example' }],
  paths: PATHS,
});
const DOCUMENT = JSON.stringify(documentOf({ steps: [stepOf('send')] }), undefined, 2);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-document-'));
  await writeFile(join(folder, 'api.json'), API);
  await writeFile(join(folder, 'w.arazzo.json'), DOCUMENT);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const resolverOf =
  (texts: Readonly<Record<string, string>>): SourceResolver =>
  (uri) => {
    const text = texts[uri];
    return text === undefined
      ? Promise.reject(new ResourceError('missing', `"${uri}" does not exist.`))
      : Promise.resolve(text);
  };
const codes = (diagnostics: readonly { code: string; severity: string }[]) =>
  diagnostics.map(({ code, severity }) => `${severity} ${code}`);

describe('loadDocument', () => {
  it('reads a file and the sources beside it, and links the workflows', async () => {
    const { value, diagnostics } = await loadDocument(join(folder, 'w.arazzo.json'));
    expect(diagnostics).toEqual([]);
    expect(value?.plans.map(({ workflowId }) => workflowId)).toEqual(['w']);
    expect(value?.planFor()).toBe(value?.planFor('w'));
    expect(value?.planFor('nothing')).toBeUndefined();
  });

  it('reads a description that several documents refer to once, where they are loaded together', async () => {
    const asked: string[] = [];
    const resolver: SourceResolver = (uri) => {
      asked.push(uri);
      return resolverOf({ 'memory:/api.json': API })(uri);
    };
    const load = createDocumentLoader({ resolver });
    const [first, second] = [await load(DOCUMENT), await load(DOCUMENT.replace('send', 'again'))];
    expect(asked).toEqual(['memory:/api.json']);
    expect(first.value?.sources['api']).toBe(second.value?.sources['api']);
    expect(second.value?.plans).toHaveLength(1);
    await loadDocument(DOCUMENT, { resolver });
    expect(asked).toHaveLength(2);
  });

  it('asks anew for a description that could not be read, and tells each document of it', async () => {
    const load = createDocumentLoader({ resolver: resolverOf({}) });
    for (const document of [DOCUMENT, DOCUMENT])
      expect(codes((await load(document)).diagnostics)).toContain('warning plan/source-unreadable');
  });

  it('reads a document that is given as text, in JSON or YAML', async () => {
    const resolver = resolverOf({ 'memory:/api.json': API });
    expect((await loadDocument(DOCUMENT, { resolver })).value?.plans).toHaveLength(1);
    const yaml =
      'arazzo: 1.0.1\ninfo: { title: T, version: "1" }\nsourceDescriptions: [{ name: api, url: api.json }]\nworkflows: [{ workflowId: y, steps: [{ stepId: s, operationId: call }] }]\n';
    expect((await loadDocument(yaml, { resolver, uri: 'memory:/y.yaml' })).value?.plans[0]?.workflowId).toBe(
      'y',
    );
  });

  it('says that a document cannot be read, and that one cannot be parsed', async () => {
    expect(codes((await loadDocument(join(folder, 'nothing.yaml'))).diagnostics)).toEqual([
      'error document/unreadable',
    ]);
    const { value, diagnostics } = await loadDocument('{ "a": \n');
    expect([value, diagnostics[0]?.severity]).toEqual([undefined, 'error']);
  });

  it('warns of a source that cannot be read, at its URL, and has no plan then', async () => {
    const { value, diagnostics } = await loadDocument(DOCUMENT, { resolver: resolverOf({}) });
    expect(value?.plans).toEqual([]);
    expect(diagnostics.find(({ code }) => code === 'plan/source-unreadable')).toMatchObject({
      severity: 'warning',
      location: { pointer: '/sourceDescriptions/0/url' },
    });
    expect(diagnostics.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('does not read http URLs unless it may', async () => {
    const url = await serve(answer(API, { 'content-type': 'application/json' }));
    const document = DOCUMENT.replace('api.json', `${url}/api.json`);
    expect((await loadDocument(document)).value?.plans).toEqual([]);
    expect((await loadDocument(document, { allowRemote: true })).value?.plans).toHaveLength(1);
  });

  it('reads a source from elsewhere, where it is told to', async () => {
    const document = DOCUMENT.replace('api.json', 'https://nowhere.example/api.json');
    expect(
      (await loadDocument(document, { sources: { api: join(folder, 'api.json') } })).value?.plans,
    ).toHaveLength(1);
    expect((await loadDocument(document, { sources: {} })).value?.plans).toEqual([]);
  });

  it('reads sources whose names every object inherits', async () => {
    const document = DOCUMENT.replace('"name": "api"', '"name": "constructor"');
    expect(
      (await loadDocument(document, { resolver: resolverOf({ 'memory:/api.json': API }), sources: {} })).value
        ?.plans,
    ).toHaveLength(1);
  });

  it('resolves source URLs against $self', async () => {
    const document = DOCUMENT.replace(
      '"arazzo": "1.0.1"',
      '"arazzo": "1.1.0", "$self": "https://docs.example/v1/w.json"',
    );
    const resolver = resolverOf({ 'https://docs.example/v1/api.json': API });
    expect((await loadDocument(document, { resolver })).value?.plans).toHaveLength(1);
  });

  it('lets no document of the network lead to a local one, by its $self neither', async () => {
    const texts = (self: string, url: string) => ({
      'https://far.example/w.json': DOCUMENT.replace(
        '"arazzo": "1.0.1"',
        `"arazzo": "1.1.0", "$self": "${self}"`,
      ).replace('api.json', url),
      'file:///etc/api.json': API,
      'https://far.example/api.json': API,
    });
    const load = (self: string, url: string, sources = {}) =>
      loadDocument('https://far.example/w.json', { resolver: resolverOf(texts(self, url)), sources });
    for (const [self, url] of [
      ['https://far.example/w.json', 'file:///etc/api.json'],
      ['file:///etc/w.json', 'api.json'],
    ] as const) {
      const { value, diagnostics } = await load(self, url);
      expect(value?.plans).toEqual([]);
      expect(diagnostics.map(({ message }) => message).join()).toContain('must not lead to a local one');
    }
    expect((await load('w.json', 'api.json')).value?.plans).toHaveLength(1);
    // What the caller says is no matter of the document.
    expect((await load('w.json', 'x.json', { api: 'file:///etc/api.json' })).value?.plans).toHaveLength(1);
  });

  it('takes no document of the network for the local one that it says it is', async () => {
    const far = { ...documentOf({ workflowId: 'w', steps: [stepOf('a')] }), arazzo: '1.1.0' };
    const sources = [
      { name: 'far', url: 'https://far.example/w.json', type: 'arazzo' },
      { name: 'api', url: 'api.json', type: 'openapi' },
    ];
    const { value } = await loadDocument(
      JSON.stringify({ ...documentOf({ steps: [stepOf('a')] }), sourceDescriptions: sources }),
      {
        uri: 'file:///here/w.json',
        resolver: resolverOf({
          'file:///here/api.json': API,
          'https://far.example/w.json': JSON.stringify({ ...far, $self: 'file:///here/api.json' }),
        }),
      },
    );
    expect(value?.sources['api']).toBeDefined();
  });

  it('ends where each document leads to another one', async () => {
    let read = 0;
    const resolver: SourceResolver = () => {
      read += 1;
      const sources = [{ name: 'next', url: `${read}.json`, type: 'arazzo' }];
      return Promise.resolve(
        JSON.stringify({ ...documentOf({ steps: [stepOf('a')] }), sourceDescriptions: sources }),
      );
    };
    const { diagnostics } = await loadDocument('https://far.example/w.json', { resolver });
    expect(read).toBe(201);
    expect(diagnostics.map(({ message }) => message).join()).toContain('more than 200');
  });

  it('says what would let a source be read', async () => {
    const document = DOCUMENT.replace('api.json', 'https://nowhere.example/api.json');
    const { diagnostics } = await loadDocument(document);
    expect(diagnostics.map(({ message }) => message).join()).toContain('--source api=<path>');
  });

  it('gives the problems in the order of the document', async () => {
    const broken = documentOf({
      steps: [
        { ...stepOf('a'), operationId: 'nothing' },
        { ...stepOf('a'), operationId: 'nowhere' },
      ],
    });
    const { diagnostics } = await loadDocument(JSON.stringify(broken), {
      resolver: resolverOf({ 'memory:/api.json': API }),
    });
    const starts = diagnostics.map(({ location }) => location.range.start);
    expect(diagnostics.length).toBeGreaterThan(2);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('keeps what refuses a document however many warnings there are', async () => {
    const steps = Array.from({ length: 80 }, (_, index) =>
      stepOf(`s${index}`, {}, { dependsOn: 's0', timeout: 1 }),
    );
    const broken = documentOf({ steps: [...steps, { stepId: 'last' }] });
    const { diagnostics } = await loadDocument(JSON.stringify(broken), { resolver: resolverOf({}) });
    expect(diagnostics).toHaveLength(100);
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain(
      'arazzo/step-target',
    );
    const starts = diagnostics.map(({ location }) => location.range.start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('never throws for what a resolver does', async () => {
    const { diagnostics } = await loadDocument(DOCUMENT, {
      resolver: () => Promise.reject(new Error('secret')),
    });
    expect(JSON.stringify(diagnostics)).not.toContain('secret');
  });
});
