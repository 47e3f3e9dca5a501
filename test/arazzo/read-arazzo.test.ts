import { describe, expect, it } from 'vitest';
import { check, problems, withStep } from './support.ts';

const VALID = withStep('operationId: send');

const at = (version: string, self: string): string =>
  `$self: ${self}\n${withStep('operationId: send', { version })}`;

describe('readArazzo', () => {
  it('gives a model without diagnostics for a valid document', () => {
    const { model, diagnostics } = check(VALID);
    expect(diagnostics).toEqual([]);
    expect(model).toMatchObject({
      pointer: '',
      uri: 'file:///example.arazzo.yaml',
      arazzo: '1.0.1',
      version: '1.0',
      info: { title: 'Example', version: '1.0.0' },
      sourceDescriptions: [
        { name: 'api', url: './openapi.yaml', type: 'openapi', pointer: '/sourceDescriptions/0' },
      ],
      componentInputs: {},
    });
    expect(model?.workflows.map((workflow) => workflow.workflowId)).toEqual(['main']);
  });

  it.each(['1.0.0', '1.0.1', '1.0.12', '1.0.0-rc1', '1.1.0', '1.1.3', '1.2.0', '1.2.0-rc1'])(
    'reads version %s',
    (version) => {
      expect(check(withStep('operationId: send', { version })).model?.version).toBe(version.slice(0, 3));
    },
  );

  it.each(['1.3.0', '2.0.0', '1.0', '4.1.0', "'1.1'", 'v1.0.0', '[]'])(
    'refuses version %s and reads no further',
    (version) => {
      const text = withStep('unknown: send', { version });
      expect(check(text).model).toBeUndefined();
      expect(problems(text)).toEqual(['error arazzo/unsupported-version /arazzo']);
    },
  );

  it('names the version that it refuses', () => {
    expect(check(withStep('operationId: send', { version: '1.3.0' })).diagnostics[0]?.message).toContain(
      '"1.3.0"',
    );
  });

  it('knows the root of documents from before 1.0', () => {
    expect(problems('workflowsSpec: 1.0.0-prerelease')).toEqual([
      'error arazzo/unsupported-version /workflowsSpec',
    ]);
  });

  it.each(['[]', 'null', 'text', '3', 'openapi: 3.1.0', '{}'])(
    'says that %s is no Arazzo Description',
    (text) => {
      expect(problems(text)).toEqual(['error arazzo/not-arazzo ']);
    },
  );

  it.each(['info', 'sourceDescriptions', 'workflows'])('asks for %s', (field) => {
    const text = VALID.replace(new RegExp(`^${field}:`, 'm'), 'x-gone:');
    expect(problems(text)).toContain('error arazzo/required-field ');
  });

  it('asks for a source and a workflow', () => {
    const text = 'arazzo: 1.0.1\ninfo: { title: a, version: b }\nsourceDescriptions: []\nworkflows: []';
    expect(problems(text)).toEqual([
      'error arazzo/empty-list /sourceDescriptions',
      'error arazzo/empty-list /workflows',
    ]);
  });

  it('suggests the field that was meant', () => {
    const { diagnostics } = check(VALID.replace('workflows:', 'workflow:'));
    expect(diagnostics.find(({ code }) => code === 'arazzo/unknown-field')?.message).toContain(
      'Did you mean "workflows"?',
    );
  });

  it('lets extensions pass and only warns of $schema', () => {
    expect(problems(`x-any: [1]\n${VALID}`)).toEqual([]);
    expect(problems(`$schema: https://example.com\n${VALID}`)).toEqual([
      'warning arazzo/unknown-field /$schema',
    ]);
  });

  it('asks for a version of the document as text and says how to write it', () => {
    const { diagnostics } = check(VALID.replace('version: 1.0.0', 'version: 1.5'));
    expect(diagnostics[0]).toMatchObject({ code: 'arazzo/field-type', severity: 'error' });
    expect(diagnostics[0]?.message).toContain('"1.5"');
  });

  it('reads $self without a fragment in 1.1 and warns of it in 1.0', () => {
    expect(check(at('1.1.0', 'https://example.com/a')).model?.self).toBe('https://example.com/a');
    expect(problems(at('1.1.0', 'https://example.com/a#b'))).toEqual(['error arazzo/field-value /$self']);
    expect(problems(at('1.0.1', 'https://example.com/a'))).toEqual(['warning arazzo/newer-version /$self']);
  });

  it('leaves a broken workflow out and reads the others', () => {
    const text = VALID.replace('workflows:\n', 'workflows:\n  - 7\n  - { workflowId: empty, steps: [] }\n');
    const { model } = check(text);
    expect(model?.workflows.map(({ workflowId, pointer }) => [workflowId, pointer])).toEqual([
      ['empty', '/workflows/1'],
      ['main', '/workflows/2'],
    ]);
    expect(problems(text)).toEqual([
      'error arazzo/field-type /workflows/0',
      'error arazzo/empty-list /workflows/1/steps',
    ]);
  });

  it('does not report a reference to a step that is broken itself', () => {
    const text = withStep(
      'operationId: send, outputs: { a: 3 }, onFailure: [{ name: n, type: goto, stepId: two }]',
    ).replace('] }\n', ', { stepId: two }] }\n');
    expect(problems(text)).toEqual([
      'warning arazzo/lenient-form /workflows/0/steps/0/outputs/a',
      'error arazzo/step-target /workflows/0/steps/1',
    ]);
  });
});

const withSource = (source: string): string => VALID.replace(/ {2}- \{ name: api.*\n/, `  - ${source}\n`);

describe('source descriptions', () => {
  it('may leave their type out', () => {
    expect(check(withSource('{ name: api, url: a.yaml }')).model?.sourceDescriptions).toEqual([
      { pointer: '/sourceDescriptions/0', name: 'api', url: 'a.yaml' },
    ]);
  });

  it('must have a name, a url and a known type', () => {
    expect(problems(withSource('{ url: a }'))).toEqual(['error arazzo/required-field /sourceDescriptions/0']);
    expect(problems(withSource('{ name: a }'))).toEqual([
      'error arazzo/required-field /sourceDescriptions/0',
    ]);
    expect(problems(withSource('{ name: a, url: "" }'))).toEqual([
      'error arazzo/field-value /sourceDescriptions/0/url',
    ]);
    expect(problems(withSource('{ name: a, url: b, type: openApi }'))).toEqual([
      'error arazzo/field-value /sourceDescriptions/0/type',
    ]);
  });

  it('of AsyncAPI belong to 1.1', () => {
    expect(problems(withSource('{ name: a, url: b, type: asyncapi }'))).toContain(
      'error arazzo/newer-version /sourceDescriptions/0/type',
    );
  });
});
