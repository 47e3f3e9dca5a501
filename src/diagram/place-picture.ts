import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { connectedNodes } from './elk-graph.ts';
import type { Box, Layout, PlacedLine, PlacedNode, PlacedNote, Point } from './layout.ts';
import { LABEL_PADDING, leafSize, LINE_HEIGHT, MARGIN, PADDING, TEXT } from './measures.ts';
import type { Picture, PictureLine, PictureNode } from './picture.ts';
import { textWidth } from './text-width.ts';

/** A picture with the places that the layout engine found, and the notes below. */
export function placePicture(picture: Picture, placed: ElkNode): Layout {
  const boxes = new Map<string, Box>();
  const edges = new Map<string, ElkExtendedEdge>();
  const visit = (node: ElkNode): void => {
    const { x = 0, y = 0, width = 0, height = 0 } = node;
    boxes.set(node.id, { x, y, width, height });
    for (const edge of node.edges ?? []) edges.set(edge.id, edge);
    node.children?.forEach(visit);
  };
  visit(placed);
  const footer = placeFooter(picture, placed.height ?? 0);
  const nodes: PlacedNode[] = [];
  const place = (node: PictureNode): void => {
    const box = boxes.get(node.id);
    if (box !== undefined) nodes.push({ node, ...box });
    node.children.forEach(place);
  };
  picture.nodes.forEach(place);
  return {
    width: Math.ceil(Math.max(placed.width ?? 0, footer.width)),
    height: Math.ceil(footer.height),
    nodes: [...nodes, ...footer.nodes],
    lines: picture.lines.flatMap((line) => placedLine(line, edges.get(line.id))),
    notes: footer.notes,
  };
}

interface Footer {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly notes: readonly PlacedNote[];
}

/** The states that no line leads to, each in a row with what is said of it, then all other notes. */
function placeFooter(picture: Picture, top: number): Footer {
  const connected = new Set(connectedNodes(picture));
  const rows: readonly (PictureNode | undefined)[] = [
    ...picture.nodes.filter((node) => !connected.has(node)),
    undefined,
  ];
  let y = top;
  let right = 0;
  const nodes: PlacedNode[] = [];
  const notes: PlacedNote[] = [];
  for (const node of rows) {
    const own = picture.notes.filter(({ target }) =>
      node === undefined
        ? !rows.some((row) => row !== undefined && row.state === target)
        : node.state === target,
    );
    const size = node === undefined ? { width: 0, height: 0 } : leafSize(node);
    if (node !== undefined) nodes.push({ node, x: MARGIN, y, ...size });
    const x = MARGIN + (node === undefined ? 0 : size.width + PADDING);
    const height = Math.max(size.height, own.length * LINE_HEIGHT);
    for (const [index, note] of own.entries()) {
      const middle = y + (height - own.length * LINE_HEIGHT) / 2;
      notes.push({ note, x, y: middle + index * LINE_HEIGHT + 11 });
      right = Math.max(right, x + textWidth(note.text, TEXT.row));
    }
    right = Math.max(right, x);
    if (height > 0) y += height + PADDING;
  }
  return { width: right + MARGIN, height: y, nodes, notes };
}

/** The points without the small fractions by which ELK misses a right angle. */
function straight(points: readonly Point[]): readonly Point[] {
  const found: Point[] = [];
  for (const { x, y } of points) {
    const last = found.at(-1);
    const point =
      last === undefined
        ? { x, y }
        : { x: Math.abs(x - last.x) < 1 ? last.x : x, y: Math.abs(y - last.y) < 1 ? last.y : y };
    if (point.x !== last?.x || point.y !== last.y) found.push(point);
  }
  return found;
}

function placedLine(line: PictureLine, edge: ElkExtendedEdge | undefined): readonly PlacedLine[] {
  const [section] = edge?.sections ?? [];
  if (section === undefined) return [];
  const points = straight([section.startPoint, ...(section.bendPoints ?? []), section.endPoint]);
  const [block] = edge?.labels ?? [];
  let y = (block?.y ?? 0) + LABEL_PADDING / 2;
  const labels = line.labels.map((label) => {
    const height = label.lines.length * LINE_HEIGHT;
    const box = { x: block?.x ?? 0, y, width: block?.width ?? 0, height };
    y += height;
    return { label, ...box };
  });
  return [{ line, points, labels }];
}
