// Arazzo Specification Object and Info Object, https://spec.openapis.org/arazzo/v1.1.0.html#arazzo-specification-object
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/index.ts';
import { load, problemsOf, run, stepWith } from './scenario.ts';

const plain = stepWith({});
const without = (name: string) =>
  Object.fromEntries(Object.entries(plain).filter(([member]) => member !== name));

describe('the root of a document', () => {
  it('ARZ-01 says its version, as a text', async () => {
    expect(await problemsOf(stepWith({}, { arazzo: 2 }))).toEqual([
      'error arazzo/unsupported-version /arazzo',
    ]);
    expect(await problemsOf(stepWith({}, { arazzo: 1.1 }))).toEqual([
      'error arazzo/unsupported-version /arazzo',
    ]);
    expect(await problemsOf(without('arazzo'))).toEqual(['error arazzo/not-arazzo']);
  });

  it('ARZ-02 is of 1.0 or 1.1, or of the draft of 1.2, with a warning', async () => {
    for (const version of ['1.0.0', '1.0.1', '1.0.0-rc1', '1.1.0', '1.1.7'])
      expect(await problemsOf(stepWith({}, { arazzo: version })), version).toEqual([]);
    expect(await problemsOf(stepWith({}, { arazzo: '1.2.0' }))).toEqual([
      'warning arazzo/draft-version /arazzo',
    ]);
    for (const version of ['1.3.0', '2.0.0', '1.0', '1.0.x', ''])
      expect(await problemsOf(stepWith({}, { arazzo: version })), version).toEqual([
        'error arazzo/unsupported-version /arazzo',
      ]);
  });

  it('ARZ-03 has info, an object', async () => {
    expect(await problemsOf(without('info'))).toEqual(['error arazzo/required-field']);
    expect(await problemsOf(stepWith({}, { info: 'text' }))).toEqual(['error arazzo/field-type /info']);
  });

  it('ARZ-04 has a source at least', async () => {
    expect(await problemsOf(stepWith({}, { sourceDescriptions: [] }))).toContain(
      'error arazzo/empty-list /sourceDescriptions',
    );
  });

  it('ARZ-05 has a workflow at least', async () => {
    expect(await problemsOf(stepWith({}, { workflows: [] }))).toEqual(['error arazzo/empty-list /workflows']);
  });

  it('ARZ-06 may have components', async () => {
    expect(await problemsOf(stepWith({}, { components: {} }))).toEqual([]);
    expect(await problemsOf(stepWith({}, { components: [] }))).toEqual([
      'error arazzo/field-type /components',
    ]);
  });

  it('ARZ-07 may have $self, a URI-reference without a fragment', async () => {
    for (const self of ['https://docs.test/a', '../a', 'urn:example:a', 'a%20b'])
      expect(
        (await problemsOf(stepWith({}, { $self: self }))).filter((problem) => problem.includes('$self')),
        self,
      ).toEqual([]);
    for (const self of ['https://docs.test/a#b', '#', 'a b', 'https://docs.test/<a>', 'a%2'])
      expect(await problemsOf(stepWith({}, { $self: self })), self).toContain(
        'error arazzo/field-value /$self',
      );
  });

  it('ARZ-08 has its $self as what $self gives', async () => {
    const document = stepWith(
      { requestBody: { payload: { from: '$self' } } },
      { $self: 'https://docs.test/a', sourceDescriptions: [{ name: 'api', url: 'memory:/api.json' }] },
    );
    expect((await run(document)).requests[0]?.body).toBe('{"from":"https://docs.test/a"}');
  });

  it('ARZ-09 has no other fields, except extensions', async () => {
    expect(await problemsOf(stepWith({}, { foo: 1 }))).toEqual(['error arazzo/unknown-field /foo']);
    expect(await problemsOf(stepWith({}, { 'x-foo': 1 }))).toEqual([]);
  });
});

describe('info', () => {
  const info = (members: JsonObject) => problemsOf(stepWith({}, { info: members }));

  it('INFO-01 has a title, a text', async () => {
    expect(await info({ version: '1' })).toEqual(['error arazzo/required-field /info']);
    expect(await info({ title: 1, version: '1' })).toEqual(['error arazzo/field-type /info/title']);
  });

  it('INFO-02 has a version, a text', async () => {
    expect(await info({ title: 'T' })).toEqual(['error arazzo/required-field /info']);
    expect(await info({ title: 'T', version: 1 })).toEqual(['error arazzo/field-type /info/version']);
  });

  it('INFO-03 may have a summary, a description and extensions', async () => {
    const all = { title: 'T', version: '1', summary: 'S', description: 'D', 'x-a': [] };
    expect(await info(all)).toEqual([]);
    expect(await info({ ...all, summary: 1 })).toEqual(['error arazzo/field-type /info/summary']);
    expect((await load(stepWith({}, { info: all }))).value?.document.info).toEqual({
      title: 'T',
      version: '1',
      summary: 'S',
      description: 'D',
    });
  });
});
