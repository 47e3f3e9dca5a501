import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { createFlow } from '../../src/plan/create-flow.ts';
import type { CallState, Flow, FlowOptions, WaitState } from '../../src/plan/flow.ts';
import { GIVEN_LOGINS } from './given-logins.ts';
import { inputsOf, planOf, stepOf, uses } from './small-documents.ts';

const flowOf = (workflow: JsonObject, options?: FlowOptions): Flow => createFlow(planOf(workflow), options);
const namesOf = (flow: Flow): string => flow.states.map(({ name }) => name).join(' ');
const waitIn = (flow: Flow, name: string): WaitState => {
  const found = flow.states.find((state) => state.name === name);
  if (found?.kind !== 'wait') throw new Error(`"${name}" is no waiting state of ${namesOf(flow)}.`);
  return found;
};
const callIn = (flow: Flow, name: string): CallState => {
  const found = flow.states.find((state) => state.name === name);
  if (found?.kind !== 'call') throw new Error(`"${name}" is no call of ${namesOf(flow)}.`);
  return found;
};
const go = (stepId: string, more: JsonObject = {}): JsonObject => ({
  name: `to${stepId}`,
  type: 'goto',
  stepId,
  ...more,
});
const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });

describe('the states', () => {
  it.each(Object.entries(GIVEN_LOGINS))(
    'of %s are those of its document',
    (workflowId, { workflow, states }) => {
      expect(workflowId).toBeTruthy();
      expect(namesOf(flowOf(workflow))).toBe(`${states} done failed cancelled`);
    },
  );

  it('have a waiting state for the step where a second of a kind is needed', () => {
    const flow = flowOf({
      inputs: inputsOf(['code']),
      steps: [
        stepOf('send', uses('code')),
        stepOf('verify', uses('code'), { onFailure: [go('verify', { 'x-xstate': { ask: ['code'] } })] }),
      ],
    });
    expect(namesOf(flow)).toBe('awaitingCode sending awaitingCodeForVerify verifying done failed cancelled');
  });

  it('yield the names of waiting states to those of steps', () => {
    const flow = flowOf({ inputs: inputsOf(['code']), steps: [stepOf('awaitingCode', uses('code'))] });
    expect(namesOf(flow)).toBe('awaitingCodeForAwaitingCode awaitingCode done failed cancelled');
  });

  it('have a backoff state where a step has a retry action', () => {
    const flow = flowOf({ steps: [stepOf('send', {}, { onFailure: [{ name: 'r', type: 'retry' }] })] });
    expect(namesOf(flow)).toBe('sending sendingBackoff done failed cancelled');
  });

  it('have no waiting state where an input is surely there', () => {
    const flow = flowOf({
      inputs: inputsOf(['a']),
      steps: [stepOf('one', uses('a')), stepOf('two', uses('a'))],
    });
    expect(namesOf(flow)).toBe('awaitingA one two done failed cancelled');
  });

  it('have none at all where nothing is deferred', () => {
    const { workflow } = GIVEN_LOGINS['sms-otp-mfa'] ?? { workflow: {} };
    expect(namesOf(flowOf(workflow, { deferredInputs: false }))).toBe(
      'sending authenticating done failed cancelled',
    );
  });

  it('are drawn for steps that nothing leads to', () => {
    const flow = flowOf({
      steps: [stepOf('one', {}, { onSuccess: [{ name: 'e', type: 'end' }] }), stepOf('two')],
    });
    expect(namesOf(flow)).toBe('one two done failed cancelled');
  });
});

describe('the edges of a step', () => {
  const flow = flowOf({
    steps: [
      stepOf(
        'one',
        {},
        {
          onSuccess: [{ name: 'early', type: 'end', ...when('$statusCode == 201') }],
          onFailure: [
            { name: 'gone', type: 'end', ...when('$statusCode == 404') },
            { name: 'again', type: 'retry', ...when('$statusCode == null') },
            { ...go('one'), name: 'back', ...when("$inputs.mode == 'x'") },
            { name: 'rest', type: 'end' },
            { name: 'never', type: 'end' },
          ],
        },
      ),
      stepOf('two'),
    ],
  });
  const one = callIn(flow, 'one');

  it('are the success actions in order, then the next step', () => {
    expect(one.succeeded.map(({ action, target }) => [action?.name, target])).toEqual([
      ['early', 'done'],
      [undefined, 'two'],
    ]);
  });

  it('after a response are the failure actions in order that can match one, up to the first without criteria', () => {
    expect(one.failed.map(({ action, target }) => [action?.name, target])).toEqual([
      ['gone', 'failed'],
      ['back', 'one'],
      ['rest', 'failed'],
    ]);
  });

  it('without a response are those that do not need one', () => {
    expect(one.lost.map(({ action, target }) => [action?.name, target])).toEqual([
      ['again', 'oneBackoff'],
      ['back', 'one'],
      ['rest', 'failed'],
    ]);
  });

  it('end with the failure of the run where no action takes everything', () => {
    const { failed, lost } = callIn(flow, 'two');
    expect([failed, lost]).toEqual([
      [{ target: 'failed', forget: [], drop: [] }],
      [{ target: 'failed', forget: [], drop: [] }],
    ]);
  });

  it('go to done after the last step', () => {
    expect(callIn(flow, 'two').succeeded.map(({ target }) => target)).toEqual(['done']);
  });

  it('keep the default behind a retry without criteria, which has a limit', () => {
    const { failed } = callIn(
      flowOf({ steps: [stepOf('one', {}, { onFailure: [{ name: 'r', type: 'retry' }] })] }),
      'one',
    );
    expect(failed.map(({ target }) => target)).toEqual(['oneBackoff', 'failed']);
  });
});

describe('a failure action that leads back', () => {
  const steps = (action: JsonObject) => [
    stepOf('one', uses('a')),
    stepOf('two', uses('b', 'kept')),
    stepOf('three', uses('a', 'c'), { onFailure: [action] }),
    stepOf('four', uses('d')),
  ];
  const inputs = inputsOf(['a', 'b', 'c', 'd'], { kept: { type: 'string' } });
  const forgotten = (action: JsonObject) =>
    callIn(flowOf({ inputs, steps: steps(action) }), 'three').failed[0];

  it('to an earlier step forgets the homes after it, up to its own step', () => {
    expect(forgotten(go('one'))).toMatchObject({ target: 'one', forget: ['b', 'c'] });
    expect(forgotten(go('two'))).toMatchObject({ target: 'two', forget: ['c'] });
  });

  it('to its own step forgets what is at home there', () => {
    expect(forgotten(go('three'))).toMatchObject({ target: 'awaitingC', forget: ['c'] });
  });

  it('to a later step forgets nothing', () => {
    expect(forgotten(go('four'))).toMatchObject({ target: 'awaitingD', forget: [] });
  });

  it('forgets what it asks for itself, and nothing where it asks for nothing', () => {
    expect(forgotten(go('one', { 'x-xstate': { ask: ['a'] } }))).toMatchObject({
      target: 'awaitingA',
      forget: ['a'],
    });
    expect(forgotten(go('three', { 'x-xstate': { ask: [] } }))).toMatchObject({
      target: 'three',
      forget: [],
    });
  });

  it('forgets nothing where nothing is deferred', () => {
    const flow = flowOf({ inputs, steps: steps(go('one')) }, { deferredInputs: false });
    expect(callIn(flow, 'three').failed[0]).toMatchObject({ target: 'one', forget: [] });
  });

  it('never forgets an input with a default, or one that nobody insists on', () => {
    const flow = flowOf({
      inputs: inputsOf(['a'], { a: { type: 'string', default: 'x' }, b: {} }),
      steps: [stepOf('one', uses('a', 'b'), { onFailure: [go('one')] })],
    });
    expect(callIn(flow, 'one').failed[0]).toMatchObject({ target: 'one', forget: [] });
  });
});

it('a success action that leads back forgets nothing', () => {
  const flow = flowOf({
    inputs: inputsOf(['a']),
    steps: [stepOf('one', uses('a'), { onSuccess: [go('one', when('$statusCode == 202'))] })],
  });
  expect(callIn(flow, 'one').succeeded[0]).toMatchObject({ target: 'one', forget: [] });
});

it('an edge leads to a waiting state only where an input may be absent on it', () => {
  const flow = flowOf({
    inputs: inputsOf(['a', 'b']),
    steps: [
      stepOf('one', uses('a'), {
        onFailure: [go('one', { ...when('$statusCode == 400') }), go('two', when('$statusCode == 409'))],
      }),
      stepOf('two', uses('b'), {
        onFailure: [go('one', { 'x-xstate': { ask: [] }, ...when('$statusCode == 400') }), go('one')],
      }),
    ],
  });
  expect(callIn(flow, 'two').failed.map(({ target, forget }) => [target, forget])).toEqual([
    ['one', []],
    ['one', ['b']],
  ]);
  expect(callIn(flow, 'one').failed.map(({ target }) => target)).toEqual([
    'awaitingA',
    'awaitingB',
    'failed',
  ]);
  expect(waitIn(flow, 'awaitingB').proceed).toMatchObject({ target: 'two', forget: [] });
});

describe('a waiting state', () => {
  const flow = flowOf({
    inputs: inputsOf(['a', 'b', 'c']),
    steps: [
      stepOf('one', uses('a'), { 'x-xstate': { repeatable: true } }),
      stepOf('two', uses('b')),
      stepOf('three', uses('c'), {
        'x-xstate': { timeoutSeconds: 5 },
        onFailure: [{ name: 'late', type: 'end', ...when('$statusCode == null') }],
      }),
    ],
  });

  it('repeats the nearest earlier repeatable step, and forgets the homes between', () => {
    expect(waitIn(flow, 'awaitingB').repeat).toMatchObject({
      target: 'one',
      forget: [],
      step: { stepId: 'one' },
    });
    expect(waitIn(flow, 'awaitingC').repeat).toMatchObject({ target: 'one', forget: ['b'] });
    expect(waitIn(flow, 'awaitingA').repeat).toBeUndefined();
  });

  it('revises each input asked so far, and forgets it and all later homes', () => {
    expect(
      waitIn(flow, 'awaitingB').revise.map(({ input, target, forget }) => [input, target, forget]),
    ).toEqual([
      ['a', 'awaitingA', ['a', 'b', 'c']],
      ['b', 'awaitingB', ['b', 'c']],
    ]);
  });

  it('takes the failure edges once its time is over', () => {
    expect(waitIn(flow, 'awaitingC').expired.map(({ action, target }) => [action?.name, target])).toEqual([
      ['late', 'failed'],
    ]);
    expect(waitIn(flow, 'awaitingB').expired).toEqual([]);
  });

  it('gets the way back of a repeat that fails', () => {
    expect(callIn(flow, 'one').failed.map(({ repeats, target }) => [repeats, target])).toEqual([
      ['awaitingB', 'awaitingB'],
      ['awaitingC', 'awaitingC'],
      [undefined, 'failed'],
    ]);
  });
});

describe('a secret input', () => {
  const inputs = inputsOf(['password', 'pin', 'note'], { pin: { 'x-xstate': { secret: true } } });
  const steps = [stepOf('one', uses('password')), stepOf('two', uses('note', 'pin'))];

  it('is dropped on the edge behind which no step refers to it', () => {
    const flow = flowOf({ inputs, steps: steps.slice(0, 1).concat(stepOf('two', uses('note'))) });
    expect(callIn(flow, 'one').succeeded[0]?.drop).toEqual([]);
    expect(waitIn(flow, 'awaitingNote').proceed.drop).toEqual(['password']);
  });

  it('is kept while a person may still go back to where it is used', () => {
    const flow = flowOf({ inputs, steps });
    expect(waitIn(flow, 'awaitingInputs').proceed.drop).toEqual(['password']);
    expect(callIn(flow, 'two').succeeded[0]?.drop).toEqual(['pin']);
  });

  it('is kept where an output of the workflow refers to it, or into it', () => {
    const flow = flowOf({ inputs, steps, outputs: { a: '$inputs.pin', b: '$inputs.password.hint' } });
    expect(flow.spent).toEqual([]);
    expect(callIn(flow, 'two').succeeded[0]?.drop).toEqual([]);
  });

  it('is unused where no step refers to it', () => {
    const flow = flowOf({ inputs: inputsOf([], { password: {} }), steps: [stepOf('one')] });
    expect([flow.unused, flow.spent]).toEqual([['password'], ['password']]);
  });
});
