import type { Criterion } from '../expressions/criterion.ts';
import { outcomeWithResponse } from '../expressions/with-response.ts';
import { outcomeWithAnswer, outcomeWithoutResponse } from '../expressions/without-response.ts';
import { allFailureActions } from './failure-actions.ts';
import { mayBeUnaskable } from './unaskable.ts';
import type {
  CallPlan,
  FailureActionPlan,
  InputPlan,
  StepPlan,
  SuccessActionPlan,
  WorkflowPlan,
} from './workflow-plan.ts';

/** A state before it has a name: `call 0`, `wait 0`, `backoff 0`, `recover 0 1`, `transfer 0`, or a final state. */
export type Node = string;

/** An edge before the names of the states are known. `to` is a step's index, whose state depends on what is missing. */
export interface Draft {
  readonly from: Node;
  readonly to: number | { readonly node: Node };
  readonly forget: readonly string[];
}

export interface DraftSuccess {
  readonly action?: SuccessActionPlan;
  readonly draft: Draft;
}

export interface DraftFailure {
  readonly action?: FailureActionPlan;
  readonly draft: Draft;
}

type RetryAction = FailureActionPlan & { readonly type: 'retry' };

/** All edges that have to do with one step. */
export interface DrawnStep {
  readonly step: StepPlan;
  readonly index: number;
  readonly succeeded: readonly DraftSuccess[];
  readonly failed: readonly DraftFailure[];
  readonly lost: readonly DraftFailure[];
  /** When no response, or no answer of a person, came in time. */
  readonly timedOut: readonly DraftFailure[];
  readonly declined: readonly DraftFailure[];
  readonly expired: readonly DraftFailure[];
  readonly proceed: Draft;
  readonly resume?: Draft;
  /** The retries that something runs before, each with its node and the edges to and from it. */
  readonly recoveries: readonly {
    readonly action: RetryAction;
    readonly node: Node;
    readonly enter: Draft;
    readonly leave: Draft;
  }[];
  readonly repeat?: { readonly step: number; readonly draft: Draft };
  /** Back to this step's waiting state, from a repeat that it asked for and that failed. */
  readonly returns: readonly Draft[];
  readonly revise: readonly { readonly input: string; readonly draft: Draft }[];
}

/** All edges of a workflow, and what they refer to. */
export interface DraftFlow {
  readonly drafts: readonly Draft[];
  readonly drawn: readonly DrawnStep[];
  /** The workflows that control may pass to. */
  readonly transfers: readonly { readonly node: Node; readonly call: CallPlan }[];
  /** The inputs that are asked for when they are absent. */
  readonly asked: readonly InputPlan[];
  /** By step: those of them that it needs. */
  readonly required: readonly (readonly string[])[];
}

export const callNode = (index: number): Node => `call ${index}`;
export const waitNode = (index: number): Node => `wait ${index}`;
export const backoffNode = (index: number): Node => `backoff ${index}`;

/** What a criterion gives, as far as it is known, when a step of each kind has ended by itself. */
const WHEN_ENDED: Readonly<Record<StepPlan['kind'], (criterion: Criterion) => boolean | undefined>> = {
  operation: outcomeWithResponse,
  message: () => undefined,
  workflow: () => undefined,
  interaction: outcomeWithAnswer,
};

/** Whether a step may end by itself and not succeed: an answer that nothing is asked of is always good. */
function mayFail(step: StepPlan): boolean {
  return step.kind !== 'interaction' || step.successCriteria !== undefined || step.mode === 'acknowledge';
}

function isPerformed({ kind }: StepPlan): boolean {
  return kind === 'operation' || kind === 'message';
}

function isTimed(step: StepPlan): boolean {
  return isPerformed(step) || (step.kind === 'interaction' && step.timeoutMs !== undefined);
}

/** Whether there may be no response, or no question that can be asked. */
function mayBeLost(step: StepPlan, plan: WorkflowPlan): boolean {
  return isPerformed(step) || (step.kind === 'interaction' && mayBeUnaskable(step, plan));
}

/** Draws every edge that a plan's control may take, those of waiting states included, whether or not they exist. */
export function draftEdges(plan: WorkflowPlan, deferred: boolean): DraftFlow {
  const { steps } = plan;
  const indexOf = new Map(steps.map((step, index) => [step.stepId, index]));
  const asked = deferred ? plan.inputs.filter((input) => input.requiredBecause !== undefined) : [];
  // The home of an input may lie before the first step: with what the workflow depends on, and what has run already.
  const home = new Map(asked.map((input) => [input.name, indexOf.get(input.home ?? '') ?? -1]));
  const homeOf = (name: string): number => home.get(name) ?? 0;
  const homesBetween = (after: number, upTo: number): readonly string[] =>
    asked.map((input) => input.name).filter((name) => homeOf(name) > after && homeOf(name) <= upTo);

  const drafts: Draft[] = [];
  const draft = (from: Node, to: Draft['to'], forget: readonly string[] = []): Draft => {
    const edge = { from, to, forget };
    drafts.push(edge);
    return edge;
  };
  const final = (name: 'done' | 'failed'): Draft['to'] => ({ node: name });
  const stepOr = (stepId: string, otherwise: 'done' | 'failed'): Draft['to'] =>
    indexOf.get(stepId) ?? final(otherwise);

  const transfers: { readonly node: Node; readonly key: string; readonly call: CallPlan }[] = [];
  const transferTo = (call: CallPlan): Draft['to'] => {
    const key = JSON.stringify([call.workflow.workflowId, call.workflow.pointer, call.inputs]);
    const known = transfers.find((transfer) => transfer.key === key);
    if (known !== undefined) return { node: known.node };
    const node = `transfer ${transfers.length}`;
    transfers.push({ node, key, call });
    draft(node, final('done'));
    draft(node, final('failed'));
    return { node };
  };

  const successTarget = (action: SuccessActionPlan | undefined, index: number): Draft['to'] => {
    if (action === undefined) return index + 1 < steps.length ? index + 1 : final('done');
    if (action.type === 'end') return final('done');
    return action.type === 'transfer' ? transferTo(action.call) : stepOr(action.stepId, 'done');
  };
  const failureTarget = (action: FailureActionPlan | undefined, index: number): Draft['to'] => {
    if (action === undefined || action.type === 'end') return final('failed');
    if (action.type === 'retry') return { node: backoffNode(index) };
    return action.type === 'transfer' ? transferTo(action.call) : stepOr(action.stepId, 'failed');
  };
  const forgottenBy = (action: FailureActionPlan | undefined, index: number): readonly string[] => {
    if (!deferred || (action?.type !== 'goto' && action?.type !== 'transfer')) return [];
    if (action.ask !== undefined || action.type === 'transfer') return action.ask ?? [];
    const target = indexOf.get(action.stepId) ?? 0;
    if (target > index) return [];
    return target === index ? homesBetween(index - 1, index) : homesBetween(target, index);
  };
  const askedBy = (action: SuccessActionPlan | undefined): readonly string[] =>
    deferred && (action?.type === 'goto' || action?.type === 'transfer') ? (action.ask ?? []) : [];

  /** For each step, the nearest earlier one that may be repeated. */
  const repeatedBefore: (number | undefined)[] = [];
  for (const [index, { repeatable }] of steps.entries())
    repeatedBefore[index + 1] = repeatable === undefined ? repeatedBefore[index] : index;

  const drawn = steps.map((step, index): DrawnStep => {
    const succeeded: DraftSuccess[] = [];
    for (const action of [...step.onSuccess, undefined]) {
      const edge = draft(callNode(index), successTarget(action, index), askedBy(action));
      succeeded.push({ draft: edge, ...(action === undefined ? {} : { action }) });
      if (action?.criteria.length === 0) break;
    }
    // What cannot match, with or without a response, and what stands behind something that always does, is left out.
    const failures = (
      from: Node,
      outcomeOf: (criterion: Criterion) => boolean | undefined,
      actions: readonly (FailureActionPlan | undefined)[] = [...step.onFailure, undefined],
    ): readonly DraftFailure[] => {
      const list: DraftFailure[] = [];
      for (const action of actions) {
        const outcomes = (action?.criteria ?? []).map(outcomeOf);
        if (outcomes.includes(false)) continue;
        const edge = draft(from, failureTarget(action, index), forgottenBy(action, index));
        list.push({ draft: edge, ...(action === undefined ? {} : { action }) });
        if (action !== undefined && action.type !== 'retry' && outcomes.every((outcome) => outcome === true))
          break;
      }
      return list;
    };
    const retries = allFailureActions(step).filter((action) => action.type === 'retry');
    const recoveries = retries
      .filter((action) => action.first !== undefined)
      .map((action, number) => {
        const node = `recover ${index} ${number}`;
        return { action, node, enter: draft(backoffNode(index), { node }), leave: draft(node, index) };
      });
    const repeat = repeatedBefore[index];
    const call = callNode(index);
    const { onTimeout = [], onCancel = [] } = step;
    const whenLate = [...onTimeout, ...step.onFailure, undefined];
    return {
      step,
      index,
      succeeded,
      failed: mayFail(step) ? failures(call, WHEN_ENDED[step.kind]) : [],
      lost: mayBeLost(step, plan) ? failures(call, outcomeWithoutResponse) : [],
      timedOut: isTimed(step)
        ? failures(call, outcomeWithoutResponse, step.kind === 'interaction' ? whenLate : onTimeout)
        : [],
      declined:
        step.kind === 'interaction'
          ? failures(call, outcomeWithoutResponse, [...onCancel, ...step.onFailure, undefined])
          : [],
      expired:
        step.waitLimitMs === undefined ? [] : failures(waitNode(index), outcomeWithoutResponse, whenLate),
      proceed: draft(waitNode(index), { node: callNode(index) }),
      ...(retries.length === 0 ? {} : { resume: draft(backoffNode(index), index) }),
      recoveries,
      ...(repeat === undefined
        ? {}
        : {
            repeat: { step: repeat, draft: draft(waitNode(index), repeat, homesBetween(repeat, index - 1)) },
          }),
      returns:
        repeat === undefined
          ? []
          : [callNode(repeat), ...(steps[repeat]?.waitLimitMs === undefined ? [] : [waitNode(repeat)])].map(
              (from) => draft(from, { node: waitNode(index) }),
            ),
      revise: asked
        .filter((input) => homeOf(input.name) <= index)
        .map(({ name }) => ({
          input: name,
          draft: draft(waitNode(index), Math.max(0, homeOf(name)), [
            name,
            ...homesBetween(homeOf(name), steps.length),
          ]),
        })),
    };
  });
  return {
    drafts,
    drawn,
    transfers,
    asked,
    required: steps.map((step) => step.inputs.filter((input) => home.has(input))),
  };
}
