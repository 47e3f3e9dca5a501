import type { DiagramEdge, DiagramGraph, DiagramNode, EdgeKind, NodeKind } from '../diagram/graph.ts';
import { isJsonObject, memberOf, type JsonObject, type JsonValue } from '../document/json.ts';

const NODE_KINDS: Readonly<Record<NodeKind, true>> = {
  start: true,
  waiting: true,
  busy: true,
  backoff: true,
  recovering: true,
  plain: true,
  compound: true,
  parallel: true,
  region: true,
  history: true,
  final: true,
  'final-done': true,
  'final-failed': true,
  'final-cancelled': true,
};

const EDGE_KINDS: Readonly<Record<EdgeKind, true>> = {
  start: true,
  success: true,
  failure: true,
  retry: true,
  submit: true,
  repeat: true,
  revise: true,
  cancel: true,
  timeout: true,
  always: true,
  after: true,
  event: true,
};

/** States inside states inside states: no picture has more. */
const MAX_DEPTH = 50;

/** What a graph that comes out of a file is not. */
class NoGraph extends Error {}

/**
 * Reads a graph that comes out of a file, which may hold anything: only what a graph has is taken, so that the one who
 * draws it can rely on that. `undefined` where it is none.
 */
export function readGraph(value: unknown): DiagramGraph | undefined {
  try {
    if (!isJsonObject(value)) return undefined;
    const graph = value;
    return {
      id: text(graph, 'id'),
      nodes: list(graph, 'nodes').map((node) => readNode(node, 0)),
      edges: list(graph, 'edges').map(readEdge),
    };
  } catch (error) {
    if (error instanceof NoGraph) return undefined;
    throw error;
  }
}

function readNode(value: JsonValue, depth: number): DiagramNode {
  if (depth > MAX_DEPTH) throw new NoGraph();
  const node = object(value);
  return {
    id: text(node, 'id'),
    kind: kind(node, NODE_KINDS),
    label: text(node, 'label'),
    details: texts(node, 'details'),
    tags: texts(node, 'tags'),
    children: list(node, 'children').map((child) => readNode(child, depth + 1)),
  };
}

function readEdge(value: JsonValue): DiagramEdge {
  const edge = object(value);
  const guard = memberOf(edge, 'guard');
  return {
    id: text(edge, 'id'),
    from: text(edge, 'from'),
    to: text(edge, 'to'),
    kind: kind(edge, EDGE_KINDS),
    event: text(edge, 'event'),
    label: text(edge, 'label'),
    ...(typeof guard === 'string' ? { guard } : {}),
    actions: texts(edge, 'actions'),
    forgets: texts(edge, 'forgets'),
    isInternal: memberOf(edge, 'isInternal') === true,
    isMinor: memberOf(edge, 'isMinor') === true,
  };
}

function object(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new NoGraph();
  return value;
}

function text(value: JsonObject, name: string): string {
  const member = memberOf(value, name);
  if (typeof member !== 'string') throw new NoGraph();
  return member;
}

function list(value: JsonObject, name: string): readonly JsonValue[] {
  const member = memberOf(value, name);
  if (!Array.isArray(member)) throw new NoGraph();
  return member as readonly JsonValue[];
}

function texts(value: JsonObject, name: string): readonly string[] {
  return list(value, name).filter((item) => typeof item === 'string');
}

function kind<Kind extends string>(value: JsonObject, kinds: Readonly<Record<Kind, true>>): Kind {
  const name = text(value, 'kind');
  if (!Object.hasOwn(kinds, name)) throw new NoGraph();
  return name as Kind;
}
