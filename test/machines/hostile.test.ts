import { createActor, fromPromise, waitFor, type AnyStateMachine } from 'xstate';
import { describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { actorNameOf } from '../../src/machines/actor-names.ts';
import { persist, restore } from '../../src/machines/persist.ts';
import type { CompileOptions } from '../../src/machines/runtime.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { drive } from './drive.ts';

const plan = planOf({
  steps: [
    stepOf(
      's',
      {},
      {
        outputs: {
          o: '$response.body#/o',
          text: 'is {$response.body#/o}',
          sent: '$request.header.x',
          asked: '$request.query.q',
          id: '$request.path.id',
        },
        onFailure: [{ name: 'again', type: 'retry', criteria: [{ condition: '$statusCode == 503' }] }],
      },
    ),
  ],
});

const cycle: Record<string, unknown> = {};
cycle['o'] = cycle;
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const throwing = {
  get statusCode(): number {
    throw new Error('Read.');
  },
};

function actorOf(
  machinePlan: WorkflowPlan,
  perform: (input: { input: StepCall; signal: AbortSignal }) => Promise<unknown>,
  inputs: JsonObject = {},
  options: CompileOptions = {},
) {
  const actors = Object.fromEntries(
    machinePlan.steps.map(({ stepId }) => [actorNameOf('', stepId), fromPromise(perform as never)]),
  );
  const machine = compileMachine(machinePlan, options).provide({
    actors,
  }) as unknown as AnyStateMachine;
  return { machine, actor: createActor(machine, { input: { inputs } }) };
}

describe('what an actor resolves with', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 3],
    ['a text', 'ok'],
    ['an array', []],
    ['a status code that is none', { statusCode: Number.NaN }],
    ['a response that is none', { response: 'x' }],
    ['a body with a cycle', { statusCode: 200, body: cycle }],
    ['a body with a BigInt', { statusCode: 200, body: { o: 10n } }],
    ['a body with a function', { statusCode: 200, body: { o: () => 1 } }],
    ['a body nested without end', { statusCode: 503, body: nested(100_000) }],
    ['a getter that throws', throwing],
  ])('%s is a failure of kind internal', (_what, output) => {
    const run = drive(plan).resolve(output);
    expect(run.snapshot().status).toBe('done');
    expect(run.output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'internal', stepId: 's', attempt: 1 },
    });
  });

  it.each<[string, unknown]>([
    ['headers that are numbers', { statusCode: 200, headers: { 'retry-after': 5, x: null, y: {} } }],
    ['headers that are none', { statusCode: 200, headers: 'x' }],
    ['a request without its members', { response: { statusCode: 200 }, request: {} }],
    ['a request that is none', { response: { statusCode: 200 }, request: 'x' }],
    [
      'a request that is no JSON',
      { response: { statusCode: 200 }, request: { headers: { x: cycle }, body: 1n } },
    ],
    ['just a status code', { statusCode: 200 }],
  ])('%s is a response like any other', (_what, output) => {
    expect(drive(plan).resolve(output).output()).toMatchObject({ status: 'done' });
  });

  it('may be nested as deep as a response is read', () => {
    const run = drive(plan).respond(200, { o: nested(500) } as never);
    expect(run.state()).toBe('done');
    expect(() => JSON.stringify(run.snapshot())).not.toThrow();
  });

  it('waits for a Retry-After that is a number', () => {
    expect(
      drive(plan)
        .resolve({ statusCode: 503, headers: { 'Retry-After': 5 } })
        .state(),
    ).toBe('sBackoff');
  });

  it.each(['9'.repeat(400), '-5', '10, 20', 'soon 5', '1e9', ''])(
    'takes the Retry-After "%s" for none that can be waited for',
    (header) => {
      const run = drive(plan).respond(503, undefined, { 'retry-after': header });
      const at = run.context().retryAt ?? run.context().failure?.retryAt ?? 0;
      expect(Number.isSafeInteger(at)).toBe(true);
      expect(at).toBeGreaterThan(Date.UTC(2029));
    },
  );
});

describe('what an actor rejects with', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'secret text'],
    ['a symbol', Symbol('secret')],
    ['an error', new Error('secret')],
    ['a frozen object', Object.freeze({ message: 'secret' })],
    ['a kind that is none', { kind: 'maxSteps', message: 'secret' }],
    ['a message that is none', { kind: 'network', message: { secret: 1 } }],
    [
      'a getter that throws',
      {
        kind: 'network',
        get message(): string {
          throw new Error('secret');
        },
      },
    ],
  ])('%s is a failure of kind internal that does not repeat it', (_what, error) => {
    const run = drive(plan).reject(error);
    expect(run.output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'internal', stepId: 's', attempt: 1 },
    });
    expect(JSON.stringify(run.snapshot())).not.toContain('secret');
  });
});

describe('an event from outside', () => {
  const waiting = planOf({ inputs: inputsOf(['a', 'b'], { a: {} }), steps: [stepOf('s', uses('a', 'b'))] });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 3],
    ['a text', 'a'],
    ['an array', [1]],
    ['a map', new Map([['a', 1]])],
    ['undefined members', { a: undefined }],
  ])('submit with %s changes nothing', (_what, values) => {
    const run = drive(waiting).send({ type: 'submit', values });
    expect([run.state(), run.context().inputs, run.context().rejection]).toEqual([
      'awaitingInputs',
      {},
      undefined,
    ]);
  });

  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a BigInt', 10n],
    ['a symbol', Symbol('x')],
    ['a cycle', cycle],
    ['NaN', Number.NaN],
    ['a value nested without end', nested(100_000)],
  ])('submit of %s is rejected, since the run could not be stored', (_what, value) => {
    const run = drive(waiting).send({ type: 'submit', values: { a: value } });
    expect([run.context().inputs, run.context().rejection?.map(({ input, rule }) => [input, rule])]).toEqual([
      {},
      [['a', 'json']],
    ]);
  });

  it('submit of names that every object inherits is rejected', () => {
    const run = drive(waiting).send({
      type: 'submit',
      values: JSON.parse('{"__proto__":{"b":"x"},"constructor":1}') as object,
    });
    expect(run.context().rejection?.map(({ input, rule }) => [input, rule])).toEqual([
      ['__proto__', 'notAsked'],
      ['constructor', 'notAsked'],
    ]);
    expect(run.context().inputs).toEqual({});
  });

  it.each([
    { type: 'revise' },
    { type: 'revise', input: {} },
    { type: 'repeat', x: 1 },
    { type: 'nothing' },
    { type: '' },
  ])('%j is ignored', (event) => {
    expect(drive(waiting).send(event).state()).toBe('awaitingInputs');
  });
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a number', 3],
  ['inputs that are none', { inputs: [1] }],
  ['a run id that is none', { runId: { a: 1n } }],
])('a machine can be started with %s', (_what, input) => {
  const machine = compileMachine(planOf({ inputs: inputsOf(['a']), steps: [stepOf('s', uses('a'))] }));
  const actor = createActor(machine, { input } as never).start();
  expect(actor.getSnapshot().value).toBe('awaitingA');
  expect(() => persist(actor as never)).not.toThrow();
});

it.each<[string, unknown]>([
  ['a function', () => 1],
  ['a BigInt', 10n],
  ['a cycle', cycle],
])('an input at the start that is %s is refused, whatever its name', (_what, value) => {
  const known = drive(planOf({ inputs: inputsOf([], { a: {} }), steps: [stepOf('s', uses('a'))] }), {
    a: value,
  });
  const unknown = drive(planOf({ steps: [stepOf('s')] }), { a: value });
  for (const run of [known, unknown]) {
    expect(run.output()).toMatchObject({ status: 'failed', failure: { kind: 'request' } });
    expect(() => JSON.stringify(run.snapshot())).not.toThrow();
  }
});

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'wait'])(
  'a step, an input and an output of the name "%s"',
  (name) => {
    const named = planOf({
      inputs: {
        type: 'object',
        required: [name],
        properties: JSON.parse(`{"${name}":{"type":"string"}}`) as JsonObject,
      },
      steps: [
        stepOf(
          name,
          {},
          {
            requestBody: { payload: JSON.parse(`{"${name}":"$inputs.${name}"}`) as JsonObject },
            outputs: JSON.parse(`{"${name}":"$response.body#/o"}`) as JsonObject,
            'x-xstate': { atMostOnce: false },
          },
        ),
      ],
      outputs: JSON.parse(`{"${name}":"$steps.${name}.outputs.${name}"}`) as JsonObject,
    });
    const inputs = JSON.parse(`{"${name}":"in"}`) as JsonObject;

    it('run like any other', async () => {
      const { actor } = actorOf(named, ({ input }) =>
        Promise.resolve({ statusCode: 200, body: { o: input.body?.payload ?? null } }),
      );
      actor.start().send({ type: 'submit', values: inputs });
      const { output } = await waitFor(actor, ({ status }) => status === 'done');
      expect(JSON.stringify(output)).toBe(`{"status":"done","outputs":{"${name}":{"${name}":"in"}}}`);
    });

    it('are aborted and restored like any other', async () => {
      let aborted = 0;
      const { actor, machine } = actorOf(
        named,
        ({ signal }) => new Promise(() => signal.addEventListener('abort', () => (aborted += 1))),
        inputs,
      );
      actor.start();
      const stored = persist(actor as never);
      actor.send({ type: 'cancel' });
      expect([actor.getSnapshot().value, aborted]).toEqual(['cancelled', 1]);
      const perform = vi.fn(() => Promise.resolve({ statusCode: 200 }));
      const again = restore(
        machine.provide({ actors: { [actorNameOf('', name)]: fromPromise(perform) } }) as never,
        stored,
      ).start();
      await waitFor(again as never, ({ status }) => status === 'done');
      expect(perform).toHaveBeenCalledOnce();
    });
  },
);

describe('no request goes out', () => {
  it('where the inputs at the start are refused', async () => {
    const perform = vi.fn(() => Promise.resolve({ statusCode: 200 }));
    const { actor } = actorOf(planOf({ inputs: inputsOf(['a']), steps: [stepOf('s', uses('a'))] }), perform, {
      a: 1,
    });
    actor.start();
    await Promise.resolve();
    expect([actor.getSnapshot().value, perform.mock.calls.length]).toEqual(['failed', 0]);
  });

  it('above the most that a run may prepare', async () => {
    const perform = vi.fn(() => Promise.resolve({ statusCode: 500 }));
    const endless = planOf({
      steps: [stepOf('s', {}, { onFailure: [{ name: 'b', type: 'goto', stepId: 's' }] })],
    });
    const { actor } = actorOf(endless, perform, {}, { maxSteps: 5 });
    actor.start();
    await waitFor(actor, ({ status }) => status === 'done');
    expect(perform).toHaveBeenCalledTimes(5);
  });

  it('runs a thousand steps in a row, and then ends', async () => {
    const perform = vi.fn(() => Promise.resolve({ statusCode: 500 }));
    const endless = planOf({
      steps: [stepOf('s', {}, { onFailure: [{ name: 'b', type: 'goto', stepId: 's' }] })],
    });
    const { actor } = actorOf(endless, perform);
    actor.start();
    const { output } = await waitFor(actor, ({ status }) => status === 'done');
    expect(output).toMatchObject({ failure: { kind: 'maxSteps' } });
    expect(perform).toHaveBeenCalledTimes(1000);
  });
});
