import { describe, expect, it } from 'vitest';
import { loadDocument } from '../../../src/run/load-document.ts';
import { answerSources } from '../../../src/testing/answers/answer-sources.ts';
import { createAnswers } from '../../../src/testing/answers/create-answers.ts';

const OPENAPI = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'API', version: '1' },
  servers: [{ url: 'https://api.example' }],
  paths: { '/call': { get: { operationId: 'call', responses: { 200: { description: 'called' } } } } },
});

const step = (more: object = {}): object => ({ stepId: 'first', operationId: 'call', ...more });

const documentWith = (steps: readonly object[], sources: readonly object[]): string =>
  JSON.stringify({
    arazzo: '1.0.1',
    info: { title: 'Small', version: '1' },
    sourceDescriptions: sources,
    workflows: [{ workflowId: 'w', steps }],
  });

const OPENAPI_SOURCE = { name: 'api', url: 'api.json', type: 'openapi' };

const load = async (text: string, files: Readonly<Record<string, string>>) => {
  const resolver = (uri: string): Promise<string> =>
    Promise.resolve(files[uri.slice(uri.lastIndexOf('/') + 1)] ?? '');
  const { value } = await loadDocument(text, { uri: 'memory:/w.json', resolver });
  if (value === undefined) throw new Error('It cannot be read.');
  return value;
};

describe('the sources of answers', () => {
  it('hold the examples of the document after those that are given', async () => {
    const examples = [{ statusCode: 202, headers: { 'X-Kind': 'a' }, body: { a: 1 }, name: 'kept' }];
    const text = documentWith([step({ 'x-xstate': { examples } })], [OPENAPI_SOURCE]);
    const loaded = await load(text, { 'api.json': OPENAPI });
    const [plan] = loaded.plans;
    const [first] = plan?.steps ?? [];
    if (plan === undefined || first?.kind !== 'operation') throw new Error('It is not linked.');
    const sources = answerSources(loaded, plan, first, [{ statusCode: 203 }]);
    expect(sources.examples).toEqual([{ statusCode: 203 }, ...examples]);
    expect(sources.openapi).toBe(loaded.sources['api']);
    expect(
      createAnswers(sources, {})
        .answers.slice(0, 2)
        .map(({ label }) => label),
    ).toEqual(['203', 'kept']);
  });

  it('are those of the document that a called workflow stands in', async () => {
    const called = documentWith([step()], [OPENAPI_SOURCE]);
    const text = documentWith(
      [{ stepId: 'outer', workflowId: '$sourceDescriptions.other.w' }],
      [{ name: 'other', url: 'other.json', type: 'arazzo' }],
    );
    const loaded = await load(text, { 'other.json': called, 'api.json': OPENAPI });
    const [outer] = loaded.plans[0]?.steps ?? [];
    if (outer?.kind !== 'workflow') throw new Error('It is not linked.');
    const { workflow } = outer.call;
    const [first] = workflow.steps;
    if (first?.kind !== 'operation') throw new Error('It is not linked.');
    const { openapi } = answerSources(loaded, workflow, first);
    expect(openapi).toBeDefined();
    expect(openapi).toBe(loaded.documents['other']?.sources['api']);
  });
});
