import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { drive } from './drive.ts';

interface Config {
  readonly id: string;
  readonly description?: string;
  readonly options: { readonly maxIterations: number };
  readonly states: Readonly<Record<string, StateConfig>>;
}

interface StateConfig {
  readonly type?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly meta?: JsonObject;
  readonly invoke?: {
    readonly id: string;
    readonly src: string;
    readonly onDone: readonly EdgeConfig[];
    readonly onError: readonly EdgeConfig[];
  };
}

interface EdgeConfig {
  readonly target: string;
  readonly reenter?: boolean;
  readonly guard?: { readonly type: string; readonly params: JsonObject };
  readonly actions: readonly { readonly type: string; readonly params: JsonObject }[];
}

const configOf = (plan: WorkflowPlan): Config => compileMachine(plan).config as unknown as Config;
const when = (...conditions: readonly string[]): JsonObject => ({
  criteria: conditions.map((condition) => ({ condition })),
});

const plan = planOf({
  summary: 'Logs in.',
  inputs: inputsOf(['phone', 'code']),
  steps: [
    stepOf('sendOtp', uses('phone'), {
      description: 'Sends it.',
      'x-xstate': { repeatable: true, timeoutSeconds: 60 },
    }),
    stepOf('verifyOtp', uses('code'), {
      successCriteria: [{ condition: '$statusCode == 200' }, { condition: '$response.body#/ok   ==\n true' }],
      onSuccess: [{ name: 'early', type: 'end', ...when('$response.body#/last == true') }],
      onFailure: [
        { name: 'wrong', type: 'goto', stepId: 'verifyOtp', ...when("$response.body#/error == 'wrong'") },
        {
          name: 'again',
          type: 'retry',
          retryAfter: 1,
          retryLimit: 3,
          ...when('$statusCode == 503', '$response.body#/x == 1'),
        },
        {
          name: 'odd',
          type: 'end',
          criteria: [
            { context: '$response.body', condition: '$.errors[*]', type: 'jsonpath' },
            { context: '$statusCode', condition: '^4', type: 'regex' },
          ],
        },
      ],
    }),
  ],
});

describe('the configuration', () => {
  it('is JSON but for context, output and the input of invokes', () => {
    const functions: string[] = [];
    const visit = (value: unknown, path: readonly string[]): void => {
      if (typeof value === 'function') functions.push(path.filter((part) => !/^\d+$/.test(part)).join('.'));
      else if (typeof value === 'object' && value !== null)
        for (const [name, member] of Object.entries(value)) visit(member, [...path, name]);
    };
    visit(configOf(plan), []);
    expect(functions.toSorted()).toEqual([
      'context',
      'output',
      'states.awaitingPhone.invoke.input',
      'states.cancelled.output',
      'states.done.output',
      'states.failed.output',
      'states.sending.invoke.input',
      'states.verifying.invoke.input',
      'states.verifyingBackoff.invoke.input',
    ]);
  });

  it('has the id of the workflow, its description, and a bound for transitions without an event', () => {
    expect(configOf(plan)).toMatchObject({
      id: 'w',
      description: 'Logs in.',
      options: { maxIterations: 21_000 },
    });
  });

  it("names each step's actor by its stepId", () => {
    expect(configOf(plan).states['sending']?.invoke).toMatchObject({ id: 'sendOtp', src: 'sendOtp' });
  });

  it('tags the states by what they do and by their step', () => {
    const { states } = configOf(plan);
    expect(Object.entries(states).map(([name, { tags }]) => [name, tags])).toEqual([
      ['awaitingPhone', ['waiting', 'step:sendOtp']],
      ['sending', ['busy', 'step:sendOtp']],
      ['awaitingCode', ['waiting', 'step:verifyOtp']],
      ['verifying', ['busy', 'step:verifyOtp']],
      ['verifyingBackoff', ['busy', 'step:verifyOtp']],
      ['done', undefined],
      ['failed', undefined],
      ['cancelled', undefined],
    ]);
  });

  it('says of each state where it comes from', () => {
    const { states } = configOf(plan);
    const meta = {
      stepId: 'sendOtp',
      pointer: '/workflows/0/steps/0',
      operationId: 'call',
      method: 'POST',
      path: '/call',
    };
    expect(states['sending']).toMatchObject({ description: 'Sends it.', meta });
    expect(states['awaitingPhone']?.meta).toEqual(meta);
    expect(states['verifying']?.description).toBe('Takes anything.');
  });

  it('ends in done, failed and cancelled', () => {
    const finals = Object.entries(configOf(plan).states).filter(([, { type }]) => type === 'final');
    expect(finals.map(([name]) => name)).toEqual(['done', 'failed', 'cancelled']);
  });
});

describe('a guard', () => {
  const invoke = configOf(plan).states['verifying']?.invoke;
  const names = (edges: readonly EdgeConfig[] | undefined) => edges?.map(({ guard }) => guard?.type);

  it('is named by the criteria as their author wrote them, in the order of the edges', () => {
    expect(names(invoke?.onDone)).toEqual([
      '$statusCode == 200 && $response.body#/ok == true && $response.body#/last == true',
      '$statusCode == 200 && $response.body#/ok == true',
      "$response.body#/error == 'wrong'",
      '$statusCode == 503 && $response.body#/x == 1 && retries < 3',
      '$response.body ~ $.errors[*] && $statusCode ~ ^4',
      undefined,
    ]);
  });

  it('says in its params which step and which action it is of', () => {
    expect(invoke?.onDone.map(({ guard }) => guard?.params)).toEqual([
      { stepId: 'verifyOtp', outcome: 'success', action: 'early', index: 0 },
      { stepId: 'verifyOtp', outcome: 'success' },
      { stepId: 'verifyOtp', outcome: 'failure', action: 'wrong', index: 0 },
      { stepId: 'verifyOtp', outcome: 'failure', action: 'again', index: 1 },
      { stepId: 'verifyOtp', outcome: 'failure', action: 'odd', index: 2 },
      undefined,
    ]);
  });

  it('says what success is where the document does not', () => {
    expect(names(configOf(plan).states['sending']?.invoke?.onDone)?.[0]).toBe('$statusCode is 2xx');
  });

  it('has a name of at most 120 characters', () => {
    const long = planOf({
      steps: [
        stepOf(
          's',
          {},
          { successCriteria: [{ condition: `$statusCode == 200 && $method != '${'x'.repeat(200)}'` }] },
        ),
      ],
    });
    const [name = ''] = names(configOf(long).states['s']?.invoke?.onDone) ?? [];
    expect(name).toHaveLength(120);
    expect(name.endsWith('…')).toBe(true);
  });

  it('that is cut still says how often a retry may be tried', () => {
    const long = planOf({
      steps: [
        stepOf(
          's',
          {},
          { onFailure: [{ name: 'r', type: 'retry', ...when(`$method != '${'x'.repeat(200)}'`) }] },
        ),
      ],
    });
    const [name = ''] = names(configOf(long).states['s']?.invoke?.onError) ?? [];
    expect(name).toHaveLength(120);
    expect(name).toMatch(/x… && retries < 1$/);
  });
});

describe('an edge', () => {
  it('that leads to its own state enters it anew, so that the request is sent again', () => {
    const again = planOf({
      steps: [
        stepOf(
          's',
          {},
          {
            onSuccess: [{ name: 'more', type: 'goto', stepId: 's', ...when('$statusCode == 202') }],
            onFailure: [{ name: 'back', type: 'goto', stepId: 's' }],
          },
        ),
      ],
    });
    const invoke = configOf(again).states['s']?.invoke;
    expect(invoke?.onDone.map(({ target, reenter }) => [target, reenter])).toEqual([
      ['s', true],
      ['done', undefined],
      ['s', true],
    ]);
    expect(invoke?.onError.map(({ target, reenter }) => [target, reenter])).toEqual([['s', true]]);
    const run = drive(again).respond(202).respond(500).lose();
    expect(run.calls).toHaveLength(4);
    expect(run.context().visits).toEqual({ s: 4 });
  });

  it('carries the inputs that it forgets, so that the picture shows them', () => {
    const edge = configOf(plan).states['verifying']?.invoke?.onDone[2];
    expect(edge?.actions.find(({ type }) => type === 'forget')?.params).toEqual({ inputs: ['code'] });
  });

  it('there is for every failure without a response', () => {
    for (const { invoke } of Object.values(configOf(plan).states))
      expect(invoke?.onError?.length ?? 1).toBeGreaterThan(0);
  });
});

it('compiles the same machine from a plan that was stored as JSON', () => {
  const read = JSON.parse(JSON.stringify(plan)) as WorkflowPlan;
  expect(JSON.stringify(compileMachine(read).config)).toBe(JSON.stringify(compileMachine(plan).config));
});

it('fails a step whose actor nobody provided, and says so', async () => {
  const { createActor, toPromise } = await import('xstate');
  const actor = createActor(compileMachine(planOf({ steps: [stepOf('s')] })));
  const ended = toPromise(actor);
  actor.start();
  expect(await ended).toMatchObject({
    status: 'failed',
    failure: { kind: 'internal', stepId: 's', message: expect.stringContaining('"s"') },
  });
});
