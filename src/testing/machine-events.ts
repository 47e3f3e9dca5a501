import type { AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { actorNameOf, WAIT_ACTOR } from '../machines/actor-names.ts';
import type { WorkflowContext } from '../machines/context.ts';
import { activeState } from '../machines/registry.ts';
import type { Runtime } from '../machines/runtime.ts';
import { stepCall } from '../machines/step-input.ts';
import { memberOf } from '../document/json.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { HttpRequest } from '../openapi/operation.ts';
import type { FlowState } from '../plan/flow.ts';
import type { StepCall } from '../plan/step-call.ts';
import type { OperationStepPlan } from '../plan/workflow-plan.ts';
import type { Happening } from './situation.ts';
import { recordOf } from './step-request.ts';

/** The request that is in flight in a state of a machine, or would be if it could be made. */
export interface InFlight {
  readonly runtime: Runtime;
  readonly step: OperationStepPlan;
  /** The actor that performs it. */
  readonly actor: string;
  readonly call: StepCall;
  readonly request: { readonly value: HttpRequest } | { readonly problem: string };
  /** It is made before a retry of another step. */
  readonly isRecovery: boolean;
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
  const server = memberOf(servers, step.operation.source);
  const request =
    call.problem === undefined
      ? buildRequest(step.operation, call, server === undefined ? {} : { server })
      : { problem: call.problem };
  return { runtime, step, actor: actorNameOf(runtime.path, step.stepId), call, request, isRecovery };
}

function requestedStep(state: FlowState): OperationStepPlan | undefined {
  switch (state.kind) {
    case 'call':
      return state.step;
    case 'recovery':
      return state.first.kind === 'call' ? state.first.step : undefined;
    case 'wait':
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
        flight !== undefined && 'value' in flight.request
          ? { request: recordOf(flight.request.value) }
          : undefined;
      return { type: `xstate.done.actor.${actorId}`, output: { ...request, response }, actorId } as {
        type: string;
      };
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
    for (const child of Object.values(node.states)) visit(child as AnyStateMachine['root']);
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
  const label = guard === undefined ? '' : ` [${String(guard.type)}] ${JSON.stringify(guard.params ?? {})}`;
  const key = `${nameOf(transition.source)} —${transition.eventType}${label}→ ${targets}`;
  keys.set(transition, key);
  return key;
}
