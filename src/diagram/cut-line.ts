import type { Box, Point } from './layout.ts';

/** The box around several; `undefined` around none. */
export function boxAround(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** The pieces of a line that are outside of a box: the words on a line stand in a gap of it. */
export function outsideOf(box: Box | undefined, points: readonly Point[]): readonly (readonly Point[])[] {
  if (box === undefined) return [points];
  const pieces: Point[][] = [];
  let piece: Point[] = [];
  for (const [index, to] of points.entries()) {
    const from = points[index - 1];
    const inside = from === undefined ? undefined : partInside(box, from, to);
    if (from !== undefined && inside !== undefined) {
      pieces.push([...piece, between(from, to, inside.begin)]);
      piece = [between(from, to, inside.end)];
    }
    piece.push(to);
  }
  return [...pieces, piece].filter((one) => one.length > 1);
}

/** Which part of a stretch is inside of a box, as shares of its length. */
function partInside(
  box: Box,
  from: Point,
  to: Point,
): { readonly begin: number; readonly end: number } | undefined {
  let begin = 0;
  let end = 1;
  const sides = [
    [from.x, to.x - from.x, box.x, box.x + box.width],
    [from.y, to.y - from.y, box.y, box.y + box.height],
  ] as const;
  for (const [start, way, low, high] of sides) {
    if (way === 0) {
      if (start <= low || start >= high) return undefined;
      continue;
    }
    const [enter, leave] = way > 0 ? [low, high] : [high, low];
    begin = Math.max(begin, (enter - start) / way);
    end = Math.min(end, (leave - start) / way);
  }
  return begin < end ? { begin, end } : undefined;
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
