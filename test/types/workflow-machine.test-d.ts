// Compiled by `npm run typecheck`, never run: what the types of a generated machine promise, and what they refuse.
import {
  createActor,
  fromPromise,
  setup,
  waitFor,
  type ActorRefFrom,
  type InputFrom,
  type OutputFrom,
  type SnapshotFrom,
} from 'xstate';
import { expectTypeOf } from 'vitest';
import {
  compileMachine,
  provideServices,
  runWorkflow,
  type Failure,
  type JsonObject,
  type MessageCall,
  type RunResult,
  type StepCall,
  type WaitAnswer,
  type WorkflowMachine,
  type WorkflowPlan,
} from '../../src/index.ts';
import { emailOtpDiscovery, smsOtpLogin, type SmsOtpLogin } from '../../src/machines/stytch/index.ts';

// What the machine is started with.
const actor = createActor(smsOtpLogin, {
  input: { inputs: { phone_number: '+10000000000' }, runId: 'run-1' },
});
createActor(smsOtpLogin, { input: {} });
createActor(smsOtpLogin);
// @ts-expect-error -- an input has its schema's type
createActor(smsOtpLogin, { input: { inputs: { phone_number: 4 } } });
// @ts-expect-error -- the workflow has no such input
createActor(smsOtpLogin, { input: { inputs: { phone: '+10000000000' } } });
expectTypeOf<NonNullable<InputFrom<typeof smsOtpLogin>>['inputs']>().toEqualTypeOf<
  Partial<SmsOtpLogin['inputs']> | undefined
>();

// Events.
actor.send({ type: 'submit', values: { code: '000000' } });
actor.send({ type: 'submit', values: { session_duration_minutes: 30 } });
actor.send({ type: 'repeat' });
actor.send({ type: 'revise', input: 'phone_number' });
actor.send({ type: 'cancel' });
// @ts-expect-error -- the code is a string, leading zeros count
actor.send({ type: 'submit', values: { code: 0 } });
// @ts-expect-error -- a misspelt input
actor.send({ type: 'submit', values: { codes: '000000' } });
// @ts-expect-error -- `submit` has values
actor.send({ type: 'submit' });
// @ts-expect-error -- only inputs can be revised
actor.send({ type: 'revise', input: 'sendSmsOtp' });
// @ts-expect-error -- no such event
actor.send({ type: 'resubmit' });

// States and tags.
const snapshot = actor.getSnapshot();
snapshot.matches('awaitingCode');
// @ts-expect-error -- a misspelt state
snapshot.matches('awaitingcode');
// @ts-expect-error -- a state of another login
snapshot.matches('awaitingOrganization');
expectTypeOf(snapshot.value).toEqualTypeOf<SmsOtpLogin['states']>();
snapshot.hasTag('busy');
snapshot.hasTag('step:authenticateOtp');
// @ts-expect-error -- no such step
snapshot.hasTag('step:authenticate');
createActor(emailOtpDiscovery).getSnapshot().matches('awaitingOrganization');

// Context.
expectTypeOf(snapshot.context.inputs.phone_number).toEqualTypeOf<string | undefined>();
expectTypeOf(snapshot.context.inputs.session_duration_minutes).toEqualTypeOf<number | undefined>();
expectTypeOf(snapshot.context.failure).toEqualTypeOf<Failure | undefined>();
// @ts-expect-error -- no such input
void snapshot.context.inputs.email;

// Outputs.
const output = snapshot.output;
if (output?.status === 'done') {
  expectTypeOf(output.outputs).toEqualTypeOf<SmsOtpLogin['outputs']>();
  void output.outputs.sessionToken;
  // @ts-expect-error -- no such output
  void output.outputs.session_token;
  // @ts-expect-error -- a run that is done has no failure
  void output.failure;
} else if (output?.status === 'failed') {
  expectTypeOf(output.failure).toEqualTypeOf<Failure>();
}
expectTypeOf<OutputFrom<typeof smsOtpLogin>['status']>().toEqualTypeOf<'done' | 'failed' | 'cancelled'>();

// Emitted events.
actor.on('step.failed', (event) => {
  expectTypeOf(event.stepId).toEqualTypeOf<SmsOtpLogin['steps']>();
  expectTypeOf(event.failure).toEqualTypeOf<Failure>();
});
// @ts-expect-error -- no such event is emitted
actor.on('step.ended', () => {});

// Actors: each step's, by its stepId, and `wait`.
const answer = fromPromise(({ input }: { input: StepCall }) => {
  expectTypeOf(input.attempt).toEqualTypeOf<number>();
  return Promise.resolve({ statusCode: 200, headers: {}, body: { phone_id: input.stepId } });
});
const provided = smsOtpLogin.provide({ actors: { sendSmsOtp: answer, authenticateOtp: answer } });
expectTypeOf(provided).toEqualTypeOf(smsOtpLogin);
smsOtpLogin.provide({ actors: { sendSmsOtp: answer } });
// @ts-expect-error -- no such step
smsOtpLogin.provide({ actors: { sendOtp: answer } });
// @ts-expect-error -- a step's actor gives a response
smsOtpLogin.provide({ actors: { sendSmsOtp: fromPromise(() => Promise.resolve('sent')) } });
// The call's type is known without being written.
smsOtpLogin.provide({
  actors: {
    sendSmsOtp: fromPromise(({ input }) => {
      expectTypeOf(input).toEqualTypeOf<StepCall>();
      return Promise.resolve({ statusCode: 200, headers: {}, body: { attempt: input.attempt } });
    }),
  },
});
smsOtpLogin.provide({
  actors: {
    // @ts-expect-error -- a step's actor is given a call
    sendSmsOtp: fromPromise(({ input }: { input: { to: string } }) =>
      Promise.resolve({ statusCode: 200, headers: {}, body: input.to }),
    ),
  },
});
smsOtpLogin.provide({
  actors: {
    wait: fromPromise(({ input }: { input: { until: number } }) => Promise.resolve(void input.until)),
  },
});
expectTypeOf(provideServices(smsOtpLogin)).toEqualTypeOf(smsOtpLogin);
expectTypeOf(provideServices(provided)).toEqualTypeOf(smsOtpLogin);
const counter = setup({ types: { context: {} as { count: number } } }).createMachine({
  context: { count: 0 },
});
// @ts-expect-error -- no machine of a workflow
provideServices(counter);

// The machine works with XState's own helpers.
expectTypeOf<SnapshotFrom<typeof smsOtpLogin>['value']>().toEqualTypeOf<SmsOtpLogin['states']>();
const reference: ActorRefFrom<typeof smsOtpLogin> = actor;
reference.send({ type: 'cancel' });
void waitFor(actor, (state) => state.matches('awaitingCode') || state.hasTag('waiting'));

// A machine of a plan that is known only at run time takes any names.
declare const plan: WorkflowPlan;
const machine = compileMachine(plan);
const anyActor = createActor(machine, { input: { inputs: { anything: [1] } } });
anyActor.send({ type: 'submit', values: { code: '000000' } });
anyActor.send({ type: 'revise', input: 'code' });
anyActor.getSnapshot().matches('awaitingCode');
machine.provide({ actors: { sendSmsOtp: answer } });
expectTypeOf(machine).toEqualTypeOf<WorkflowMachine>();

// Steps that use channels of AsyncAPI have actors of another type.
interface Ordering {
  readonly inputs: object;
  readonly outputs: object;
  readonly steps: 'place' | 'confirmed' | 'tell';
  readonly messages: 'place' | 'confirmed';
  readonly states: 'placing' | 'confirmed' | 'tell' | 'done' | 'failed' | 'cancelled';
}
const ordering = compileMachine<Ordering>(plan);
ordering.provide({
  actors: {
    place: fromPromise(({ input }) => {
      expectTypeOf(input).toEqualTypeOf<MessageCall>();
      return Promise.resolve();
    }),
    confirmed: fromPromise(({ input }) =>
      Promise.resolve({ headers: {}, payload: { id: input.correlationId ?? null } }),
    ),
    tell: answer,
  },
});
// @ts-expect-error -- the actor of a step that uses a channel gives a message
ordering.provide({ actors: { place: fromPromise(() => Promise.resolve('sent')) } });
// @ts-expect-error -- the actor of a step that sends a request gives a response
ordering.provide({ actors: { tell: fromPromise(() => Promise.resolve({ payload: 1 })) } });
// Of a machine whose steps are not known, an actor may be of either kind.
machine.provide({
  actors: { any: fromPromise<{ payload: number }, MessageCall>(() => Promise.resolve({ payload: 1 })) },
});
// Answers to interactions.
interface Approval {
  readonly inputs: { readonly what: string };
  readonly outputs: object;
  readonly answers: { readonly approve: { readonly approved: boolean } };
  readonly steps: 'approve';
  readonly states: 'approving' | 'done';
}
const approving = createActor({} as WorkflowMachine<Approval>);
approving.send({ type: 'submit', values: { approved: true } });
approving.send({ type: 'submit', values: { what: 'a train' } });
approving.send({ type: 'decline' });
// @ts-expect-error -- an answer has its schema's type
approving.send({ type: 'submit', values: { approved: 'yes' } });
// @ts-expect-error -- nobody is asked that
approving.send({ type: 'submit', values: { agreed: true } });

// `runWorkflow` has the types of its machine.
const ran = await runWorkflow(smsOtpLogin, {
  inputs: { phone_number: '+10000000000', session_duration_minutes: 30 },
  ask: () => Promise.resolve({ type: 'submit', values: { code: '000000' } }),
  onEvent: (event) => {
    if (event.type === 'step.started') expectTypeOf(event.stepId).toEqualTypeOf<SmsOtpLogin['steps']>();
  },
});
// @ts-expect-error -- a misspelt input
void runWorkflow(smsOtpLogin, { inputs: { phone_numbr: '+10000000000' } });
// @ts-expect-error -- an input has its schema's type
void runWorkflow(smsOtpLogin, { inputs: { code: 0 } });
// @ts-expect-error -- a misspelt input
void runWorkflow(smsOtpLogin, { ask: async () => ({ type: 'submit', values: { codes: '000000' } }) });
// @ts-expect-error -- only inputs can be revised
void runWorkflow(smsOtpLogin, { ask: async () => ({ type: 'revise', input: 'sendSmsOtp' }) });
expectTypeOf(ran.outputs).toExtend<Partial<SmsOtpLogin['outputs']>>();
expectTypeOf(ran.steps[0]?.stepId).toEqualTypeOf<SmsOtpLogin['steps'] | undefined>();
// @ts-expect-error -- no such output
void ran.outputs.session_token;

interface Doubling {
  readonly inputs: { readonly number: number };
  readonly outputs: { readonly double: number };
  readonly steps: 'double';
  readonly states: 'doubling' | 'done' | 'failed' | 'cancelled';
}
const doubled = await runWorkflow({} as WorkflowMachine<Doubling>);
expectTypeOf(doubled.outputs.double).toEqualTypeOf<number | undefined>();
if (doubled.status === 'done') expectTypeOf(doubled.outputs.double).toEqualTypeOf<number>();

// A run that is gone on with is given inputs, or the answer that it waits for.
const approval = {} as WorkflowMachine<Approval>;
void runWorkflow(approval, { snapshot: {}, inputs: { approved: true } });
void runWorkflow(approval, { ask: async () => ({ type: 'submit', values: { approved: true } }) });
// @ts-expect-error -- an answer has its schema's type
void runWorkflow(approval, { snapshot: {}, inputs: { approved: 'yes' } });
// @ts-expect-error -- nobody is asked that
void runWorkflow(approval, { ask: async () => ({ type: 'submit', values: { agreed: true } }) });

// Of a workflow that is known only at run time, everything is JSON.
const anything: JsonObject = { anything: [1] };
const anyRun = await runWorkflow(machine, {
  inputs: anything,
  ask: async (): Promise<WaitAnswer> => ({ type: 'submit', values: [1] }),
});
expectTypeOf(anyRun.outputs.any).toEqualTypeOf<JsonObject[string] | undefined>();
expectTypeOf<RunResult['outputs']>().toEqualTypeOf<JsonObject>();
expectTypeOf<Extract<WaitAnswer, { type: 'revise' }>['input']>().toEqualTypeOf<string>();
// @ts-expect-error -- inputs are JSON
void runWorkflow(machine, { inputs: { when: new Date() } });
