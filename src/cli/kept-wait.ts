import { hasMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { isUsageError } from '../machines/usage-error.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { Callbacks } from './callbacks.ts';

/** What a kept run can be given by `-i`. */
export interface KeptAnswer {
  readonly inputs: readonly { readonly name: string; readonly schema: JsonValue }[];
  readonly inputSchema: JsonValue;
}

/**
 * The members of the answer that a kept run waits for; `undefined` where it waits for inputs. A snapshot that is none
 * is told when the run is to go on.
 */
export async function keptAnswer(
  plan: WorkflowPlan,
  snapshot: JsonValue,
  maxSteps: number | undefined,
): Promise<KeptAnswer | undefined> {
  const [{ compileMachine }, { restore }, { describeWait }] = await Promise.all([
    import('../machines/compile-machine.ts'),
    import('../machines/persist.ts'),
    import('../machines/describe-wait.ts'),
  ]);
  try {
    const machine = compileMachine(plan, maxSteps === undefined ? {} : { maxSteps });
    const wait = describeWait(restore(machine, snapshot).getSnapshot());
    if (wait?.interaction === undefined) return undefined;
    return { inputs: wait.inputs, inputSchema: wait.interaction.schema };
  } catch (error) {
    if (isUsageError(error)) return undefined;
    throw error;
  }
}

/** The inputs that say where browsers come back to, where they are not given. */
export async function callbackInputs(
  plan: WorkflowPlan,
  given: JsonObject,
  callbacks: Callbacks,
): Promise<Readonly<Record<string, JsonValue>>> {
  const values: [string, JsonValue][] = [];
  for (const { name, schema, callback } of plan.inputs) {
    if (callback === undefined || hasMember(given, name)) continue;
    const value = await callbacks.valueFor(schema);
    if (value !== undefined) values.push([name, value]);
  }
  return Object.fromEntries(values);
}
