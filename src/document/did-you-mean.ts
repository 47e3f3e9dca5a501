/**
 * The candidate that a misspelt name was probably meant to be: one that differs in upper and lower case only,
 * else the nearest by edit distance (a swap of neighbours counts once), as long as it is near: one edit for
 * names of up to five characters, two up to ten, three above.
 *
 * @returns `undefined` where nothing is near, and where the name is a candidate itself.
 */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const lowerName = name.toLowerCase();
  const limit = name.length <= 5 ? 1 : name.length <= 10 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === name) return undefined;
    const lower = candidate.toLowerCase();
    const distance = lower === lowerName ? 0 : editDistance(lowerName, lower, limit);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The number of insertions, deletions, replacements and swaps of neighbours; `limit + 1` when it is more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(distance);
      smallest = Math.min(smallest, distance);
    }
    if (smallest > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
