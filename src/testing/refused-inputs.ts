import { isJsonObject, type JsonValue } from '../document/json.ts';
import { callerOf, callingState, type Runtime } from '../machines/runtime.ts';

/** The keywords of a schema that allow what it would allow without them. */
const TELLING_ONLY: ReadonlySet<string> = new Set([
  '$comment',
  '$defs',
  '$schema',
  'default',
  'deprecated',
  'description',
  'example',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);

/** Whether a schema allows every value, as one does that only describes. */
export function allowsEverything(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return schema === true;
  return Object.keys(schema).every((keyword) => TELLING_ONLY.has(keyword) || keyword.startsWith('x-'));
}

/**
 * Whether the inputs of a workflow may be refused when it begins. Where no schema says what they must be, only what is
 * not JSON would be, which no path has; a called workflow is refused as well with the one that calls it, and where
 * something that must come before has not run.
 */
export function canBeRefused(runtime: Runtime): boolean {
  const { plan, settings } = runtime;
  const { inputs, inputSchema } = plan;
  const needs = inputs.some((input) => input.requiredBecause !== undefined || input.requiredAtStart === true);
  if (!settings.deferredInputs && needs) return true;
  if (inputs.some(({ schema }) => !allowsEverything(schema)) || !isOnlyAList(inputSchema)) return true;
  if (runtime.call === undefined) return false;
  const caller = callerOf(runtime);
  const state = caller.states.get(callingState(runtime));
  const waits = state?.kind === 'workflow' && (state.step.after ?? []).length > 0;
  return waits || runtime.call.inputs.length > 0 || canBeRefused(caller);
}

/** Whether the schema of all inputs says no more than what each of them is. */
function isOnlyAList(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return schema === true;
  const { type = 'object', properties: _, ...rest } = schema;
  return type === 'object' && allowsEverything(rest);
}
