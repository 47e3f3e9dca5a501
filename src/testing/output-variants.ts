import { hasMember, isJsonObject, setMember, type JsonValue } from '../document/json.ts';
import { resolvePointer } from '../document/json-pointer.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { Pointer, RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import { callerOf, callingState, frameRuntimeOf, pathOf, type Runtime } from '../machines/runtime.ts';
import { innerFlow } from '../plan/flow.ts';
import type { OperationStepPlan, StepPlan } from '../plan/workflow-plan.ts';
import type { Trial } from './alphabet.ts';
import { criteriaOfStep } from './criteria.ts';
import type { InputValues } from './input-values.ts';
import { templatesOf } from './step-templates.ts';

/** A part of a response that later requests or calls are made of, or later criteria look at. */
interface Spot {
  readonly pointer: Pointer;
  readonly name: string;
  /** The inputs of called workflows that it becomes. */
  readonly inputs: readonly { readonly called: Runtime; readonly name: string }[];
}

/**
 * The same response with a part missing that later requests or calls are made of, or later criteria look at; and with one
 * that a workflow which is called with it takes where it would not, or does not take where it would. No criterion of the
 * step asks for them, but the workflow goes on in another way.
 */
export function outputVariants(
  runtime: Runtime,
  step: OperationStepPlan,
  { happening, label = '' }: Trial,
  values: InputValues,
): readonly Trial[] {
  if (happening.type !== 'response' || happening.body === undefined) return [];
  const { body } = happening;
  return spotsOf(runtime, step).flatMap(({ pointer, name, inputs }): readonly Trial[] => {
    const variant = (change: JsonValue | undefined, text: string): readonly Trial[] => {
      const changed = changedAt(body, pointer, change);
      return changed === undefined
        ? []
        : [{ happening: { ...happening, body: changed }, label: `${label} ${text}`, isUnusual: true }];
    };
    const current = resolvePointer(body, pointer);
    const handed = inputs.flatMap(({ called, name: input }): readonly Trial[] => {
      const isTaken = current !== undefined && called.checkInput(input)(current).length === 0;
      const other = isTaken ? values.bad(called, input) : values.good(called, input);
      return other === undefined ? [] : variant(other, `with a ${isTaken ? 'wrong' : 'good'} ${name}`);
    });
    return [...handed, ...variant(undefined, `without ${name}`)];
  });
}

function spotsOf(runtime: Runtime, step: OperationStepPlan): readonly Spot[] {
  const outputs = step.outputs.flatMap(({ name, value }): readonly Spot[] => {
    const pointer = bodyPointer(value);
    const speaksOfIt = (expression: RuntimeExpression): boolean =>
      expression.kind === 'steps' && expression.stepId === step.stepId && expression.output === name;
    const inputs = handedOver(runtime, speaksOfIt);
    const matters = inputs.length > 0 || isRequested(runtime, speaksOfIt) || isJudged(runtime, speaksOfIt);
    return pointer === undefined || !matters ? [] : [{ pointer, name, inputs }];
  });
  // Actions may hand a part of the response itself to a workflow.
  const direct = handedOver(runtime, (expression) => expression.kind === 'response', step.stepId).flatMap(
    ({ called, name, value }): readonly Spot[] => {
      const pointer = bodyPointer(value);
      return pointer === undefined ? [] : [{ pointer, name, inputs: [{ called, name }] }];
    },
  );
  return [...outputs, ...direct];
}

/** Where in the body something stands, for what is nothing else. */
function bodyPointer(value: Template): Pointer | undefined {
  if (value.kind !== 'expression' || value.expression.kind !== 'response') return undefined;
  const { source } = value.expression;
  return source.from === 'body' && source.pointer.length > 0 ? source.pointer : undefined;
}

function isRequested({ plan }: Runtime, speaksOfIt: (expression: RuntimeExpression) => boolean): boolean {
  return plan.steps.flatMap(templatesOf).some((template) => expressionsIn(template).some(speaksOfIt));
}

/** Whether criteria look at something later on, or those of the step that calls the workflow when it is over. */
function isJudged(runtime: Runtime, speaksOfIt: (expression: RuntimeExpression) => boolean): boolean {
  const { plan, path } = runtime;
  const isLookedAt = (step: StepPlan, speaks: (expression: RuntimeExpression) => boolean): boolean =>
    criteriaOfStep(step).some(({ criterion }) => expressionsIn(criterion).some(speaks));
  if (plan.steps.some((step) => isLookedAt(step, speaksOfIt))) return true;
  if (path === '') return false;
  const state = callerOf(runtime).states.get(callingState(runtime));
  if (state?.kind !== 'workflow') return false;
  const outputs = plan.outputs.filter(({ value }) => expressionsIn(value).some(speaksOfIt));
  return isLookedAt(
    state.step,
    (expression) => expression.kind === 'outputs' && outputs.some(({ name }) => name === expression.name),
  );
}

/** The inputs of called workflows that are made of something; `of`: only those that an action of this step hands over. */
function handedOver(
  runtime: Runtime,
  speaksOfIt: (expression: RuntimeExpression) => boolean,
  of?: string,
): readonly { readonly called: Runtime; readonly name: string; readonly value: Template }[] {
  const step = of === undefined ? undefined : runtime.steps.get(of);
  const own = new Set<unknown>(
    [...(step?.onSuccess ?? []), ...(step?.onFailure ?? [])].map((action) =>
      action.type === 'transfer'
        ? action.call
        : action.type === 'retry' && action.first !== undefined && 'call' in action.first
          ? action.first.call
          : undefined,
    ),
  );
  return runtime.flow.states.flatMap((state) => {
    const inner = innerFlow(state);
    if (inner === undefined || (of !== undefined && !own.has(inner.call))) return [];
    const called = frameRuntimeOf(runtime, pathOf(runtime.path, state.name));
    return inner.call.inputs
      .filter(({ name, value }) => called.inputs.has(name) && expressionsIn(value).some(speaksOfIt))
      .map(({ name, value }) => ({ called, name, value }));
  });
}

/** A body with another value at a place, or none; `undefined` where there is no such place. */
function changedAt(
  value: JsonValue,
  [token, ...rest]: Pointer,
  change: JsonValue | undefined,
): JsonValue | undefined {
  if (token === undefined) return change;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const index = Number(token);
    const item = items[index];
    const changed = item === undefined ? undefined : changedAt(item, rest, change);
    if (item === undefined || (changed === undefined && rest.length > 0)) return undefined;
    return changed === undefined ? items.filter((_, at) => at !== index) : items.with(index, changed);
  }
  if (!isJsonObject(value)) return undefined;
  const isThere = hasMember(value, token);
  if (!isThere && (rest.length > 0 || change === undefined)) return undefined;
  const changed = changedAt(value[token] ?? null, rest, change);
  if (changed === undefined && rest.length > 0) return undefined;
  const members: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) if (name !== token) setMember(members, name, member);
  if (changed !== undefined) setMember(members, token, changed);
  return members;
}
