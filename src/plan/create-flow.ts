import { hasMember, isJsonObject } from '../document/json.ts';
import type { Template } from '../expressions/template.ts';
import {
  backoffNode,
  callNode,
  draftEdges,
  waitNode,
  type Draft,
  type DraftFailure,
  type DrawnStep,
  type Node,
} from './draft-edges.ts';
import { droppedSecrets } from './dropped-secrets.ts';
import type {
  CallState,
  Edge,
  FailureEdge,
  FinalState,
  Flow,
  FlowOptions,
  FlowState,
  InteractionState,
  RecoveryState,
  SuccessEdge,
  TransferState,
  WaitState,
  WorkflowState,
} from './flow.ts';
import { retryKey } from './failure-actions.ts';
import { followMissingInputs } from './missing-inputs.ts';
import { FINAL_STATES, freeName, nameOfWait, nameWorkflow, pascalCase, wordsOf } from './state-names.ts';
import type { CallPlan, StepPlan, WorkflowPlan } from './workflow-plan.ts';

/**
 * Draws the control flow of a plan: every step is a state, every pause for a person one that waits, every called
 * workflow one with states inside.
 */
export function createFlow(plan: WorkflowPlan, options: FlowOptions = {}): Flow {
  const { deferredInputs = true, given = new Set() } = options;
  const { steps } = plan;
  const draft = draftEdges(plan, deferredInputs);
  const missing = followMissingInputs(draft, given);
  const waitsFor = (index: number): readonly string[] | undefined => {
    const absent = missing.in(waitNode(index));
    return absent === undefined
      ? undefined
      : (draft.required[index] ?? []).filter((input) => absent.has(input));
  };
  const names = nameNodes(draft, steps, (index) => {
    const inputs = waitsFor(index);
    const first = inputs?.filter((input) => missing.onEntry(waitNode(index)).has(input));
    return first?.length === 0 ? inputs : first;
  });
  const nameOf = (node: Node): string => names.get(node) ?? 'failed';

  const secrets = droppedSecrets(plan, draft, (edge) => missing.nodeOf(edge));
  const edgeOf = (edge: Draft): Edge => ({
    target: nameOf(missing.nodeOf(edge)),
    forget: edge.forget,
    drop: secrets.droppedOn(edge),
  });
  const failureEdges = (list: readonly DraftFailure[]): readonly FailureEdge[] =>
    list.map(({ action, draft: edge }) => ({ ...edgeOf(edge), ...(action === undefined ? {} : { action }) }));
  const successEdges = ({ succeeded }: DrawnStep): readonly SuccessEdge[] =>
    succeeded.map(({ action, draft: edge }) => ({
      ...edgeOf(edge),
      ...(action === undefined ? {} : { action }),
    }));
  const returns = new Map<Node, FailureEdge[]>();
  for (const { index, returns: back } of draft.drawn) {
    const state = names.get(waitNode(index));
    if (state === undefined) continue;
    for (const edge of back)
      returns.set(edge.from, [...(returns.get(edge.from) ?? []), { ...edgeOf(edge), repeats: state }]);
  }
  /** The ways back out of a node, to the waiting states that asked for it to be repeated. */
  const returnsFrom = (node: Node): readonly FailureEdge[] => returns.get(node) ?? [];
  const innerFlow = (call: CallPlan, node: Node): Flow => {
    const absent = missing.in(node) ?? new Set();
    const present = call.inputs
      .filter(({ value }) => isSurelyThere(value, plan, absent, deferredInputs))
      .map(({ name }) => name);
    return createFlow(call.workflow, { deferredInputs, given: new Set(present) });
  };

  const waitState = (drawn: DrawnStep): readonly WaitState[] => {
    const { step, index, repeat } = drawn;
    const inputs = waitsFor(index);
    if (inputs === undefined) return [];
    const repeated = repeat === undefined ? undefined : steps[repeat.step];
    return [
      {
        kind: 'wait',
        name: nameOf(waitNode(index)),
        step,
        inputs,
        proceed: edgeOf(drawn.proceed),
        expired: [...returnsFrom(waitNode(index)), ...failureEdges(drawn.expired)],
        ...(repeat === undefined || repeated === undefined
          ? {}
          : { repeat: { ...edgeOf(repeat.draft), step: repeated } }),
        revise: drawn.revise.map(({ input, draft: edge }) => ({ ...edgeOf(edge), input })),
      },
    ];
  };
  const stepState = (drawn: DrawnStep): CallState | WorkflowState | InteractionState => {
    const { step, index } = drawn;
    const node = callNode(index);
    const back = returnsFrom(node);
    const succeeded = successEdges(drawn);
    const failed = drawn.failed.length === 0 ? [] : [...back, ...failureEdges(drawn.failed)];
    const withReturns = (list: readonly DraftFailure[]): readonly FailureEdge[] =>
      list.length === 0 ? [] : [...back, ...failureEdges(list)];
    if (step.kind === 'interaction') {
      return {
        kind: 'interaction',
        name: step.state,
        step,
        succeeded,
        failed,
        declined: withReturns(drawn.declined),
        expired: withReturns(drawn.timedOut),
        impossible: withReturns(drawn.lost),
      };
    }
    if (step.kind !== 'workflow') {
      return {
        kind: 'call',
        name: step.state,
        step,
        succeeded,
        failed,
        lost: [...back, ...failureEdges(drawn.timedOut), ...failureEdges(drawn.lost)],
      };
    }
    return {
      kind: 'workflow',
      name: step.state,
      step,
      call: step.call,
      flow: innerFlow(step.call, node),
      succeeded,
      failed,
    };
  };
  const recoveryStates = ({ step, recoveries }: DrawnStep): readonly RecoveryState[] =>
    recoveries.flatMap(({ action, node, leave }): readonly RecoveryState[] => {
      const first = firstOf(action.first, node);
      return first === undefined
        ? []
        : [
            {
              kind: 'recovery',
              name: nameOf(node),
              step,
              action: retryKey(step, action),
              first,
              resume: edgeOf(leave),
            },
          ];
    });
  const firstOf = (
    first: DrawnStep['recoveries'][number]['action']['first'],
    node: Node,
  ): RecoveryState['first'] | undefined => {
    if (first === undefined) return undefined;
    if ('call' in first) return { kind: 'workflow', call: first.call, flow: innerFlow(first.call, node) };
    const step = steps.find(({ stepId }) => stepId === first.stepId);
    if (step === undefined) return undefined;
    switch (step.kind) {
      case 'operation':
      case 'message':
        return { kind: 'call', step };
      case 'workflow':
        return { kind: 'workflow', call: step.call, flow: innerFlow(step.call, node), step };
      case 'interaction':
        // Refused when the workflow was linked.
        return undefined;
    }
  };

  const states = draft.drawn.flatMap((drawn): readonly FlowState[] => [
    ...waitState(drawn),
    stepState(drawn),
    ...(drawn.resume === undefined
      ? []
      : [
          {
            kind: 'backoff',
            name: nameOf(backoffNode(drawn.index)),
            step: drawn.step,
            recover: drawn.recoveries.map(({ action, node }) => ({
              action: retryKey(drawn.step, action),
              target: nameOf(node),
            })),
            resume: edgeOf(drawn.resume),
          } as const,
        ]),
    ...recoveryStates(drawn),
  ]);
  const transfers = draft.transfers.map(({ node, call }): TransferState => ({
    kind: 'transfer',
    name: nameOf(node),
    call,
    flow: innerFlow(call, node),
  }));
  const finals = FINAL_STATES.map((name): FinalState => ({ kind: 'final', name }));
  return {
    initial: nameOf(missing.initial),
    states: [...states, ...transfers, ...finals],
    unused: secrets.unusedFrom(missing.initial),
    spent: secrets.spent,
  };
}

/** Names in document order: a step's own state keeps its name, the others take what is free. */
function nameNodes(
  { drawn, transfers }: ReturnType<typeof draftEdges>,
  steps: readonly StepPlan[],
  /** What the waiting state of a step is named after; `undefined` where it has none. */
  namedAfter: (index: number) => readonly string[] | undefined,
): ReadonlyMap<Node, string> {
  const names = new Map<Node, string>(FINAL_STATES.map((name) => [name, name]));
  const taken = new Set<string>([...FINAL_STATES, ...steps.map((step) => step.state)]);
  const take = (node: Node, wanted: string): void => {
    const name = freeName(wanted, taken);
    taken.add(name);
    names.set(node, name);
  };
  for (const { step, index, resume, recoveries } of drawn) {
    names.set(callNode(index), step.state);
    const inputs = namedAfter(index);
    if (inputs !== undefined) {
      const plain = nameOfWait(inputs);
      take(waitNode(index), taken.has(plain) ? `${plain}For${pascalCase(wordsOf(step.stepId))}` : plain);
    }
    if (resume !== undefined) take(backoffNode(index), `${step.state}Backoff`);
    for (const { node } of recoveries) take(node, `${step.state}Recovering`);
  }
  for (const { node, call } of transfers) take(node, nameWorkflow(call.workflow.workflowId, taken));
  return names;
}

/** Whether a value handed to a called workflow is there whatever happened before. */
function isSurelyThere(
  value: Template,
  plan: WorkflowPlan,
  absent: ReadonlySet<string>,
  deferredInputs: boolean,
): boolean {
  switch (value.kind) {
    case 'constant':
    case 'object':
    case 'array':
      return true;
    case 'expression': {
      const { expression } = value;
      if (expression.kind !== 'inputs' || expression.pointer.length > 0) return false;
      const input = plan.inputs.find(({ name }) => name === expression.name);
      if (input?.requiredBecause !== undefined) return deferredInputs && !absent.has(input.name);
      return isJsonObject(input?.schema) && hasMember(input.schema, 'default');
    }
    default:
      return false;
  }
}
