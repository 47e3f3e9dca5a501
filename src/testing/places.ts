import type { AnyMachineSnapshot } from 'xstate';
import { hasMember } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import { evaluateCriterion } from '../expressions/evaluate-criterion.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import type { WorkflowContext } from '../machines/context.ts';
import { scopeOf } from '../machines/judge.ts';
import { activeState } from '../machines/registry.ts';
import { callerOf, frameOf, frameRuntimeOf, pathOf, type Runtime } from '../machines/runtime.ts';
import { innerFlow } from '../plan/flow.ts';
import type { CallPlan } from '../plan/workflow-plan.ts';
import { criteriaOfStep } from './criteria.ts';
import { templatesOf } from './step-templates.ts';

/**
 * The place of a snapshot in the search. Two snapshots are one place when they agree on the state, the retries,
 * whether any step was left backwards once, and on what the data of earlier steps already decide. So a path may try a
 * wrong code and then the right one, and still the paths are finite.
 */
export function placeOf(snapshot: AnyMachineSnapshot): string {
  const context = snapshot.context as WorkflowContext;
  const { runtime, state } = activeState(snapshot) ?? {};
  const frame = frameOf(runtime ?? { path: '' }, context);
  // A wait for several inputs is another place once some of them are there.
  const missing =
    state?.kind === 'wait' && state.inputs.length > 1
      ? state.inputs.filter((input) => !hasMember(frame.inputs, input))
      : [];
  const attempts =
    runtime === undefined || runtime.path === '' ? context.attempts : [context.attempts, frame.attempts];
  const foresight =
    snapshot.status === 'active' && runtime !== undefined ? foresightOf(runtime, context) : '';
  return JSON.stringify([
    snapshot.value,
    snapshot.status,
    attempts,
    leftBackwards(snapshot),
    foresight,
    ...missing,
  ]);
}

/** The place, told apart by who asked for a repeat, too: what a failed repeat does depends on it. */
export function exactPlaceOf(snapshot: AnyMachineSnapshot): string {
  return `${placeOf(snapshot)} ${repeatedFrom(snapshot) ?? ''}`;
}

/** The waiting state that asked for the step that is being repeated. */
export function repeatedFrom(snapshot: AnyMachineSnapshot): string | undefined {
  const { runtime } = activeState(snapshot) ?? {};
  return frameOf(runtime ?? { path: '' }, snapshot.context as WorkflowContext).repeat?.state;
}

function leftBackwards(snapshot: AnyMachineSnapshot): boolean {
  const context = snapshot.context as WorkflowContext;
  if (Object.values(context.visits).some((count) => count > 1)) return true;
  const { runtime, state } = activeState(snapshot) ?? {};
  if (runtime === undefined) return false;
  const { visits } = frameOf(runtime, context);
  if (Object.values(visits).some((count) => count > 1)) return true;
  if (state?.kind !== 'wait') return false;
  const position = runtime.positionOf(state.step.stepId);
  return Object.keys(visits).some((stepId) => runtime.positionOf(stepId) >= position);
}

/** Something that the outputs of earlier steps decide before the next response comes; a letter for what they do. */
type Look = (scope: Scope) => string;

const looks = new WeakMap<Runtime, readonly Look[]>();

/** What the data of earlier steps decide for later ones, a letter each. */
function foresightOf(runtime: Runtime, context: WorkflowContext): string {
  const known = looks.get(runtime) ?? looksOf(runtime);
  looks.set(runtime, known);
  const scope = known.length === 0 ? {} : scopeOf(runtime, context);
  const own = known.map((look) => look(scope)).join('');
  return runtime.path === '' ? own : `${foresightOf(callerOf(runtime), context)}/${own}`;
}

function looksOf(runtime: Runtime): readonly Look[] {
  const { plan, flow } = runtime;
  const criteria = plan.steps
    .flatMap(criteriaOfStep)
    .filter(({ criterion }) => isDecidedBefore(expressionsIn(criterion)))
    .map(
      ({ criterion }): Look =>
        (scope) =>
          evaluateCriterion(criterion, scope) ? 't' : 'f',
    );
  const requests = plan.steps
    .flatMap(templatesOf)
    .flatMap((template): readonly Look[] =>
      isDecidedBefore(expressionsIn(template)) ? [(scope) => presence(template, scope)] : [],
    );
  const calls = flow.states.flatMap((state): readonly Look[] => {
    const inner = innerFlow(state);
    return inner === undefined
      ? []
      : looksAtCall(inner.call, frameRuntimeOf(runtime, pathOf(runtime.path, state.name)));
  });
  return [...criteria, ...requests, ...calls];
}

/** Whether what a call hands over is there, and whether the called workflow takes it. */
function looksAtCall(call: CallPlan, called: Runtime): readonly Look[] {
  return call.inputs
    .filter(({ value }) => isDecidedBefore(expressionsIn(value)))
    .map(({ name, value: template }): Look => (scope) => {
      const result = evaluateTemplate(template, scope);
      if (!('value' in result) || result.value === undefined) return '-';
      if (!called.inputs.has(name)) return '+';
      return called.checkInput(name)(result.value).length === 0 ? '+' : '!';
    });
}

function presence(template: Template, scope: Scope): string {
  const result = evaluateTemplate(template, scope);
  return 'value' in result && result.value !== undefined ? '+' : '-';
}

/** Whether an expression looks at a part of an input. */
export function looksInto(expression: RuntimeExpression): boolean {
  return expression.kind === 'inputs' && (expression.pointer.length > 0 || expression.name.includes('.'));
}

/** Whether expressions look at what earlier steps left behind or into inputs, and at nothing that a response brings. */
function isDecidedBefore(expressions: readonly RuntimeExpression[]): boolean {
  return (
    expressions.some((one) => one.kind === 'steps' || one.kind === 'workflows' || looksInto(one)) &&
    expressions.every(({ kind }) => kind === 'steps' || kind === 'workflows' || kind === 'inputs')
  );
}
