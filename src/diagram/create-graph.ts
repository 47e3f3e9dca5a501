import { compileMachine } from '../machines/compile-machine.ts';
import { hasRuntime, runtimeOf } from '../machines/registry.ts';
import type { Runtime } from '../machines/runtime.ts';
import { statesByPath, type FlowState } from '../plan/flow.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { graphOfConfig, type ReadEdge } from './graph-of-config.ts';
import type { DiagramEdge, DiagramGraph, DiagramNode, NodeKind } from './graph.ts';
import { ownMember, ownText } from './own-member.ts';

/**
 * What a diagram can be made of: a plan; a machine, of `compileMachine` or any other of XState 5; the configuration of
 * one as JSON, `machine.config` or what `machine.toJSON()` gives; or a graph that was made before.
 */
export type DiagramSource = WorkflowPlan | { readonly config: object } | DiagramGraph | object;

/**
 * The nodes and edges of a machine. Those of a plan, or of a machine that was compiled from one, carry the pointers of
 * the document; of other machines there are none.
 *
 * @throws UsageError when the source is none of these, or has more than 5,000 states
 */
export function createGraph(source: DiagramSource): DiagramGraph {
  if (isGraph(source)) return source;
  const machine = isPlan(source) ? compileMachine(source) : source;
  const config = configOf(machine);
  const { graph, edges } = graphOfConfig(config);
  return hasRuntime(config) ? withDocument(graph, edges, runtimeOf({ config })) : graph;
}

function configOf(machine: object): object {
  const config = 'config' in machine ? machine.config : undefined;
  return typeof config === 'object' && config !== null ? config : machine;
}

function isGraph(source: object): source is DiagramGraph {
  return Array.isArray(ownMember(source, 'nodes')) && Array.isArray(ownMember(source, 'edges'));
}

function isPlan(source: object): source is WorkflowPlan {
  return Array.isArray(ownMember(source, 'steps')) && typeof ownMember(source, 'workflowId') === 'string';
}

/** The graph with what its plan knows and the configuration does not say. */
function withDocument(graph: DiagramGraph, edges: readonly ReadEdge[], runtime: Runtime): DiagramGraph {
  const states = statesByPath(runtime.flow);
  return {
    ...graph,
    pointer: runtime.plan.pointer,
    nodes: graph.nodes.map((node) => withState(node, states)),
    edges: edges.map((one) => withPointer(one, states, runtime.plan)),
  };
}

function withState(node: DiagramNode, states: ReadonlyMap<string, FlowState>): DiagramNode {
  const state = states.get(node.id);
  const kind: NodeKind = state?.kind === 'recovery' ? 'recovering' : node.kind;
  return {
    ...node,
    kind: node.kind === 'compound' ? 'compound' : kind,
    children: node.children.map((child) => withState(child, states)),
  };
}

function withPointer(
  { edge, transition }: ReadEdge,
  states: ReadonlyMap<string, FlowState>,
  plan: WorkflowPlan,
): DiagramEdge {
  const pointer = pointerOf(edge, transition, states) ?? (edge.from === '' ? plan.pointer : undefined);
  return pointer === undefined ? edge : { ...edge, pointer };
}

/** Where in the document an edge stands: its action's pointer, the criteria, or the step. */
function pointerOf(
  edge: DiagramEdge,
  { guardParams, actions }: ReadEdge['transition'],
  states: ReadonlyMap<string, FlowState>,
): string | undefined {
  const state = states.get(edge.from);
  if (state === undefined || !('step' in state) || state.step === undefined) return undefined;
  const { step } = state;
  const params = [guardParams, ...actions.map((action) => action.params)].find(
    (one) => typeof ownMember(one, 'index') === 'number',
  );
  const index = ownMember(params, 'index');
  if (typeof index === 'number') {
    const list = edge.kind === 'success' ? step.onSuccess : step.onFailure;
    return list[index]?.pointer ?? step.pointer;
  }
  const retried = step.onFailure.find(
    ({ type, name }) => type === 'retry' && name === ownText(guardParams, 'action'),
  );
  if (retried !== undefined) return retried.pointer;
  return edge.kind === 'success' && step.successCriteria !== undefined
    ? `${step.pointer}/successCriteria`
    : step.pointer;
}
