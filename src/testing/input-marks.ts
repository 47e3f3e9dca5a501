import type { AnyMachineSnapshot } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { WorkflowContext } from '../machines/context.ts';
import { GUARDS } from '../machines/guards.ts';
import { activeState, runtimeOf } from '../machines/registry.ts';
import { frameOf, type Runtime } from '../machines/runtime.ts';
import type { Happening } from './situation.ts';

/** What can be done with an input: it is there from the start, submitted, or refused. */
export const INPUT_USES = ['given', 'submitted', 'invalid'] as const;

/** One of {@link INPUT_USES}. */
export type InputUse = (typeof INPUT_USES)[number];

/** Names a use of an input, of the workflow that runs in a state (`path`, '' for the machine's own). */
export function inputMark(path: string, input: string, use: InputUse): string {
  return `input ${path} ${input} ${use}`;
}

/** What the inputs that a run starts with show: they are taken, or refused. */
export function startMarks(inputs: JsonObject, start: AnyMachineSnapshot): readonly string[] {
  const wrong = wrongInputs(runtimeOf(start.machine), inputs);
  if (wrong.length > 0) return wrong.map((input) => inputMark('', input, 'invalid'));
  return Object.keys(inputs).map((input) => inputMark('', input, 'given'));
}

function wrongInputs(runtime: Runtime, inputs: JsonObject): readonly string[] {
  return Object.entries(inputs).flatMap(([input, value]) =>
    runtime.inputs.has(input) && runtime.checkInput(input)(value).length > 0 ? [input] : [],
  );
}

/** What a happening shows of the inputs: those that were submitted and taken, or refused. */
export function submitMarks(
  happening: Happening,
  before: AnyMachineSnapshot,
  after: AnyMachineSnapshot,
  transitions: readonly string[],
): readonly string[] {
  if (happening.type !== 'submit') return [];
  const { runtime } = activeState(before) ?? {};
  if (runtime === undefined) return [];
  const { path } = runtime;
  if (transitions.some((key) => key.includes(`—submit [${GUARDS.valuesValid}]`)))
    return Object.keys(happening.values).map((input) => inputMark(path, input, 'submitted'));
  const { rejection = [] } = frameOf(runtime, after.context as WorkflowContext);
  return rejection.flatMap(({ input }) => (input === '' ? [] : [inputMark(path, input, 'invalid')]));
}
