/** The names of the nested states that a machine's value names: `{ placing: 'sending' }` is `['placing', 'sending']`. */
export function statePath(value: unknown): readonly string[] {
  const path: string[] = [];
  let rest = value;
  while (typeof rest === 'object' && rest !== null) {
    const [entry] = Object.entries(rest);
    if (entry === undefined) return path;
    path.push(entry[0]);
    rest = entry[1];
  }
  if (typeof rest === 'string') path.push(rest);
  return path;
}

/** A machine's value as a dotted path: `placing.sending`. */
export function stateName(value: unknown): string {
  return statePath(value).join('.');
}
