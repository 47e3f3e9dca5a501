import type { Criterion } from '../expressions/criterion.ts';
import { expressionsIn } from '../expressions/references.ts';
import { outcomeWithResponse } from '../expressions/with-response.ts';
import { outcomeWithoutResponse } from '../expressions/without-response.ts';
import { freeName, FINAL_STATES, nameOfWait, pascalCase, wordsOf } from './state-names.ts';
import type { FailureActionPlan, StepPlan, SuccessActionPlan, WorkflowPlan } from './workflow-plan.ts';

/** How a workflow's control flows: the states of its machine and the edges between them, in document order. */
export interface Flow {
  readonly initial: string;
  readonly states: readonly FlowState[];
}

export type FlowState = WaitState | CallState | BackoffState | FinalState;

/** A person is asked for the inputs that the step needs. */
export interface WaitState {
  readonly kind: 'wait';
  readonly name: string;
  readonly step: StepPlan;
  /** The inputs that may be absent here. */
  readonly inputs: readonly string[];
  /** Once all are there. */
  readonly proceed: Edge;
  /** After the time limit of the step's wait, where it has one. */
  readonly expired: readonly FailureEdge[];
  /** Runs the nearest earlier repeatable step again. */
  readonly repeat?: Edge & { readonly step: StepPlan };
  readonly revise: readonly (Edge & { readonly input: string })[];
}

/** The step's request is in flight. */
export interface CallState {
  readonly kind: 'call';
  readonly name: string;
  readonly step: StepPlan;
  readonly succeeded: readonly SuccessEdge[];
  /** After a response that is not a success. */
  readonly failed: readonly FailureEdge[];
  /** When there is no response. */
  readonly lost: readonly FailureEdge[];
}

/** Waits for the time of the next attempt. */
export interface BackoffState {
  readonly kind: 'backoff';
  readonly name: string;
  readonly step: StepPlan;
  readonly resume: Edge;
}

export interface FinalState {
  readonly kind: 'final';
  readonly name: (typeof FINAL_STATES)[number];
}

/** A way from one state to another. */
export interface Edge {
  readonly target: string;
  /** The inputs to forget, so that they are asked for again. */
  readonly forget: readonly string[];
  /** The secret inputs that no step which can still run refers to. */
  readonly drop: readonly string[];
}

export interface SuccessEdge extends Edge {
  readonly action?: SuccessActionPlan;
}

/** `repeats`: the edge of a failed repeat, back to the state that asked for it. Otherwise `action`, or the default. */
export interface FailureEdge extends Edge {
  readonly action?: FailureActionPlan;
  readonly repeats?: string;
}

/** Settings of {@link createFlow}. */
export interface FlowOptions {
  /**
   * Whether required inputs may be absent at the start and are asked for when they are needed; default `true`.
   * `false`: to the letter of Arazzo 1.0, all are there at the start.
   */
  readonly deferredInputs?: boolean;
}

type Node = string;

/** An edge before the names of the states are known. `to` is a step's index, or a final state. */
interface Draft {
  readonly from: Node;
  readonly to: number | 'done' | 'failed' | { readonly node: Node };
  readonly forget: readonly string[];
}

/**
 * Draws the control flow of a plan. Where a waiting state is needed comes out of a forward analysis: the inputs that
 * may be absent are followed along all edges, and an edge leads to a step's waiting state only when one of the step's
 * required inputs may be absent on that very edge.
 */
export function createFlow(plan: WorkflowPlan, options: FlowOptions = {}): Flow {
  const deferred = options.deferredInputs ?? true;
  const { steps } = plan;
  const indexOf = new Map(steps.map((step, index) => [step.stepId, index]));
  const asked = deferred ? plan.inputs.filter((input) => input.requiredBecause !== undefined) : [];
  const home = new Map(asked.map((input) => [input.name, indexOf.get(input.home ?? '') ?? 0]));
  const required = steps.map((step) => step.inputs.filter((input) => home.has(input)));
  const homesBetween = (after: number, upTo: number): readonly string[] =>
    asked
      .map((input) => input.name)
      .filter((name) => (home.get(name) ?? 0) > after && (home.get(name) ?? 0) <= upTo);

  const call = (index: number): Node => `call ${index}`;
  const wait = (index: number): Node => `wait ${index}`;
  const backoff = (index: number): Node => `backoff ${index}`;

  // The edges, step by step. Those of waiting states are drawn for every step; the unreachable ones fall away below.
  const drafts: Draft[] = [];
  const draft = (edge: Draft): Draft => {
    drafts.push(edge);
    return edge;
  };

  const next = (index: number): number | 'done' => (index + 1 < steps.length ? index + 1 : 'done');
  const forgottenBy = (action: FailureActionPlan, index: number): readonly string[] => {
    if (action.type !== 'goto' || !deferred) return [];
    if (action.ask !== undefined) return action.ask;
    const target = indexOf.get(action.stepId) ?? 0;
    if (target > index) return [];
    return target === index ? homesBetween(index - 1, index) : homesBetween(target, index);
  };
  const askedBy = (action: SuccessActionPlan | undefined): readonly string[] =>
    deferred && action?.type === 'goto' ? (action.ask ?? []) : [];
  const failureTarget = (action: FailureActionPlan | undefined, index: number): Draft['to'] => {
    if (action === undefined || action.type === 'end') return 'failed';
    if (action.type === 'retry') return { node: backoff(index) };
    return indexOf.get(action.stepId) ?? 'failed';
  };

  const repeated = steps.map((_, index) => {
    for (let earlier = index - 1; earlier >= 0; earlier -= 1)
      if (steps[earlier]?.repeatable !== undefined) return earlier;
    return undefined;
  });

  const drawn = steps.map((step, index) => {
    const successes: { readonly action?: SuccessActionPlan; readonly draft: Draft }[] = [];
    for (const action of [...step.onSuccess, undefined]) {
      const to =
        action === undefined
          ? next(index)
          : action.type === 'end'
            ? 'done'
            : (indexOf.get(action.stepId) ?? 'done');
      successes.push({
        ...(action === undefined ? {} : { action }),
        draft: draft({ from: call(index), to, forget: askedBy(action) }),
      });
      if (action?.criteria.length === 0) break;
    }
    const failures = (
      from: Node,
      actions: readonly FailureActionPlan[],
      isCertain: (action: FailureActionPlan) => boolean,
    ) => {
      const list: { readonly action?: FailureActionPlan; readonly draft: Draft }[] = [];
      for (const action of [...actions, undefined]) {
        const forget = action === undefined ? [] : forgottenBy(action, index);
        list.push({
          ...(action === undefined ? {} : { action }),
          draft: draft({ from, to: failureTarget(action, index), forget }),
        });
        if (action !== undefined && action.type !== 'retry' && isCertain(action)) break;
      }
      return list;
    };
    const actionsWhen = (outcomeOf: (criterion: Criterion) => boolean | undefined) => ({
      possible: step.onFailure.filter((action) => !action.criteria.map(outcomeOf).includes(false)),
      isCertain: (action: FailureActionPlan) =>
        action.criteria.map(outcomeOf).every((outcome) => outcome === true),
    });
    const answered = actionsWhen(outcomeWithResponse);
    const unanswered = actionsWhen(outcomeWithoutResponse);
    const retries = step.onFailure.some((action) => action.type === 'retry');
    const repeatOf = repeated[index];
    return {
      step,
      index,
      successes,
      failed: failures(call(index), answered.possible, answered.isCertain),
      lost: failures(call(index), unanswered.possible, unanswered.isCertain),
      expired:
        step.waitLimitMs === undefined
          ? []
          : failures(wait(index), unanswered.possible, unanswered.isCertain),
      proceed: draft({ from: wait(index), to: { node: call(index) }, forget: [] }),
      resume: retries ? draft({ from: backoff(index), to: index, forget: [] }) : undefined,
      repeat:
        repeatOf === undefined
          ? undefined
          : {
              step: repeatOf,
              draft: draft({ from: wait(index), to: repeatOf, forget: homesBetween(repeatOf, index - 1) }),
            },
      // Back to whoever asked for the repeat, when its request fails or its own wait runs out of time.
      returns:
        repeatOf === undefined
          ? []
          : [call(repeatOf), ...(steps[repeatOf]?.waitLimitMs === undefined ? [] : [wait(repeatOf)])].map(
              (from) => draft({ from, to: { node: wait(index) }, forget: [] }),
            ),
      revise: asked
        .filter((input) => (home.get(input.name) ?? 0) <= index)
        .map(({ name }) => {
          const to = home.get(name) ?? 0;
          return {
            input: name,
            draft: draft({ from: wait(index), to, forget: [name, ...homesBetween(to, steps.length)] }),
          };
        }),
    };
  });

  // Which inputs may be absent in each node. Sets only grow, so this ends.
  const absent = new Map<Node, Set<string>>();
  const waiting = new Map<number, Set<string>>();
  const outOf = new Map<Node, Draft[]>();
  for (const edge of drafts) outOf.set(edge.from, [...(outOf.get(edge.from) ?? []), edge]);
  const entry = (index: number, missing: ReadonlySet<string>): Node =>
    (required[index] ?? []).some((input) => missing.has(input)) ? wait(index) : call(index);
  const missingOn = (edge: Draft): ReadonlySet<string> => {
    const result = new Set(absent.get(edge.from));
    // Whoever proceeds from a waiting state has everything that its step needs.
    if (edge.from.startsWith('wait ') && typeof edge.to === 'object' && edge.to.node.startsWith('call ')) {
      for (const input of required[Number(edge.from.slice(5))] ?? []) result.delete(input);
    }
    for (const input of edge.forget) if (home.has(input)) result.add(input);
    return result;
  };
  const nodeOf = (edge: Draft): Node => {
    if (typeof edge.to === 'number') return entry(edge.to, missingOn(edge));
    return typeof edge.to === 'string' ? edge.to : edge.to.node;
  };
  const queue: Node[] = [];
  const reach = (node: Node, missing: ReadonlySet<string>): void => {
    const known = absent.get(node);
    if (known !== undefined && [...missing].every((input) => known.has(input))) return;
    absent.set(node, new Set([...(known ?? []), ...missing]));
    queue.push(node);
  };
  const start = new Set(asked.map((input) => input.name));
  const spread = (): void => {
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) spreadFrom(node);
  };
  const spreadFrom = (node: Node): void => {
    for (const edge of outOf.get(node) ?? []) {
      // The way back of a failed repeat exists only where that waiting state does.
      const isReturn = typeof edge.to === 'object' && edge.to.node.startsWith('wait ');
      if (isReturn && !absent.has(nodeOf(edge))) continue;
      reach(nodeOf(edge), missingOn(edge));
    }
    // A waiting state that appears opens the way back to it.
    if (node.startsWith('wait ')) {
      for (const back of drawn[Number(node.slice(5))]?.returns ?? [])
        if (absent.has(back.from)) queue.push(back.from);
    }
  };
  reach(entry(0, start), start);
  spread();
  // Steps that nothing leads to are drawn as well, as if everything were there.
  for (const { index } of drawn) reach(call(index), new Set());
  spread();
  for (const { index } of drawn) {
    const missing = absent.get(wait(index));
    if (missing !== undefined)
      waiting.set(index, new Set((required[index] ?? []).filter((input) => missing.has(input))));
  }

  // Names, in document order: a step's own states keep theirs, waiting states take what is free.
  const names = new Map<Node, string>(FINAL_STATES.map((name) => [name, name]));
  const taken = new Set<string>([...FINAL_STATES, ...steps.map((step) => step.state)]);
  for (const { step, index, resume } of drawn) {
    names.set(call(index), step.state);
    const inputs = waiting.get(index);
    if (inputs !== undefined) {
      const plain = nameOfWait([...inputs]);
      const name = freeName(
        taken.has(plain) ? `${plain}For${pascalCase(wordsOf(step.stepId))}` : plain,
        taken,
      );
      taken.add(name);
      names.set(wait(index), name);
    }
    if (resume !== undefined) {
      const name = freeName(`${step.state}Backoff`, taken);
      taken.add(name);
      names.set(backoff(index), name);
    }
  }

  const dropped = secretsDroppedBy(plan, drafts, nodeOf);
  const edgeOf = (edge: Draft): Edge => ({
    target: names.get(nodeOf(edge)) ?? 'failed',
    forget: edge.forget,
    drop: dropped(edge),
  });
  const failureEdges = (
    list: readonly { readonly action?: FailureActionPlan; readonly draft: Draft }[],
  ): readonly FailureEdge[] =>
    list.map(({ action, draft: edge }) => ({ ...edgeOf(edge), ...(action === undefined ? {} : { action }) }));

  const states = drawn.flatMap((entryOfStep): readonly FlowState[] => {
    const { step, index } = entryOfStep;
    const inputs = waiting.get(index);
    const returnsFrom = (node: Node): readonly FailureEdge[] =>
      drawn.flatMap(({ index: from, returns }): readonly FailureEdge[] => {
        const state = names.get(wait(from));
        const back = returns.find((edge) => edge.from === node);
        return back === undefined || state === undefined ? [] : [{ ...edgeOf(back), repeats: state }];
      });
    const returns = returnsFrom(call(index));
    const result: FlowState[] = [];
    if (inputs !== undefined) {
      const { repeat } = entryOfStep;
      const repeatedStep = repeat === undefined ? undefined : steps[repeat.step];
      result.push({
        kind: 'wait',
        name: names.get(wait(index)) ?? '',
        step,
        inputs: [...inputs],
        proceed: edgeOf(entryOfStep.proceed),
        expired: [...returnsFrom(wait(index)), ...failureEdges(entryOfStep.expired)],
        ...(repeat === undefined || repeatedStep === undefined
          ? {}
          : { repeat: { ...edgeOf(repeat.draft), step: repeatedStep } }),
        revise: entryOfStep.revise.map(({ input, draft: edge }) => ({ ...edgeOf(edge), input })),
      });
    }
    result.push({
      kind: 'call',
      name: step.state,
      step,
      succeeded: entryOfStep.successes.map(({ action, draft: edge }) => ({
        ...edgeOf(edge),
        ...(action === undefined ? {} : { action }),
      })),
      failed: [...returns, ...failureEdges(entryOfStep.failed)],
      lost: [...returns, ...failureEdges(entryOfStep.lost)],
    });
    if (entryOfStep.resume !== undefined) {
      result.push({
        kind: 'backoff',
        name: names.get(backoff(index)) ?? '',
        step,
        resume: edgeOf(entryOfStep.resume),
      });
    }
    return result;
  });
  return {
    initial: names.get(entry(0, start)) ?? 'failed',
    states: [...states, ...FINAL_STATES.map((name): FinalState => ({ kind: 'final', name }))],
  };
}

/** Tells for each edge which secret inputs are of no more use behind it, though they were before it. */
function secretsDroppedBy(
  plan: WorkflowPlan,
  drafts: readonly Draft[],
  nodeOf: (edge: Draft) => Node,
): (edge: Draft) => readonly string[] {
  const kept = new Set(
    plan.outputs
      .flatMap((output) => expressionsIn(output.value))
      .map((expression) => (expression.kind === 'inputs' ? expression.name : '')),
  );
  const secrets = plan.inputs
    .filter((input) => input.secret && !kept.has(input.name))
    .map((input) => input.name);
  if (secrets.length === 0) return () => [];
  const follow = new Map<Node, Set<Node>>();
  for (const edge of drafts) {
    const targets = follow.get(edge.from) ?? new Set();
    follow.set(edge.from, targets.add(nodeOf(edge)));
  }
  const usesOf = new Map<Node, ReadonlySet<string>>();
  const used = (from: Node): ReadonlySet<string> => {
    const known = usesOf.get(from);
    if (known !== undefined) return known;
    const seen = new Set<Node>([from]);
    const uses = new Set<string>();
    for (const node of seen) {
      const step = /^(?:wait|call|backoff) (\d+)$/.exec(node);
      for (const input of plan.steps[Number(step?.[1] ?? Number.NaN)]?.inputs ?? []) uses.add(input);
      for (const target of follow.get(node) ?? []) seen.add(target);
    }
    usesOf.set(from, uses);
    return uses;
  };
  return (edge) => {
    const before = used(edge.from);
    const after = used(nodeOf(edge));
    return secrets.filter((secret) => before.has(secret) && !after.has(secret));
  };
}
