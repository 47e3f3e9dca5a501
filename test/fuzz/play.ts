import * as fc from 'fast-check';
import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import { describeWait, pendingInputs } from '../../src/machines/describe-wait.ts';
import type { WorkflowMachine } from '../../src/machines/workflow-machine.ts';
import { performedSteps } from '../../src/machines/actor-names.ts';
import { buildRequest } from '../../src/openapi/build-request.ts';
import { createFlow } from '../../src/plan/create-flow.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { hostileValue } from './mutate.ts';

/** What is done with a machine: with what it is started, and what then happens. */
export interface Choices {
  readonly start: unknown;
  readonly moves: readonly Move[];
}

/** Something that happens to a machine. */
export type Move =
  | { readonly kind: 'event'; readonly event: unknown }
  /** Every input that is asked for is given, each the same value. */
  | { readonly kind: 'answer'; readonly value: unknown }
  /** The actors that run end, one of them with this output or error. */
  | { readonly kind: 'resolve' | 'reject'; readonly value: unknown };

const loop: Record<string, unknown> = {};
loop['self'] = loop;

const deep = JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) as unknown;

/** What no JSON can say, beside what it can. */
const garbage: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileValue },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      undefined,
      10n,
      Symbol('s'),
      () => 1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      new Date(Number.NaN),
      new Map([['a', 1]]),
      Object.create(null),
      loop,
      deep,
    ),
  },
);

const fails = (): never => {
  throw new Error('Not to be looked at.');
};

/** Objects that throw when they are looked at. An actor is anybody's code; inputs and events are data. */
const mined: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  new Proxy({}, { ownKeys: fails }),
  Object.defineProperty({}, 'statusCode', { enumerable: true, get: fails }),
  Object.defineProperty({ statusCode: 200 }, 'body', { enumerable: true, get: fails }),
  Object.defineProperty({ kind: 'network' }, 'message', { enumerable: true, get: fails }),
  { statusCode: 200, body: new Proxy({}, { ownKeys: fails }) },
);

const response: fc.Arbitrary<unknown> = fc.record(
  {
    statusCode: fc.oneof(
      fc.constantFrom<unknown>(200, 201, 202, 204, 302, 400, 404, 429, 500, 503, 0, -1, '200'),
      garbage,
    ),
    headers: fc.oneof(
      fc.dictionary(
        fc.constantFrom('content-type', 'retry-after', '__proto__', ''),
        fc.oneof(fc.string(), garbage),
      ),
      garbage,
    ),
    body: fc.oneof(
      garbage,
      fc.record({
        items: fc.array(fc.record({ id: hostileValue, price: hostileValue }), { maxLength: 3 }),
        id: hostileValue,
        error: fc.constantFrom('code', 1, null),
        organizations: hostileValue,
      }),
      fc.constantFrom('<a>1</a>', '<a', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ),
  },
  { requiredKeys: ['statusCode'] },
);

const message: fc.Arbitrary<unknown> = fc.record(
  {
    headers: fc.oneof(fc.dictionary(fc.constantFrom('trace', 'X-A', '__proto__'), hostileValue), garbage),
    payload: fc.oneof(garbage, fc.record({ ok: fc.boolean(), id: hostileValue, error: hostileValue })),
  },
  { requiredKeys: [] },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        { weight: 8, arbitrary: response },
        { weight: 2, arbitrary: fc.oneof(message, fc.constant(undefined)) },
        { weight: 3, arbitrary: garbage },
        { weight: 1, arbitrary: mined },
      )
      .map((value) => ({ kind: 'resolve' as const, value })),
  },
  {
    weight: 2,
    arbitrary: fc
      .oneof(fc.constantFrom<unknown>('tea', 'abc', '123456', 1, '+14155550100', 'a@b.co'), garbage)
      .map((value) => ({ kind: 'answer' as const, value })),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(
        garbage,
        mined,
        fc.record({
          kind: fc.constantFrom('network', 'timeout', 'request', 'interrupted', 'internal'),
          message: garbage,
        }),
      )
      .map((value) => ({ kind: 'reject' as const, value })),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(
        fc.record({
          type: fc.constantFrom(
            'submit',
            'repeat',
            'revise',
            'decline',
            '__proto__',
            '',
            'xstate.init',
            'xstate.stop',
          ),
          values: garbage,
          input: garbage,
        }),
        fc.constant({ type: 'repeat' }),
        fc.constantFrom(
          { type: 'decline' },
          { type: 'submit', values: { count: 1, acknowledged: true, kind: 'b' } },
        ),
        fc.constantFrom('wish', 'code', 'count').map((input) => ({ type: 'revise', input })),
        fc
          .dictionary(fc.constantFrom('wish', 'code', 'count', 'phone_number', '__proto__'), garbage)
          .map((values) => ({ type: 'submit', values })),
        fc.constant({ type: 'cancel' }),
      )
      .map((event) => ({ kind: 'event' as const, event })),
  },
);

/** A start and some moves, most of them such that the machine gets on. */
export const choices: fc.Arbitrary<Choices> = fc.record({
  start: fc.oneof(
    fc.constant({ inputs: {} }),
    fc.record({
      inputs: fc.dictionary(
        fc.constantFrom('wish', 'code', 'count', 'rich', 'address', '__proto__'),
        fc.oneof(fc.constant('tea'), garbage),
      ),
      runId: fc.oneof(fc.string(), garbage),
    }),
    garbage,
  ),
  moves: fc.array(move, { maxLength: 12 }),
});

interface Running {
  readonly src: string;
  readonly id: string;
}

/** Plays a machine from its start to where the moves lead, by pure transitions. */
export function play(
  machine: WorkflowMachine,
  plan: WorkflowPlan,
  { start, moves }: Choices,
): AnyMachineSnapshot {
  return playOn(machine, plan, undefined, moves, start);
}

/** Plays a machine on from a snapshot, or from its start; what its actors are given is made a request of. */
export function playOn(
  compiled: WorkflowMachine,
  plan: WorkflowPlan,
  from: AnyMachineSnapshot | undefined,
  moves: readonly Move[],
  start?: unknown,
): AnyMachineSnapshot {
  const machine = compiled as unknown as AnyStateMachine;
  const operations = new Map(
    performedSteps(createFlow(plan)).map(({ actor, step }) => [actor, step.operation]),
  );
  let running = Object.keys(from?.children ?? {}).map((id): Running => ({ src: id, id }));
  const take = ([next, actions]: readonly [
    AnyMachineSnapshot,
    readonly { type: string; params?: unknown }[],
  ]) => {
    for (const { type, params } of actions) {
      if (type !== 'xstate.spawnChild') continue;
      const { src, id, input } = params as Running & { input: StepCall };
      running.push({ src, id });
      const operation = operations.get(src);
      if (operation !== undefined && input.problem === undefined) buildRequest(operation, input);
    }
    check(next);
    return next;
  };
  let snapshot = from ?? take(initialTransition(machine, start as never) as never);
  for (const each of moves) {
    if (snapshot.status !== 'active') break;
    const alive = snapshot.children as Readonly<Record<string, unknown>>;
    running = running.filter(({ id }) => Object.hasOwn(alive, id));
    const event = eventOf(each, snapshot, running.at(-1));
    if (event !== undefined) snapshot = take(transition(machine, snapshot, event as never) as never);
  }
  return snapshot;
}

function eventOf(each: Move, snapshot: AnyMachineSnapshot, actor: Running | undefined): unknown {
  switch (each.kind) {
    case 'event':
      return each.event;
    case 'answer': {
      const asked = pendingInputs(snapshot as never).map(({ name }) => [name, each.value] as const);
      return asked.length === 0 ? undefined : { type: 'submit', values: Object.fromEntries(asked) };
    }
    case 'resolve':
      return actor && { type: `xstate.done.actor.${actor.id}`, output: each.value, actorId: actor.id };
    case 'reject':
      return actor && { type: `xstate.error.actor.${actor.id}`, error: each.value, actorId: actor.id };
  }
}

/** What holds of every snapshot: it has no error, it is JSON, and a UI can be made of it. */
function check(snapshot: AnyMachineSnapshot): void {
  if (snapshot.status === 'error') throw new Error('The machine is in error.', { cause: snapshot.error });
  const text = JSON.stringify(snapshot.context);
  if (JSON.stringify(JSON.parse(text)) !== text) throw new Error('The context is not JSON.');
  if (snapshot.hasTag('waiting')) describeWait(snapshot as never);
  if (snapshot.status === 'done' && typeof (snapshot.output as { status?: unknown }).status !== 'string')
    throw new Error('The machine ended without an outcome.');
}
