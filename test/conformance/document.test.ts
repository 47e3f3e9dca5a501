// Documents, versions, format and URIs, https://spec.openapis.org/arazzo/v1.1.0.html#format
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import {
  compileMachine,
  hashOfMachine,
  loadDocument,
  parseDocument,
  type JsonObject,
} from '../../src/index.ts';
import { answer, serve } from '../services/test-server.ts';
import { apiOf, documentOf, load, problemsOf, run, step, stepsOf, stepWith } from './scenario.ts';

const plain = stepWith({});
const without = (name: string) =>
  Object.fromEntries(Object.entries(plain).filter(([member]) => member !== name));
const hashOf = async (document: Parameters<typeof load>[0]): Promise<string> => {
  const plan = (await load(document)).value?.planFor();
  if (plan === undefined) throw new Error('There is no plan.');
  return hashOfMachine(compileMachine(plan));
};
const valueOf = (text: string) => parseDocument(text, { uri: 'memory:/x.yaml' });
const codes = (text: string) => valueOf(text).diagnostics.map(({ severity, code }) => `${severity} ${code}`);
const other = (more: JsonObject = {}): JsonObject => ({
  name: 'other',
  url: 'other.json',
  type: 'arazzo',
  ...more,
});
const withOther = (more?: JsonObject) =>
  stepWith(
    { workflowId: '$sourceDescriptions.other.far' },
    { sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }, other(more)] },
  );
const far = documentOf({ workflowId: 'far', steps: [step('b')] });

describe('a document', () => {
  it('DOC-01 has a version, info, sources and workflows', async () => {
    expect(await problemsOf(plain)).toEqual([]);
    expect(await problemsOf(without('arazzo'))).toEqual(['error arazzo/not-arazzo']);
    for (const name of ['info', 'sourceDescriptions', 'workflows'])
      expect(await problemsOf(without(name)), name).toContain('error arazzo/required-field');
  });

  it('DOC-02 means the same whatever the patch version, and a field of 1.1 in a 1.0 document is told', async () => {
    const [first, second] = [
      await hashOf(stepWith({}, { arazzo: '1.0.0' })),
      await hashOf(stepWith({}, { arazzo: '1.0.1' })),
    ];
    expect(first).toBe(second);
    expect(await problemsOf(stepWith({ timeout: 5 }, { arazzo: '1.0.1' }))).toEqual([
      'warning arazzo/newer-version /workflows/0/steps/0/timeout',
    ]);
    expect(await problemsOf(stepWith({ timeout: 5 }))).toEqual([]);
  });

  it('DOC-03 is an object, in JSON or in YAML', async () => {
    expect(await hashOf(stringify(plain))).toBe(await hashOf(plain));
    expect(await problemsOf('- a\n- b\n')).toEqual(['error arazzo/not-arazzo']);
  });

  it('DOC-04 is case sensitive in the names of its fields', async () => {
    expect(await problemsOf(stepsOf([{ ...step('a'), StepId: 'b' }]))).toEqual([
      'error arazzo/unknown-field /workflows/0/steps/0/StepId',
    ]);
  });

  it('DOC-05 is of YAML 1.2, where yes is a text and 012 is twelve', () => {
    expect(valueOf('{ a: yes, b: on, c: 012, d: 0o14, e: 2020-01-02, f: TRUE, g: ~ }').value?.value).toEqual({
      a: 'yes',
      b: 'on',
      c: 12,
      d: 12,
      e: '2020-01-02',
      f: true,
      g: null,
    });
  });

  it('DOC-06 has no tags but those of JSON', () => {
    expect(valueOf('{ a: !!int 1, b: !!str 2 }').value?.value).toEqual({ a: 1, b: '2' });
    expect(codes('a: !own 1')).toEqual(['error document/unsupported-yaml']);
    expect(codes('a: !!set { b }')).toEqual(['error document/unsupported-yaml']);
  });

  it('DOC-07 has keys that are texts, each once', () => {
    expect(valueOf('1: a').value?.value).toEqual({ '1': 'a' });
    expect(codes('? [a]\n: 1')).toEqual(['error document/unsupported-yaml']);
    expect(codes('a: 1\na: 2')).toEqual(['error document/duplicate-key']);
    expect(codes('{ "a": 1,\n "a": 2 }')).toEqual(['error document/duplicate-key']);
  });

  it('DOC-09 names the documents whose workflows it uses as its sources', async () => {
    expect(await problemsOf(withOther(), { 'other.json': far })).toEqual([]);
    expect(await problemsOf(stepWith({ workflowId: '$sourceDescriptions.other.far' }))).toContain(
      'error arazzo/source-reference-exists /workflows/0/steps/0/workflowId',
    );
  });

  it('DOC-10 has the types of JSON Schema, of which integers have no fraction', async () => {
    const document = documentOf({
      inputs: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
      steps: [step('a', { requestBody: { payload: { n: '$inputs.n' } } })],
    });
    expect((await run(document, { inputs: { n: 2 } })).status).toBe('done');
    const refused = await run(document, { inputs: { n: 2.5 } });
    expect([refused.status, refused.called]).toEqual(['failed', '']);
  });

  it('DOC-11 may have any format; what is a password is masked', async () => {
    const document = documentOf({
      inputs: {
        type: 'object',
        required: ['pin', 'n'],
        properties: { pin: { type: 'string', format: 'password' }, n: { type: 'number', format: 'odd' } },
      },
      steps: [step('a', { requestBody: { payload: { pin: '$inputs.pin', n: '$inputs.n' } } })],
    });
    const { value } = await load(document);
    expect(value?.planFor()?.inputs.map(({ name, secret }) => [name, secret])).toEqual([
      ['pin', true],
      ['n', false],
    ]);
    expect((await run(document, { inputs: { pin: '1', n: 1 } })).status).toBe('done');
  });

  it('DOC-23 keeps its descriptions as they are, links included', async () => {
    const { value } = await load(stepWith({ description: 'See [more](./more.md).' }));
    expect(value?.document.workflows[0]?.steps[0]?.description).toBe('See [more](./more.md).');
  });

  it('DOC-26 is read as YAML, JSON included, whatever its media type', async () => {
    for (const type of [
      'application/vnd.oai.workflows',
      'application/vnd.oai.workflows+json;version=1.0.1',
    ]) {
      const url = await serve(answer(JSON.stringify(plain), { 'content-type': type }));
      const { value } = await loadDocument(`${url}/main`, { allowRemote: true });
      expect(value?.document.workflows).toHaveLength(1);
    }
    const url = await serve(answer(stringify(plain), { 'content-type': 'application/vnd.oai.workflows' }));
    expect((await loadDocument(url, { allowRemote: true })).value?.document.version).toBe('1.1');
  });

  it('DOC-27 makes nothing happen by being read: no request goes out that was not allowed', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end(JSON.stringify(apiOf()));
    });
    const document = JSON.stringify(
      stepWith({}, { sourceDescriptions: [{ name: 'api', url: `${url}/api.json`, type: 'openapi' }] }),
    );
    const { value, diagnostics } = await loadDocument(document);
    expect(diagnostics.map(({ code }) => code)).toContain('plan/source-unreadable');
    expect([value?.plans, asked]).toEqual([[], 0]);
  });
});

describe('references between documents', () => {
  it('DOC-12 may lead forward', async () => {
    const document = documentOf([
      { steps: [step('first', { workflowId: 'later' })] },
      { workflowId: 'later', steps: [step('b')] },
    ]);
    expect(await problemsOf(document)).toEqual([]);
    expect((await run(document)).called).toBe('/b');
  });

  it('DOC-13 are resolved when all documents have been read, whichever comes first', async () => {
    const back = documentOf(
      [
        { workflowId: 'far', steps: [step('b')] },
        { workflowId: 'back', steps: [step('x', { workflowId: '$sourceDescriptions.main.near' })] },
      ],
      {
        sourceDescriptions: [
          { name: 'main', url: 'main.arazzo.json', type: 'arazzo' },
          { name: 'api', url: 'api.json', type: 'openapi' },
        ],
      },
    );
    const main = documentOf(
      [
        { steps: [step('a', { workflowId: '$sourceDescriptions.other.far' })] },
        { workflowId: 'near', steps: [step('c')] },
      ],
      { sourceDescriptions: [other(), { name: 'api', url: 'api.json', type: 'openapi' }] },
    );
    const files = { 'other.json': back, 'main.arazzo.json': main };
    expect(await problemsOf(main, files)).toEqual([]);
    expect((await load(back, files, 'memory:/other.json')).problems).toEqual([]);
    expect((await run(main, { files })).called).toBe('/b');
  });

  it('DOC-14 lead into documents that were read as a whole, never into a part of a broken one', async () => {
    const broken = `${stringify(far)}\n"unfinished: [`;
    const { value, problems } = await load(withOther(), { 'other.json': broken });
    expect(problems.some((problem) => problem.startsWith('error document/yaml-syntax'))).toBe(true);
    expect(value?.plans).toEqual([]);
  });

  it.each([
    ['before', ['byself', 'mirror']],
    ['after', ['mirror', 'byself']],
  ])('DOC-13 DOC-15 find a document by its $self (named %s it)', async (when, order) => {
    const self = 'https://docs.test/flows/far';
    const url = { mirror: 'mirror.json', byself: self } as Record<string, string>;
    const document = documentOf(
      { steps: [step('a', { workflowId: '$sourceDescriptions.byself.far' })] },
      {
        sourceDescriptions: [
          { name: 'api', url: 'api.json', type: 'openapi' },
          ...order.map((name) => ({ name, url: url[name] ?? '', type: 'arazzo' })),
        ],
      },
    );
    const mirror = { ...far, $self: self, sourceDescriptions: [{ name: 'api', url: 'memory:/api.json' }] };
    const { value, asked } = await load(document, { 'mirror.json': mirror });
    expect(value?.planFor()).toBeDefined();
    expect(asked.includes(self)).toBe(when === 'before');
  });

  it('DOC-16 by an absolute URI mean the document of that identity, not what is there', async () => {
    const self = 'https://docs.test/main';
    const document = documentOf(
      [
        { steps: [step('x', { workflowId: '$sourceDescriptions.me.here' })] },
        { workflowId: 'here', steps: [step('a', { operationId: '$sourceDescriptions.api.a' })] },
      ],
      {
        $self: self,
        sourceDescriptions: [
          { name: 'me', url: self, type: 'arazzo' },
          { name: 'api', url: 'memory:/api.json', type: 'openapi' },
        ],
      },
    );
    const decoy = documentOf({ workflowId: 'here', steps: [step('b')] });
    expect((await run(document, { files: { [self]: decoy } })).called).toBe('/a');
  });

  it('DOC-17 find a document also where it is', async () => {
    const files = {
      'other.json': {
        ...far,
        $self: 'https://docs.test/elsewhere',
        sourceDescriptions: [{ name: 'api', url: 'memory:/api.json' }],
      },
    };
    expect((await run(withOther(), { files })).called).toBe('/b');
  });

  it('DOC-18 are relative to the document that has them', async () => {
    const files = { 'deep/other.json': far, 'deep/api.json': apiOf(undefined, 'https://deep.test/v1') };
    const { requests } = await run(withOther({ url: 'deep/other.json' }), { files });
    expect(requests.map(({ url }) => url)).toEqual(['https://deep.test/v1/b']);
  });

  it('DOC-19 are relative to $self, itself made absolute by where the document is', async () => {
    const sourceDescriptions = [{ name: 'api', url: 'own.json', type: 'openapi' }];
    const asked = async (self: string | undefined, uri: string) => {
      const document = stepWith({}, { sourceDescriptions, ...(self === undefined ? {} : { $self: self }) });
      return (await load(document, {}, uri)).asked;
    };
    expect(await asked('https://docs.test/flows/main', 'memory:/a/main.json')).toEqual([
      'https://docs.test/flows/own.json',
    ]);
    expect(await asked('../b/main', 'memory:/a/main.json')).toEqual(['memory:/b/own.json']);
    expect(await asked(undefined, 'memory:/a/main.json')).toEqual(['memory:/a/own.json']);
  });

  it('DOC-20 have JSON Pointers as fragments', async () => {
    const path = '{$sourceDescriptions.api.url}#/paths/~1things~1{id}/get';
    const parameters = [{ name: 'id', in: 'path', value: '7' }];
    expect((await run(stepWith({ operationPath: path, parameters }))).called).toBe('/things/7');
  });

  it('DOC-21 in the schemas of inputs are pointers or anchors', async () => {
    const document = (reference: string) =>
      documentOf(
        { inputs: { $ref: reference }, steps: [step('a', { requestBody: { payload: { n: '$inputs.n' } } })] },
        {
          components: {
            inputs: {
              shared: {
                $anchor: 'foo',
                type: 'object',
                required: ['n'],
                properties: { n: { type: 'integer' } },
              },
            },
          },
        },
      );
    for (const reference of ['#/components/inputs/shared', '#foo']) {
      expect(await problemsOf(document(reference))).toEqual([]);
      expect((await run(document(reference), { inputs: { n: 'x' } })).status).toBe('failed');
    }
    expect(await problemsOf(document('#bar'))).toContain(
      'error arazzo/schema-reference /workflows/0/inputs/$ref',
    );
  });

  it('DOC-25 to $url are made when the request is, with its values', async () => {
    const document = documentOf({
      steps: [
        step('a', {
          parameters: [{ name: 'q', in: 'query', value: 1 }],
          outputs: { url: '$url' },
        }),
      ],
      outputs: { url: '$steps.a.outputs.url' },
    });
    expect((await run(document)).outputs).toEqual({ url: 'https://api.test/v1/a?q=1' });
  });
});
