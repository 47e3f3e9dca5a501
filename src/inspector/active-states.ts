/** The dotted paths of all states that a machine's value names, outer ones first: `{ a: 'b' }` is `['a', 'a.b']`. */
export function activeStates(value: unknown, prefix = ''): readonly string[] {
  if (typeof value === 'string') return [prefix + value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    prefix + name,
    ...activeStates(inner, `${prefix}${name}.`),
  ]);
}
