import { describe, expect, it } from 'vitest';
import { check, problems, stepOf, withStep, workflowOf } from './support.ts';

const STEP = '/workflows/0/steps/0';
const extended = (extension: string): string =>
  withStep(`operationId: send, outputs: { token: $response.body#/token }, x-xstate: ${extension}`);

describe('x-xstate of a step', () => {
  it('is read into the model', () => {
    const text = extended(
      '{ state: verifying, repeatable: { afterSeconds: 30 }, timeoutSeconds: 600, atMostOnce: true, examples: [{ statusCode: 200 }], secret: [token] }',
    );
    expect(problems(text)).toEqual([]);
    expect(stepOf(text)?.extension).toEqual({
      state: 'verifying',
      repeatable: { afterSeconds: 30 },
      timeoutSeconds: 600,
      atMostOnce: true,
      examples: [{ statusCode: 200 }],
      secretOutputs: ['token'],
    });
  });

  it('may be repeatable at once, or not at all', () => {
    expect(stepOf(extended('{ repeatable: true }'))?.extension.repeatable).toEqual({ afterSeconds: 0 });
    expect(stepOf(extended('{ repeatable: false }'))?.extension).not.toHaveProperty('repeatable');
  });

  it('warns of an unknown key and suggests the one that was meant', () => {
    const { diagnostics } = check(extended('{ repeatble: true }'));
    expect(diagnostics).toMatchObject([{ code: 'arazzo/extension-unknown-key', severity: 'warning' }]);
    expect(diagnostics[0]?.message).toContain('"repeatable"');
  });

  it.each([
    ['state: 3', 'state'],
    ['repeatable: 30', 'repeatable'],
    ['repeatable: { afterSeconds: -1 }', 'repeatable'],
    ['repeatable: { after: 3 }', 'repeatable'],
    ['repeatable: { afterSeconds: 1e308 }', 'repeatable'],
    ['timeoutSeconds: 0', 'timeoutSeconds'],
    ['timeoutSeconds: 1e308', 'timeoutSeconds'],
    ["atMostOnce: 'yes'", 'atMostOnce'],
    ['examples: {}', 'examples'],
    ['secret: token', 'secret'],
    ['secret: [tokn]', 'secret/0'],
  ])('cannot say { %s }', (member, place) => {
    expect(problems(extended(`{ ${member} }`))).toEqual([
      `error arazzo/extension-value ${STEP}/x-xstate/${place}`,
    ]);
  });

  it('must be an object', () => {
    expect(problems(extended('true'))).toEqual([`error arazzo/extension-value ${STEP}/x-xstate`]);
  });
});

describe('x-xstate elsewhere', () => {
  it('names the secret outputs of a workflow', () => {
    const text = withStep('operationId: send', {
      workflow: 'x-xstate: { secret: [a] }, outputs: { a: $inputs.a }',
    });
    expect(workflowOf(text)?.secretOutputs).toEqual(['a']);
  });

  it('means nothing in a parameter', () => {
    const text = withStep('operationId: send, parameters: [{ name: a, in: query, value: 1, x-xstate: {} }]');
    expect(problems(text)).toEqual([`warning arazzo/extension-unknown-key ${STEP}/parameters/0/x-xstate`]);
  });

  it.each([
    ['secret: true', []],
    ['choices: { from: $steps.one.outputs.list, value: /id, label: /name }', []],
    ["choices: { from: $steps.one.outputs.list, value: '' }", []],
    ['secrt: true', ['warning arazzo/extension-unknown-key /x-xstate/secrt']],
    ['secret: 1', ['error arazzo/extension-value /x-xstate/secret']],
    ['choices: { from: list, value: /id }', ['error arazzo/extension-value /x-xstate/choices']],
    [
      'choices: { from: $steps.one.outputs.list, value: id }',
      ['error arazzo/extension-value /x-xstate/choices'],
    ],
    ['choices: { from: $steps.one.outputs.list }', ['error arazzo/extension-value /x-xstate/choices']],
  ])('in the schema of an input, { %s } gives %j', (member, expected) => {
    const text = withStep('operationId: send, outputs: { list: $response.body#/list }', {
      workflow: `inputs: { properties: { a: { x-xstate: { ${member} } } } }`,
    });
    expect(problems(text).map((problem) => problem.replace('/workflows/0/inputs/properties/a', ''))).toEqual(
      expected,
    );
  });
});
