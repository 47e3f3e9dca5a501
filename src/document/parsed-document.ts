import type { Location } from './diagnostic.ts';
import type { JsonValue } from './json.ts';

/**
 * A text that was read as YAML 1.2 (core schema) or JSON: its data, and where each node of it stands.
 * `value` is plain data without prototypes' names in the way; `locate` finds the text of a node by JSON Pointer.
 */
export interface ParsedDocument {
  /** The absolute URI that the text came from; relative references are resolved against it. */
  readonly uri: string;
  readonly text: string;
  readonly value: JsonValue;
  /**
   * Where a node stands. A pointer to a node that does not exist gives its nearest ancestor.
   * `part: 'key'` gives the member's name instead of its value.
   */
  locate(pointer: string, part?: 'key' | 'value'): Location;
}
