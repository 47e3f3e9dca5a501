/** The names and indexes of a JSONPath that names one place, such as `$.items[0]['id']`; `undefined` for any other. */
export function singularPath(query: string): readonly string[] | undefined {
  if (!query.startsWith('$')) return undefined;
  const tokens: string[] = [];
  const segment = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(0|[1-9]\d*)\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/uy;
  segment.lastIndex = 1;
  while (segment.lastIndex < query.length) {
    const match = segment.exec(query);
    if (match === null) return undefined;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return tokens;
}
