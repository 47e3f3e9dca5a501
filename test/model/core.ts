import { expect } from 'vitest';
import { transition, type AnyMachineSnapshot } from 'xstate';
import { operationsOf } from '../../src/machines/actor-names.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { activeState, planOf, runtimeOf } from '../../src/machines/registry.ts';
import { stateName } from '../../src/machines/state-path.ts';
import { serverUrl } from '../../src/openapi/server-url.ts';
import { statePaths, statesByPath, type FlowState } from '../../src/plan/flow.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import type { Alphabet } from '../../src/testing/alphabet.ts';
import { allTransitions, transitionKey } from '../../src/testing/machine-events.ts';
import { createModelCore, type ModelCore } from '../../src/testing/workflow-model.ts';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';
import type { Subject } from './lockstep.ts';

/** Paths try each retry action at most this often. */
export const MAX_RETRIES = 2;

/** The product's own model of a workflow, with answers that a test knows to be right. */
export function coreOf(
  { plan, workflowId: _workflowId, ...reading }: Subject,
  alphabet: Alphabet,
  { maxSteps = 1000 }: { readonly maxSteps?: number } = {},
): ModelCore {
  return createModelCore({
    plan,
    reading,
    alphabet,
    goodInputs: {},
    badInputs: {},
    compile: (own) => compileMachine(plan, { maxRetries: MAX_RETRIES, maxSteps, ...own }),
    settings: { maxRetries: MAX_RETRIES, maxSteps },
    servers: {},
  });
}

/** One path for each way from a situation to the next, and one that begins with inputs which are all wrong. */
export function everyWay(core: ModelCore): readonly WorkflowPath[] {
  return [
    // Restarts are tried on them by pure transitions.
    ...core.finder.ways().map((trace) => core.pathOf(trace, false)),
    // No input of ours may be that.
    core.along([], Object.fromEntries(planOf(core.machine).inputs.map(({ name }) => [name, false]))),
  ];
}

/** Expects of paths that nothing in them differs from what the document says. */
export async function expectAgreement(paths: readonly WorkflowPath[], over: 'http' | 'stubs'): Promise<void> {
  const failures: string[] = [];
  for (const path of paths) {
    await path.run({ over }).catch((error: unknown) => failures.push(String(error)));
    if (failures.length >= 3) break;
  }
  expect(failures).toEqual([]);
}

/** Transitions that only a broken platform takes, and a run without end. */
const OF_THE_PLATFORM = /—xstate\.error\.actor\.wait|\[too many steps\]/;

/** The transitions that no run has taken and the states that no run was in, those of the platform apart. */
export function uncovered({ machine, recorder }: ModelCore): {
  readonly transitions: readonly string[];
  readonly states: readonly string[];
} {
  const transitions = allTransitions(machine).map((one) => transitionKey(one));
  return {
    transitions: transitions.filter((key) => !recorder.counts.has(key) && !OF_THE_PLATFORM.test(key)),
    states: statePaths(runtimeOf(machine).flow).filter((state) => !recorder.states.has(state)),
  };
}

/** Expects that a timer which breaks fails the workflow that waits for it, wherever that is. */
export function expectLostTimersToFail({ machine, finder }: ModelCore): void {
  const waits = finder
    .ways()
    .flatMap(({ moves }) => moves)
    .filter(({ after }) => waitsForATime(after));
  const timed = [...statesByPath(runtimeOf(machine).flow)].filter(([, state]) => hasTimer(state));
  expect(new Set(waits.map(({ after }) => stateName(after.value)))).toEqual(
    new Set(timed.map(([path]) => path)),
  );
  for (const { after } of waits) {
    const event = { type: 'xstate.error.actor.wait', error: new Error('It is broken.'), actorId: 'wait' };
    const [next] = transition(machine, after, event as never);
    expect(next.status === 'done' ? next.output : { status: next.status }).toMatchObject({
      status: 'failed',
      failure: { kind: 'internal' },
    });
  }
}

function waitsForATime(snapshot: AnyMachineSnapshot): boolean {
  const state = activeState(snapshot)?.state;
  return snapshot.status === 'active' && state !== undefined && hasTimer(state);
}

function hasTimer(state: FlowState): boolean {
  switch (state.kind) {
    case 'backoff':
      return true;
    case 'wait':
      return state.step.waitLimitMs !== undefined;
    case 'interaction':
      return state.step.timeoutMs !== undefined;
    case 'call':
    case 'workflow':
    case 'transfer':
    case 'recovery':
    case 'final':
      return false;
  }
}

/** By source, the scripted server with the path that the description's own server has. */
export function serversOf(plan: WorkflowPlan, url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    operationsOf(plan).map((operation) => {
      const declared = serverUrl(operation, {});
      if ('problem' in declared) throw new Error(declared.problem);
      return [operation.source, `${url}${new URL(declared.value).pathname.replace(/\/$/, '')}`];
    }),
  );
}
