import { expressionsIn } from '../expressions/references.ts';
import type { Draft, DraftFlow, Node } from './draft-edges.ts';
import type { CallPlan, WorkflowPlan } from './workflow-plan.ts';

/** Which secret inputs can be removed where, because nothing that can still happen refers to them. */
export interface DroppedSecrets {
  /** The secret inputs that the workflow's outputs do not refer to. */
  readonly spent: readonly string[];
  /** Those that are of no more use behind an edge, though they were before it. */
  droppedOn(edge: Draft): readonly string[];
  /** Those that are of no use from a node on. */
  unusedFrom(node: Node): readonly string[];
}

/** Finds out which secret inputs can be removed on which edges. */
export function droppedSecrets(
  plan: WorkflowPlan,
  flow: DraftFlow,
  nodeOf: (edge: Draft) => Node,
): DroppedSecrets {
  const kept = inputsOf(plan.outputs);
  const spent = plan.inputs
    .filter(({ name, secret }) => secret && !kept.some((other) => `${other}.`.startsWith(`${name}.`)))
    .map(({ name }) => name);
  if (spent.length === 0) return { spent, droppedOn: () => [], unusedFrom: () => [] };
  const follow = new Map<Node, Set<Node>>();
  for (const edge of flow.drafts)
    follow.set(edge.from, (follow.get(edge.from) ?? new Set()).add(nodeOf(edge)));
  const known = new Map<Node, ReadonlySet<string>>();
  const usedFrom = (from: Node): ReadonlySet<string> => {
    const found = known.get(from);
    if (found !== undefined) return found;
    const seen = new Set<Node>([from]);
    const uses = new Set<string>();
    for (const node of seen) {
      for (const input of usesOf(plan, flow, node)) uses.add(input);
      for (const target of follow.get(node) ?? []) seen.add(target);
    }
    known.set(from, uses);
    return uses;
  };
  return {
    spent,
    droppedOn(edge) {
      const before = usedFrom(edge.from);
      const after = usedFrom(nodeOf(edge));
      return spent.filter((secret) => before.has(secret) && !after.has(secret));
    },
    unusedFrom: (node) => spent.filter((secret) => !usedFrom(node).has(secret)),
  };
}

/** The inputs that what happens in a node refers to. */
function usesOf(plan: WorkflowPlan, flow: DraftFlow, node: Node): readonly string[] {
  const [kind, number = ''] = node.split(' ');
  if (kind === 'transfer') return inputsOfCall(flow.transfers[Number(number)]?.call);
  const step = number === '' ? undefined : plan.steps[Number(number)];
  if (step === undefined) return [];
  if (kind !== 'recover') return step.inputs;
  const first = flow.drawn[Number(number)]?.recoveries.find((recovery) => recovery.node === node)?.action
    .first;
  if (first === undefined) return [];
  if ('call' in first) return inputsOfCall(first.call);
  return plan.steps.find(({ stepId }) => stepId === first.stepId)?.inputs ?? [];
}

function inputsOfCall(call: CallPlan | undefined): readonly string[] {
  return call === undefined ? [] : inputsOf(call.inputs);
}

function inputsOf(
  values: readonly { readonly value: Parameters<typeof expressionsIn>[0] }[],
): readonly string[] {
  return values
    .flatMap(({ value }) => expressionsIn(value))
    .flatMap((expression) => (expression.kind === 'inputs' ? [expression.name] : []));
}
