import { parsePointer } from '../document/json-pointer.ts';
import type { SourceDescription } from './model.ts';

/** A place in a source description; `loose` when it is not written as the specification writes it. */
export interface SourcePointer {
  readonly source: string;
  readonly path: readonly string[];
  readonly loose: boolean;
}

/**
 * Reads `{$sourceDescriptions.<name>.url}#<JSON Pointer>`. The forms without braces or without `.url` are
 * understood too. `undefined` for everything else.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function parseSourcePointer(
  text: string,
  sources: readonly SourceDescription[],
): SourcePointer | undefined {
  const hash = text.indexOf('#');
  if (hash < 0) return undefined;
  const braced = /^\{(.*)\}$/s.exec(text.slice(0, hash))?.[1];
  const head = braced ?? text.slice(0, hash);
  const prefix = '$sourceDescriptions.';
  if (!head.startsWith(prefix)) return undefined;
  const name = head.slice(prefix.length);
  const isWhole = sources.some((source) => source.name === name);
  const source = !isWhole && name.endsWith('.url') ? name.slice(0, -'.url'.length) : name;
  const path = parsePointer(decodeFragment(text.slice(hash + 1)));
  if (source === '' || path === undefined) return undefined;
  return { source, path, loose: braced === undefined || source === name };
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
