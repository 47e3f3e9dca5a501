import type { SourceRange } from './diagnostic.ts';
import type { JsonValue } from './json.ts';

/** What both readers of text (JSON, YAML) give: the data, and where its nodes stand. */
export interface SourceTree {
  readonly value: JsonValue;
  /** The text of the node that the tokens lead to; of its nearest ancestor where there is none. */
  rangeOf(tokens: readonly string[], part: 'key' | 'value'): SourceRange;
}

/** Documents nested more deeply than this are refused, so that walking one cannot exhaust the stack. */
export const MAX_DEPTH = 400;
