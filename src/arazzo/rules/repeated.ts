import type { Severity } from '../../document/diagnostic.ts';
import type { RuleContext } from './rule.ts';

/** How a list of things that must differ is told apart and spoken of. */
export interface Distinction<Item> {
  key(item: Item): string;
  pointer(item: Item): string;
  message(item: Item): string;
  readonly section: string;
  readonly severity?: Severity;
}

/** Reports every item whose key an earlier one has, and shows the first. */
export function reportRepeated<Item>(
  context: RuleContext,
  items: readonly Item[],
  by: Distinction<Item>,
): void {
  const first = new Map<string, Item>();
  for (const item of items) {
    const key = by.key(item);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, item);
    else {
      context.report({
        severity: by.severity ?? 'error',
        message: by.message(item),
        pointer: by.pointer(item),
        related: { message: 'It is used here first.', pointer: by.pointer(earlier) },
        section: by.section,
      });
    }
  }
}
