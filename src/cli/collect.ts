/** Adds a value to those of an option that may be repeated. */
export function collect(value: string, before: readonly string[] | boolean | undefined): readonly string[] {
  return [...(Array.isArray(before) ? before : []), value];
}
