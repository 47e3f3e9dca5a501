import type { AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { actorNameOf, WAIT_ACTOR } from '../machines/actor-names.ts';
import type { WorkflowContext } from '../machines/context.ts';
import { GUARDS } from '../machines/guards.ts';
import { activeState } from '../machines/registry.ts';
import type { Runtime } from '../machines/runtime.ts';
import { stepCall } from '../machines/step-input.ts';
import { memberOf } from '../document/json.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { HttpRequest } from '../openapi/operation.ts';
import type { FlowState } from '../plan/flow.ts';
import type { MessageCall, StepCall } from '../plan/step-call.ts';
import type { MessageStepPlan, OperationStepPlan, PerformedStepPlan } from '../plan/workflow-plan.ts';
import type { Happening } from './situation.ts';
import { recordOf } from './step-request.ts';

/** What is in flight in a state of a machine, or would be if it could be made. */
export type InFlight = RequestInFlight | MessageInFlight;

interface Flight {
  readonly runtime: Runtime;
  /** The actor that performs it. */
  readonly actor: string;
  /** Why it cannot be made. */
  readonly problem?: string;
  /** It is made before a retry of another step. */
  readonly isRecovery: boolean;
}

/** A request over HTTP. */
export interface RequestInFlight extends Flight {
  readonly kind: 'request';
  readonly step: OperationStepPlan;
  readonly call: StepCall;
  /** Absent where it cannot be made. */
  readonly request?: HttpRequest;
}

/** A message that is being sent over a channel, or waited for there. */
export interface MessageInFlight extends Flight {
  readonly kind: 'message';
  readonly step: MessageStepPlan;
  readonly call: MessageCall;
}

/** By source description name, the server's URL instead of the description's. */
export type Servers = Readonly<Record<string, string>>;

/** What a machine has in flight; `undefined` where it waits for something else. */
export function inFlight(snapshot: AnyMachineSnapshot, servers: Servers = {}): InFlight | undefined {
  const { runtime, state } = activeState(snapshot) ?? {};
  const step = state === undefined ? undefined : requestedStep(state);
  if (runtime === undefined || step === undefined) return undefined;
  const isRecovery = state?.kind === 'recovery';
  const context = snapshot.context as WorkflowContext;
  const call = stepCall(runtime, context, step, isRecovery ? state.step.stepId : undefined);
  const { problem } = call;
  const flight = { runtime, actor: actorNameOf(runtime.path, step.stepId), isRecovery };
  const known = problem === undefined ? flight : { ...flight, problem };
  if (step.kind === 'message') return { ...known, kind: 'message', step, call: call as MessageCall };
  const requested = { ...known, kind: 'request', step, call: call as StepCall } as const;
  if (problem !== undefined) return requested;
  const server = memberOf(servers, step.operation.source);
  const built = buildRequest(step.operation, requested.call, server === undefined ? {} : { server });
  return 'problem' in built
    ? { ...requested, problem: built.problem }
    : { ...requested, request: built.value };
}

function requestedStep(state: FlowState): PerformedStepPlan | undefined {
  switch (state.kind) {
    case 'call':
      return state.step;
    case 'recovery':
      return state.first.kind === 'call' ? state.first.step : undefined;
    case 'wait':
    case 'interaction':
    case 'workflow':
    case 'transfer':
    case 'backoff':
    case 'final':
      return undefined;
  }
}

/** A happening as the event that XState gets for it. */
export function eventFor(happening: Happening, flight: InFlight | undefined): { readonly type: string } {
  const actorId = flight?.actor ?? WAIT_ACTOR;
  switch (happening.type) {
    case 'response': {
      const { statusCode, headers = {}, body } = happening;
      const response = { statusCode, headers, ...(body === undefined ? {} : { body }) };
      const request =
        flight?.kind === 'request' && flight.request !== undefined
          ? { request: recordOf(flight.request) }
          : undefined;
      return { type: `xstate.done.actor.${actorId}`, output: { ...request, response }, actorId } as {
        type: string;
      };
    }
    case 'message': {
      const { headers = {}, payload } = happening;
      // What was sent is what the step gave.
      const isSent = flight?.kind === 'message' && flight.call.action === 'send';
      const message = { headers, ...(payload === undefined ? {} : { payload }) };
      const output = isSent ? undefined : { message };
      return { type: `xstate.done.actor.${actorId}`, output, actorId } as { type: string };
    }
    case 'lost':
      return {
        type: `xstate.error.actor.${actorId}`,
        error: { kind: happening.kind, message: `No response: ${happening.kind}.` },
        actorId,
      } as { type: string };
    case 'elapsed':
      return { type: `xstate.done.actor.${WAIT_ACTOR}`, actorId: WAIT_ACTOR } as { type: string };
    case 'submit':
    case 'decline':
    case 'repeat':
    case 'revise':
    case 'cancel':
      return happening;
  }
}

/** Every transition definition of a machine, each guard branch for itself. */
export function allTransitions(machine: AnyStateMachine): readonly AnyTransitionDefinition[] {
  const all: AnyTransitionDefinition[] = [];
  const visit = (node: AnyStateMachine['root']): void => {
    for (const transitions of node.transitions.values()) all.push(...transitions);
    all.push(...(node.always ?? []));
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root);
  return all;
}

const keys = new WeakMap<AnyTransitionDefinition, string>();

/** A text that tells transitions of one machine apart; the same for the same machine compiled anew. */
export function transitionKey(transition: AnyTransitionDefinition): string {
  const known = keys.get(transition);
  if (known !== undefined) return known;
  const guard = transition.guard as { readonly type?: string; readonly params?: unknown } | undefined;
  const nameOf = (node: { readonly key: string; readonly path: readonly string[] }): string =>
    node.path.length === 0 ? node.key : node.path.join('.');
  const targets = (transition.target ?? []).map(nameOf).join(', ');
  // The limit of a run is no part of its machine's edges.
  const params = guard?.type === GUARDS.tooManySteps ? {} : (guard?.params ?? {});
  const label = guard === undefined ? '' : ` [${String(guard.type)}] ${JSON.stringify(params)}`;
  const key = `${nameOf(transition.source)} —${transition.eventType}${label}→ ${targets}`;
  keys.set(transition, key);
  return key;
}
