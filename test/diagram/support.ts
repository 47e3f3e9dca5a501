import { layoutGraph } from '../../src/diagram/layout-graph.ts';
import type { Box, Layout, Point } from '../../src/diagram/layout.ts';
import type { DiagramGraph } from '../../src/diagram/graph.ts';
import { loadDocument, type WorkflowPlan } from '../../src/index.ts';

const OPENAPI = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  servers: [{ url: 'https://api.example' }],
  paths: { '/a': { post: { operationId: 'act', responses: {} } } },
});

/** The plan of a workflow with these steps; each may call the operation `act`, which takes a query `q`. */
export async function planOfSteps(steps: readonly object[]): Promise<WorkflowPlan> {
  const document = {
    arazzo: '1.0.1',
    info: { title: 'T', version: '1' },
    sourceDescriptions: [{ name: 'api', url: 'memory:/openapi.json', type: 'openapi' }],
    workflows: [{ workflowId: 'w', steps }],
  };
  const { value, diagnostics } = await loadDocument(JSON.stringify(document), {
    resolver: () => Promise.resolve(OPENAPI),
  });
  const plan = value?.plans[0];
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** A plan whose only step, in the state `placing`, calls a workflow. */
export function planThatCalls(workflow: WorkflowPlan): WorkflowPlan {
  return {
    ...workflow,
    inputs: [],
    steps: [
      {
        kind: 'workflow',
        stepId: 'placeOrder',
        state: 'placing',
        pointer: `${workflow.pointer}/steps/0`,
        call: { workflow, inputs: [], showsResponse: false },
        onSuccess: [],
        onFailure: [],
        outputs: [],
        inputs: [],
        isDependency: false,
      },
    ],
  };
}

/**
 * A workflow with so many steps, each of another make: some ask for an input, retry, go back or ahead, end on success,
 * or tell failures apart by long criteria.
 */
export function planOfSize(size: number): Promise<WorkflowPlan> {
  const stepId = (index: number): string => `${VERBS[index % VERBS.length] ?? 'do'}Thing${index + 1}`;
  const steps = Array.from({ length: size }, (_, index) => ({
    stepId: stepId(index),
    operationId: 'act',
    successCriteria: [
      { condition: '$statusCode == 200' },
      ...(index % 4 === 1 ? [{ condition: "$response.body#/status == 'accepted'" }] : []),
    ],
    ...(index % 3 === 0
      ? { parameters: [{ name: 'q', in: 'query', value: `about {$inputs.topic_${index}}` }] }
      : {}),
    ...(index % 7 === 5
      ? {
          onSuccess: [
            {
              name: 'nothingLeft',
              type: 'end',
              criteria: [{ condition: "$response.body#/left == '0'" }],
            },
          ],
        }
      : {}),
    onFailure: [
      ...(index % 2 === 0
        ? [
            {
              name: 'tryLater',
              type: 'retry',
              retryAfter: 1,
              retryLimit: 3,
              criteria: [{ condition: '$statusCode == 503 || $statusCode == 429' }],
            },
          ]
        : []),
      ...(index % 5 === 3
        ? [
            {
              name: 'fromTheStart',
              type: 'goto',
              stepId: stepId(index - 3),
              criteria: [{ condition: "$response.body#/error == 'expired'" }],
            },
          ]
        : []),
      ...(index % 6 === 2 && index + 2 < size
        ? [
            {
              name: 'skipOne',
              type: 'goto',
              stepId: stepId(index + 2),
              criteria: [{ condition: '$statusCode == 404' }],
            },
          ]
        : []),
      ...(index % 4 === 0
        ? [{ name: 'refused', type: 'end', criteria: [{ condition: '$statusCode == 403' }] }]
        : []),
    ],
  }));
  return planOfSteps(steps);
}

const VERBS = ['send', 'create', 'authenticate', 'list', 'confirm', 'ship', 'pay'];

/** What is wrong with where things are in a picture: nothing, as a rule. */
export async function faultsOf(
  graph: DiagramGraph,
  options: Parameters<typeof layoutGraph>[1] = {},
): Promise<readonly string[]> {
  const layout = await layoutGraph(graph, options);
  return [...overlaps(layout), ...outside(layout), ...slanted(layout), ...undrawn(graph, layout)];
}

/** Labels on labels, labels on states that they are not in, states on states, and lines through other lines' labels. */
function overlaps(layout: Layout): readonly string[] {
  const labels = layout.lines.flatMap(({ line, labels: placed }) =>
    placed.map((label) => ({ name: label.label.lines.map(({ text }) => text).join(' '), line, box: label })),
  );
  const nodes = layout.nodes.map((placed) => ({ name: placed.node.id, placed }));
  const leaves = nodes.filter(({ placed }) => placed.node.children.length === 0);
  return [
    ...pairs(labels).flatMap(([one, other]) =>
      meet(one.box, other.box) ? [`label "${one.name}" on label "${other.name}"`] : [],
    ),
    ...labels.flatMap(({ name, box }) =>
      nodes.flatMap(({ name: node, placed }) => {
        const isInside = placed.node.children.length > 0 && contains(placed, box);
        return !isInside && meet(box, placed) ? [`label "${name}" on state ${node}`] : [];
      }),
    ),
    ...pairs(leaves).flatMap(([one, other]) =>
      meet(one.placed, other.placed) ? [`state ${one.name} on state ${other.name}`] : [],
    ),
    ...labels.flatMap(({ name, box, line }) =>
      layout.lines.flatMap((other) =>
        other.line !== line && stretches(other.points).some((stretch) => meet(box, stretch))
          ? [`line ${other.line.id} through label "${name}"`]
          : [],
      ),
    ),
    ...layout.lines.flatMap(({ line, points }) =>
      leaves.flatMap(({ name, placed }) =>
        stretches(points).some((stretch) => meet(placed, stretch))
          ? [`line ${line.id} through state ${name}`]
          : [],
      ),
    ),
  ];
}

function outside({ width, height, nodes, lines }: Layout): readonly string[] {
  const boxes: readonly Box[] = [...nodes, ...lines.flatMap(({ labels }) => labels)];
  const points = lines.flatMap((line) => line.points);
  const picture: Box = { x: 0, y: 0, width, height };
  return [...boxes, ...points.map((point) => ({ ...point, width: 0, height: 0 }))].flatMap((box) =>
    contains(picture, box) ? [] : [`${JSON.stringify([box.x, box.y])} is outside`],
  );
}

function slanted({ lines }: Layout): readonly string[] {
  return lines.flatMap(({ line, points }) =>
    points.some((point, index) => {
      const last = points[index - 1] ?? point;
      return Math.abs(last.x - point.x) > 0.01 && Math.abs(last.y - point.y) > 0.01;
    })
      ? [`line ${line.id} is slanted`]
      : [],
  );
}

function undrawn(graph: DiagramGraph, layout: Layout): readonly string[] {
  const drawn = new Set([
    ...layout.lines.flatMap(({ line }) => line.edges),
    ...layout.notes.flatMap(({ note }) => note.edges),
    ...layout.nodes.flatMap(({ node }) => node.rows.flatMap(({ edges }) => edges)),
  ]);
  return graph.edges
    .filter(({ isMinor, id }) => !isMinor && !drawn.has(id))
    .map(({ id }) => `edge ${id} is not drawn`);
}

function stretches(points: readonly Point[]): readonly Box[] {
  return points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(to.x - from.x),
      height: Math.abs(to.y - from.y),
    };
  });
}

/** Boxes may touch. */
const TOUCH = 0.5;

function meet(one: Box, other: Box): boolean {
  return (
    one.x + one.width > other.x + TOUCH &&
    other.x + other.width > one.x + TOUCH &&
    one.y + one.height > other.y + TOUCH &&
    other.y + other.height > one.y + TOUCH
  );
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x - TOUCH &&
    inner.y >= outer.y - TOUCH &&
    inner.x + inner.width <= outer.x + outer.width + TOUCH &&
    inner.y + inner.height <= outer.y + outer.height + TOUCH
  );
}

function pairs<Value>(list: readonly Value[]): readonly (readonly [Value, Value])[] {
  return list.flatMap((one, index) => list.slice(index + 1).map((other) => [one, other] as const));
}
