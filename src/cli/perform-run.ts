import type { JsonObject, JsonValue } from '../document/json.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { RunResult } from '../run/run-workflow.ts';
import type { ServiceOptions } from '../services/service-options.ts';
import type { Ask } from './ask.ts';
import { createProgress } from './render/progress.ts';
import type { Terminal } from './terminal.ts';

/** One run, with everything decided. */
export interface RunRequest {
  readonly plan: WorkflowPlan;
  /** The inputs at the start; of a kept run, the values to submit at its wait. */
  readonly inputs: JsonObject;
  readonly services: ServiceOptions;
  /** Absent: nobody can be asked, and the run stops at the first wait that it comes to. */
  readonly ask?: Ask;
  /** Where a kept run goes on. */
  readonly snapshot?: JsonValue;
  readonly maxSteps?: number;
}

/** Runs a workflow and shows how it goes. Interrupting the command cancels the run. */
export async function performRun(request: RunRequest, terminal: Terminal): Promise<RunResult> {
  const { plan, inputs, services, ask, snapshot, maxSteps } = request;
  const [{ compileMachine }, { runWorkflow }] = await Promise.all([
    import('../machines/compile-machine.ts'),
    import('../run/run-workflow.ts'),
  ]);
  const machine = compileMachine(plan, maxSteps === undefined ? {} : { maxSteps });
  const progress = createProgress(plan, terminal);
  try {
    return await runWorkflow(machine, {
      inputs,
      services,
      signal: terminal.signal,
      onEvent: progress.onEvent,
      // Whether inputs are missing was looked at before, with more patience for a run that is kept.
      untilWait: true,
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(ask === undefined
        ? {}
        : {
            ask: (wait, signal) => {
              progress.pause();
              return ask(wait, signal);
            },
          }),
    });
  } finally {
    progress.pause();
  }
}
