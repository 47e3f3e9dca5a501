import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { blockSize, leafSize, MARGIN, PADDING } from './measures.ts';
import type { Picture, PictureLine, PictureNode } from './picture.ts';

const ROOT = '(root)';

/** Straight lines take a time that grows fast with their number, and make wide pictures of many. */
const MAX_STRAIGHTENED = 36;

const SPACING: Readonly<Record<string, string>> = {
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.nodeSelfLoop': '14',
};

/**
 * How layers are made. ELK hands no setting down to what is inside a state, so each state has them all.
 * `byState`: each state by itself, in document order. `together`: all at once, for lines that cross the border of a
 * state; ELK breaks on document order there.
 */
const LAYERS: Readonly<Record<Hierarchy, Readonly<Record<string, string>>>> = {
  byState: {
    ...SPACING,
    'elk.algorithm': 'layered',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  },
  together: {
    ...SPACING,
    'elk.algorithm': 'layered',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  },
};

type Hierarchy = 'byState' | 'together';

/** A picture as the layout engine takes it, without places. */
export function elkGraph(picture: Picture, direction: 'down' | 'right'): ElkNode {
  const hierarchy: Hierarchy = crossesBorders(picture) ? 'together' : 'byState';
  const settings = {
    ...LAYERS[hierarchy],
    'elk.direction': direction.toUpperCase(),
    'elk.layered.nodePlacement.strategy':
      picture.lines.length > MAX_STRAIGHTENED ? 'LINEAR_SEGMENTS' : 'NETWORK_SIMPLEX',
  };
  const sources = new Set(picture.lines.map(({ from }) => from));
  return {
    id: ROOT,
    layoutOptions: {
      ...settings,
      ...(hierarchy === 'together' ? { 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' } : {}),
      'elk.json.edgeCoords': 'ROOT',
      'elk.json.shapeCoords': 'ROOT',
      'elk.randomSeed': '1',
      'elk.padding': `[top=${MARGIN},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
    },
    children: connectedNodes(picture).map((node) => elkNode(node, { settings, sources })),
    edges: picture.lines.map(elkEdge),
  };
}

/** What all states are laid out with. */
interface Shared {
  readonly settings: Readonly<Record<string, string>>;
  /** The states that lines lead from. */
  readonly sources: ReadonlySet<string>;
}

function elkNode(node: PictureNode, shared: Shared): ElkNode {
  const { id, children } = node;
  const { width, height } = leafSize(node);
  if (children.length === 0) return { id, width, height, ...layerOf(node, shared) };
  return {
    id,
    layoutOptions: {
      ...shared.settings,
      'elk.padding': `[top=${height},left=${PADDING},bottom=${PADDING},right=${PADDING}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    },
    children: children.map((child) => elkNode(child, shared)),
  };
}

/** Whether a line leads out of a state or into one. */
function crossesBorders({ nodes, lines }: Picture): boolean {
  const parents = new Map<string, string>();
  const visit = (list: readonly PictureNode[], parent: string): void => {
    for (const node of list) {
      parents.set(node.id, parent);
      visit(node.children, node.id);
    }
  };
  visit(nodes, '');
  return lines.some(({ from, to }) => parents.get(from) !== parents.get(to));
}

/** The nodes without those that only notes lead to: they stand below, beside the notes. */
export function connectedNodes({ nodes, lines }: Picture): readonly PictureNode[] {
  const ends = new Set(lines.flatMap(({ from, to }) => [from, to]));
  return nodes.filter(({ id, children }) => ends.has(id) || children.length > 0);
}

/** Ends stand together below everything else, but for copies, which stand by the state that leads to them. */
function layerOf(
  { id, state, kind }: PictureNode,
  { sources }: Shared,
): { readonly layoutOptions?: Record<string, string> } {
  const isEnd = kind.startsWith('final') && id === state && !sources.has(id);
  const layer = kind === 'start' ? 'FIRST' : isEnd ? 'LAST' : undefined;
  return layer === undefined ? {} : { layoutOptions: { 'elk.layered.layering.layerConstraint': layer } };
}

/** All labels of a line are laid out as one block, under each other. */
function elkEdge({ id, from, to, labels }: PictureLine): ElkExtendedEdge {
  const size = blockSize(labels);
  return {
    id,
    sources: [from],
    targets: [to],
    labels:
      size === undefined
        ? []
        : [
            {
              text: id,
              ...size,
              layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' },
            },
          ],
  };
}
