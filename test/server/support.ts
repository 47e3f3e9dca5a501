import { fromPromise } from 'xstate';
import type { JsonObject } from '../../src/document/json.ts';
import { performedSteps } from '../../src/machines/actor-names.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { runtimeOf } from '../../src/machines/registry.ts';
import type { CompileOptions } from '../../src/machines/runtime.ts';
import type { WorkflowMachine } from '../../src/machines/workflow-machine.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { createSessions } from '../../src/server/sessions.ts';
import type { Sessions } from '../../src/server/sessions-interface.ts';
import type { SessionsOptions } from '../../src/server/sessions-options.ts';
import type { Run } from '../../src/server/run.ts';
import type { Store } from '../../src/server/store.ts';
import type { ResponseRecord } from '../../src/expressions/scope.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';

/** Sends a code that may go out once at most, and checks it. */
export const loginWorkflow: JsonObject = {
  inputs: inputsOf(['phone', 'code']),
  steps: [
    stepOf('send', uses('phone'), {
      outputs: { id: '$response.body#/id' },
      'x-xstate': { repeatable: true, atMostOnce: true },
      onFailure: [
        { name: 'lost', type: 'goto', stepId: 'send', criteria: [{ condition: '$statusCode == null' }] },
      ],
    }),
    stepOf(
      'verify',
      { id: '$steps.send.outputs.id', code: '$inputs.code' },
      {
        outputs: { token: '$response.body#/token' },
        onFailure: [
          { name: 'wrong', type: 'goto', stepId: 'verify', criteria: [{ condition: '$statusCode == 400' }] },
          {
            name: 'later',
            type: 'retry',
            retryAfter: 30,
            retryLimit: 2,
            criteria: [{ condition: '$statusCode == 503' }],
          },
        ],
      },
    ),
  ],
  outputs: { session: '$steps.verify.outputs.token' },
};

export const loginPlan: WorkflowPlan = planOf(loginWorkflow);

export type Perform = (call: StepCall, signal: AbortSignal) => Promise<ResponseRecord>;

export function response(statusCode: number, body: ResponseRecord['body'] = {}): ResponseRecord {
  return { statusCode, headers: {}, ...(body === undefined ? {} : { body }) };
}

/** Answers both steps as a login that works. */
export const happy: Perform = async ({ stepId }) =>
  stepId === 'send' ? response(200, { id: 'sms-1' }) : response(200, { token: 'a session' });

/** A request that is never answered. */
export const hanging: Perform = () => new Promise(() => undefined);

export function machineOf(
  perform: Perform,
  plan: WorkflowPlan = loginPlan,
  options: CompileOptions = {},
): WorkflowMachine {
  const machine = compileMachine(plan, options);
  const step = fromPromise(({ input, signal }: { input: StepCall; signal: AbortSignal }) =>
    perform(input, signal),
  );
  const names = performedSteps(runtimeOf(machine).flow).map(({ actor }) => [actor, step]);
  return machine.provide({ actors: Object.fromEntries(names) });
}

/** Sessions whose steps are performed by a function. */
export function hosted(
  store: Store,
  perform: Perform,
  options: Partial<SessionsOptions> & { readonly plan?: WorkflowPlan } = {},
): Sessions {
  const { plan = loginPlan, clock, ...rest } = options;
  const now = clock === undefined ? {} : { now: () => clock.now() };
  return createSessions({
    workflows: [machineOf(perform, plan, now)],
    store,
    services: false,
    ...(clock === undefined ? {} : { clock }),
    ...rest,
  });
}

/** Resolves with a run once it is as it is expected. */
export function until(sessions: Sessions, id: string, isIt: (run: Run) => boolean): Promise<Run> {
  return new Promise((resolve) => {
    const end = sessions.subscribe(id, (run) => {
      if (!isIt(run)) return;
      resolve(run);
      end();
    });
  });
}

export function inState(state: string): (run: Run) => boolean {
  return (run) => run.state === state;
}

/** A store that a dead process uses: from some moment on, nothing that it is told reaches the store within. */
export function mortal(store: Store): Store & { kill(): void } {
  let isDead = false;
  const never = new Promise<never>(() => undefined);
  const entries = Object.entries(store).map(([name, method]) => [
    name,
    (...args: never[]) => (isDead ? never : (method as (...given: never[]) => Promise<unknown>)(...args)),
  ]);
  return {
    ...(Object.fromEntries(entries) as Store),
    kill: () => {
      isDead = true;
    },
  };
}

/** The run of a result that has one. */
export function runIn(result: { readonly kind: string }): Run {
  const { run } = result as { readonly run?: Run };
  if (run === undefined) throw new Error(`The result is "${result.kind}".`);
  return run;
}

/** Starts a run that waits for the code. */
export async function atCode(sessions: Sessions): Promise<Run> {
  const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
  return until(sessions, id, inState('awaitingCode'));
}
