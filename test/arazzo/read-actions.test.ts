import { describe, expect, it } from 'vitest';
import { problems, stepOf, withStep } from './support.ts';

const STEP = '/workflows/0/steps/0';
const OTHER = '  - { workflowId: other, steps: [{ stepId: a, operationId: b }] }\n';
const step = (actions: string, version = '1.1.0'): string =>
  withStep(`operationId: send, ${actions}`, { version, after: OTHER });

describe('actions', () => {
  it('are read into the model', () => {
    const text = step(
      'onSuccess: [{ name: a, type: goto, workflowId: other, parameters: [{ name: p, value: 1 }], criteria: [{ condition: $statusCode == 200 }] }, { name: b, type: end }], ' +
        'onFailure: [{ name: c, type: retry, retryAfter: 0.5, retryLimit: 3, stepId: one }, { name: d, type: goto, stepId: one, x-xstate: { ask: [] } }]',
    );
    expect(problems(text)).toEqual([]);
    expect(stepOf(text)?.onSuccess).toMatchObject([
      {
        name: 'a',
        type: 'goto',
        target: { kind: 'workflow', workflowId: 'other' },
        parameters: [{ name: 'p' }],
        criteria: [{ kind: 'simple' }],
      },
      { name: 'b', type: 'end', criteria: [], parameters: [], pointer: `${STEP}/onSuccess/1` },
    ]);
    expect(stepOf(text)?.onFailure).toMatchObject([
      {
        name: 'c',
        type: 'retry',
        retryAfterSeconds: 0.5,
        retryLimit: 3,
        target: { kind: 'step', stepId: 'one' },
      },
      { name: 'd', type: 'goto', target: { kind: 'step', stepId: 'one' }, ask: [] },
    ]);
  });

  it('retry once when the document sets no limit', () => {
    expect(stepOf(step('onFailure: [{ name: a, type: retry }]'))?.onFailure[0]).toMatchObject({
      type: 'retry',
      retryLimit: 1,
    });
    expect(stepOf(step('onFailure: [{ name: a, type: retry, retryLimit: 0 }]'))?.onFailure[0]).toMatchObject({
      retryLimit: 0,
    });
  });

  it.each([
    ['onSuccess: [{ name: a, type: retry }]', 'field-value', 'onSuccess/0/type'],
    ['onFailure: [{ name: a, type: gotoo, stepId: one }]', 'field-value', 'onFailure/0/type'],
    ['onSuccess: [{ type: end }]', 'required-field', 'onSuccess/0'],
    ['onSuccess: [{ name: a, type: goto }]', 'action-target', 'onSuccess/0'],
    ['onFailure: [{ name: a, type: goto, stepId: one, workflowId: other }]', 'action-target', 'onFailure/0'],
    ['onFailure: [{ name: a, type: retry, stepId: one, workflowId: other }]', 'action-target', 'onFailure/0'],
    ['onFailure: [{ name: a, type: retry, retryAfter: -1 }]', 'field-type', 'onFailure/0/retryAfter'],
    ['onFailure: [{ name: a, type: retry, retryAfter: 1e308 }]', 'field-type', 'onFailure/0/retryAfter'],
    ['onFailure: [{ name: a, type: retry, retryLimit: 1.5 }]', 'field-type', 'onFailure/0/retryLimit'],
    ['onSuccess: [{ name: a, type: end, criteria: [] }]', 'empty-list', 'onSuccess/0/criteria'],
    ['onFailure: [{ name: a, type: end, condition: b }]', 'unknown-field', 'onFailure/0/condition'],
    [
      'onSuccess: [{ name: a, type: end, criteria: [{ condition: 3 }] }]',
      'field-type',
      'onSuccess/0/criteria/0/condition',
    ],
    [
      'onFailure: [{ name: a, type: goto, workflowId: other, parameters: [{ name: b, in: query, value: 1 }] }]',
      'irrelevant-field',
      'onFailure/0/parameters/0/in',
    ],
    [
      'onFailure: [{ name: a, type: goto, stepId: one, parameters: [{ name: b, value: 1 }] }]',
      'action-target',
      'onFailure/0/parameters',
    ],
  ])('%s is an error', (actions, code, place) => {
    expect(problems(step(actions)).filter((problem) => problem.startsWith('error'))).toEqual([
      `error arazzo/${code} ${STEP}/${place}`,
    ]);
  });

  it('may have no criteria in the list of a failure action', () => {
    expect(problems(step('onFailure: [{ name: a, type: end, criteria: [] }]'))).toEqual([]);
  });

  it('of type end ignore a target, with a warning', () => {
    const text = step('onFailure: [{ name: a, type: end, stepId: one, workflowId: other }]');
    expect(problems(text)).toEqual([
      `warning arazzo/irrelevant-field ${STEP}/onFailure/0/stepId`,
      `warning arazzo/irrelevant-field ${STEP}/onFailure/0/workflowId`,
    ]);
    expect(stepOf(text)?.onFailure[0]).not.toHaveProperty('target');
  });
});

describe('Reusable Objects', () => {
  const COMPONENTS = `components:
  parameters:
    size: { name: size, in: query, value: 10 }
    broken: { name: size, in: body, value: 10 }
  successActions:
    stop: { name: stop, type: end }
  failureActions:
    again: { name: again, type: retry }
`;
  const reusing = (members: string): string =>
    withStep(`operationId: send, ${members}`, { after: COMPONENTS });
  const BROKEN = 'error arazzo/field-value /components/parameters/broken/in';

  it('are replaced by what they refer to, and located where they are used', () => {
    const used = stepOf(
      reusing(
        'parameters: [{ reference: $components.parameters.size }], onSuccess: [{ reference: $components.successActions.stop }], ' +
          'onFailure: [{ reference: $components.failureActions.again }]',
      ),
    );
    expect(used?.parameters).toEqual([
      { pointer: `${STEP}/parameters/0`, name: 'size', in: 'query', value: { kind: 'constant', value: 10 } },
    ]);
    expect(used?.onSuccess).toMatchObject([{ name: 'stop', type: 'end', pointer: `${STEP}/onSuccess/0` }]);
    expect(used?.onFailure).toMatchObject([{ name: 'again', type: 'retry', pointer: `${STEP}/onFailure/0` }]);
  });

  it('set the value of a parameter, null included', () => {
    for (const value of [20, null]) {
      const text = reusing(`parameters: [{ reference: $components.parameters.size, value: ${value} }]`);
      expect(stepOf(text)?.parameters[0]?.value).toEqual({ kind: 'constant', value });
    }
  });

  it.each([
    ['$components.parameters.sice', 'reusable-reference'],
    ['$components.parameters.__proto__', 'reusable-reference'],
    ['$components.successActions.stop', 'reusable-reference'],
    ['$components.inputs.size', 'reusable-reference'],
    ['size', 'reusable-reference'],
  ])('cannot refer to %s in a list of parameters', (reference, code) => {
    expect(problems(reusing(`parameters: [{ reference: ${reference} }]`))).toContain(
      `error arazzo/${code} ${STEP}/parameters/0/reference`,
    );
  });

  it('ignore further members, with a warning', () => {
    const text = reusing(
      'onSuccess: [{ reference: $components.successActions.stop, name: other, value: 1 }]',
    );
    expect(problems(text)).toEqual([
      `warning arazzo/unknown-field ${STEP}/onSuccess/0/name`,
      `warning arazzo/irrelevant-field ${STEP}/onSuccess/0/value`,
      BROKEN,
    ]);
  });

  it('report a broken component once, where it stands', () => {
    const text = reusing(
      'parameters: [{ reference: $components.parameters.broken }, { reference: $components.parameters.broken }]',
    );
    expect(problems(text)).toEqual([BROKEN]);
  });

  it('have keys of letters, digits and a few signs', () => {
    const text = withStep('operationId: send', {
      after: 'components: { parameters: { a b: { name: a, value: 1 } } }',
    });
    expect(problems(text)).toEqual(['error arazzo/component-key /components/parameters/a b']);
  });
});
