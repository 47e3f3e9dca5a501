import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import type { WorkflowContext, WorkflowOutput } from '../../src/machines/context.ts';
import { describeWait } from '../../src/machines/describe-wait.ts';
import { actorNameOf } from '../../src/machines/actor-names.ts';
import { activeState } from '../../src/machines/registry.ts';
import { frameOf } from '../../src/machines/runtime.ts';
import type { PerformedStepPlan } from '../../src/plan/workflow-plan.ts';
import { buildRequest } from '../../src/openapi/build-request.ts';
import type { HttpRequest, RequestValues } from '../../src/openapi/operation.ts';
import type { MessageCall, StepCall } from '../../src/plan/step-call.ts';
import type { Happening, MessageValues } from '../../src/testing/situation.ts';

/** What a machine waits for, in the words of the reference interpreter. */
export type MachineSituation =
  | {
      readonly kind: 'request';
      readonly stepId: string;
      readonly attempt: number;
      readonly call: RequestValues;
      readonly request: HttpRequest;
    }
  | {
      readonly kind: 'message';
      readonly stepId: string;
      readonly attempt: number;
      readonly call: MessageValues;
    }
  | { readonly kind: 'unsendable'; readonly stepId: string; readonly attempt: number }
  | {
      readonly kind: 'input';
      readonly stepId: string;
      readonly missing: readonly string[];
      readonly rejected: readonly string[];
      readonly failure: WorkflowContext['failure'];
      readonly repeatAt: number | undefined;
      readonly expiresAt: number | undefined;
    }
  | {
      readonly kind: 'interaction';
      readonly stepId: string;
      readonly attempt: number;
      readonly prompt: string;
      readonly context: JsonObject;
      readonly url: string | undefined;
      readonly rejected: readonly string[];
      readonly failure: WorkflowContext['failure'];
      readonly expiresAt: number | undefined;
    }
  | { readonly kind: 'delay'; readonly stepId: string; readonly until: number }
  | { readonly kind: 'ended'; readonly output: WorkflowOutput };

/** Plays a compiled machine by pure transitions: no actor runs, its requests are read from the actions. */
export interface MachinePlayer {
  readonly machine: AnyStateMachine;
  snapshot(): AnyMachineSnapshot;
  situation(): MachineSituation;
  apply(happening: Happening): void;
  /** The event of XState that a happening is in this situation. */
  eventOf(happening: Happening): { readonly type: string } | undefined;
  /** Stores the run as JSON and goes on from there. */
  persistAndRestore(): void;
}

export function playMachine(machine: AnyStateMachine, inputs: JsonObject): MachinePlayer {
  let call: StepCall | MessageCall | undefined;
  const keys = new Set<string>();
  const keep = (next: StepCall | MessageCall): void => {
    const { key = '', problem } = next;
    // An API that knows a key takes the second request for the first, sent again.
    if (problem === undefined && keys.has(key)) throw new Error(`Two requests have the key "${key}".`);
    keys.add(key);
    call = next;
  };
  const take = ([next, actions]: readonly [
    AnyMachineSnapshot,
    readonly { readonly type: string; readonly params?: unknown }[],
  ]): AnyMachineSnapshot => {
    for (const action of actions) {
      if (action.type === 'xstate.spawnChild') {
        const { src, input } = action.params as { src: string; input: StepCall | MessageCall };
        if (src !== 'wait') keep(input);
      }
    }
    return next;
  };
  let snapshot = take(initialTransition(machine, { inputs, runId: 'run' }) as never);
  const stepInFlight = (): { readonly actor: string; readonly step: PerformedStepPlan } | undefined => {
    const { runtime, state } = activeState(snapshot) ?? {};
    if (runtime === undefined) return undefined;
    const step =
      state?.kind === 'call'
        ? state.step
        : state?.kind === 'recovery' && state.first.kind === 'call'
          ? state.first.step
          : undefined;
    return step === undefined ? undefined : { actor: actorNameOf(runtime.path, step.stepId), step };
  };

  const situation = (): MachineSituation => {
    const context = snapshot.context as WorkflowContext;
    if (snapshot.status === 'error')
      throw new Error('The machine stopped with an error.', { cause: snapshot.error });
    if (snapshot.status !== 'active') return { kind: 'ended', output: snapshot.output as WorkflowOutput };
    const { runtime, state } = activeState(snapshot) ?? {};
    const frame = frameOf(runtime ?? { path: '' }, context);
    const wait = describeWait(snapshot as never);
    if (wait?.interaction !== undefined) {
      const { prompt, context: shown, url } = wait.interaction;
      return {
        kind: 'interaction',
        stepId: wait.stepId,
        attempt: frame.attempt,
        prompt,
        context: shown,
        url,
        rejected: (frame.rejection ?? []).map(({ input }) => input),
        failure: wait.failure,
        expiresAt: wait.expiresAt,
      };
    }
    if (wait !== undefined) {
      return {
        kind: 'input',
        stepId: wait.stepId,
        missing: wait.inputs.filter((input) => input.required).map((input) => input.name),
        rejected: (frame.rejection ?? []).filter(({ rule }) => rule !== 'cooldown').map(({ input }) => input),
        failure: wait.failure,
        repeatAt: wait.repeatAt,
        expiresAt: wait.expiresAt,
      };
    }
    if (state?.kind === 'backoff')
      return { kind: 'delay', stepId: state.step.stepId, until: frame.retryAt ?? 0 };
    const { step } = stepInFlight() ?? {};
    if (step === undefined || call === undefined)
      throw new Error(`Nothing is under way in ${JSON.stringify(snapshot.value)}.`);
    const { stepId } = step;
    if (call.problem !== undefined) return { kind: 'unsendable', stepId, attempt: call.attempt };
    if ('channel' in call || step.kind === 'message') return messageSituation(call as MessageCall);
    const request = buildRequest(step.operation, call);
    if ('problem' in request) return { kind: 'unsendable', stepId, attempt: call.attempt };
    const { parameters, body } = call;
    return {
      kind: 'request',
      stepId,
      attempt: call.attempt,
      call: { parameters, ...(body === undefined ? {} : { body }) },
      request: request.value,
    };
  };

  /** The request before a retry that cannot be made is skipped by the reference without a word. */
  const skipImpossibleRecovery = (): void => {
    if (activeState(snapshot)?.state.kind !== 'recovery' || situation().kind !== 'unsendable') return;
    const event = eventOf({ type: 'lost', kind: 'request' });
    snapshot = take(transition(machine, snapshot, event as never) as never);
  };

  const eventOf = (happening: Happening): { readonly type: string } | undefined => {
    const now = situation();
    const actor = stepInFlight()?.actor ?? '';
    switch (happening.type) {
      case 'response': {
        if (now.kind !== 'request') return undefined;
        const { url, method, headers, query, path, payload } = now.request;
        const request = {
          url,
          method,
          headers,
          query,
          path,
          ...(payload === undefined ? {} : { body: payload }),
        };
        const response = {
          statusCode: happening.statusCode,
          headers: happening.headers ?? {},
          ...(happening.body === undefined ? {} : { body: happening.body }),
        };
        return { type: `xstate.done.actor.${actor}`, output: { request, response }, actorId: actor } as {
          type: string;
        };
      }
      case 'message': {
        if (now.kind !== 'message') return undefined;
        const { headers = {}, payload } = happening;
        const message = { headers, ...(payload === undefined ? {} : { payload }) };
        const output = now.call.action === 'send' ? undefined : { message };
        return { type: `xstate.done.actor.${actor}`, output, actorId: actor } as { type: string };
      }
      case 'lost':
        if (now.kind !== 'request' && now.kind !== 'message' && now.kind !== 'unsendable') return undefined;
        return {
          type: `xstate.error.actor.${actor}`,
          error: { kind: happening.kind, message: 'lost' },
          actorId: actor,
        } as { type: string };
      case 'elapsed':
        return now.kind === 'delay' ||
          ((now.kind === 'input' || now.kind === 'interaction') && now.expiresAt !== undefined)
          ? ({ type: 'xstate.done.actor.wait', actorId: 'wait' } as { type: string })
          : undefined;
      default:
        return happening;
    }
  };

  return {
    machine,
    snapshot: () => snapshot,
    situation,
    eventOf,
    apply(happening) {
      const event = eventOf(happening);
      if (event === undefined || snapshot.status !== 'active') return;
      snapshot = take(transition(machine, snapshot, event as never) as never);
      skipImpossibleRecovery();
    },
    persistAndRestore() {
      if (snapshot.status === 'error')
        throw new Error('The machine stopped with an error.', { cause: snapshot.error });
      if (snapshot.status !== 'active') return;
      const stored = JSON.parse(JSON.stringify(machine.getPersistedSnapshot(snapshot))) as JsonValue;
      snapshot = machine.resolveState(stored as never) as AnyMachineSnapshot;
    },
  };
}

function messageSituation(call: MessageCall): Extract<MachineSituation, { kind: 'message' }> {
  const { stepId, attempt, action, channel, address, parameters, body, correlationId } = call;
  return {
    kind: 'message',
    stepId,
    attempt,
    call: {
      action,
      channel,
      ...(address === undefined ? {} : { address }),
      parameters,
      ...(body === undefined ? {} : { body }),
      ...(correlationId === undefined ? {} : { correlationId }),
    },
  };
}
