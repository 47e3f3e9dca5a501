import type { Diagnostic, Location, Result, SourceRange } from './diagnostic.ts';
import { mostSevere } from './diagnostic.ts';
import { formatPointer, parsePointer } from './json-pointer.ts';
import { readJsonText } from './json-text.ts';
import { createLineIndex } from './line-index.ts';
import type { ParsedDocument } from './parsed-document.ts';
import type { SourceTree } from './source-tree.ts';
import { shortMessage } from './short-message.ts';
import { readYamlText } from './yaml-text.ts';

/** Texts above this are refused unless `maxBytes` says otherwise: 16 MiB. */
export const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** How a text is read. */
export interface ParseOptions {
  /** The absolute URI that the text came from. */
  readonly uri: string;
  /** The largest text that is read, in bytes of UTF-8; 16 MiB by default. */
  readonly maxBytes?: number;
}

/**
 * Reads a text as JSON or YAML 1.2 (core schema) and keeps where everything stands. An empty text gives `null`.
 * Syntax errors, keys given twice, custom tags, keys that are no scalars, several documents in one text, deep
 * nesting and exploding aliases come back as located diagnostics; no text makes it throw.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#format
 */
export function parseDocument(text: string, options: ParseOptions): Result<ParsedDocument> {
  const { uri, maxBytes = DEFAULT_MAX_BYTES } = options;
  const positionOf = createLineIndex(text);
  const locate = (range: SourceRange, pointer: string): Location => ({
    uri,
    pointer,
    range,
    ...positionOf(range.start),
  });
  if (isLargerThan(text, maxBytes)) {
    const message = `The text is larger than ${maxBytes} bytes.`;
    const location = { uri, pointer: '', range: { start: 0, end: 0 }, line: 1, column: 1 };
    return {
      value: undefined,
      diagnostics: [{ code: 'document/too-large', severity: 'error', message, location }],
    };
  }
  const json = readJsonText(text);
  if (json !== undefined) return { value: document(uri, text, json, locate), diagnostics: [] };

  const { tree, problems } = readYamlText(text);
  const diagnostics = problems
    .map((problem): Diagnostic => {
      const { related, range, code, severity } = problem;
      const location = locate(range, '');
      const found = { code, severity, message: shortMessage(problem.message), location };
      if (related === undefined) return found;
      return {
        ...found,
        related: [{ message: related.message, location: locate(related.range, '') }],
      };
    })
    .toSorted((a, b) => a.location.range.start - b.location.range.start);
  return {
    value: tree === undefined ? undefined : document(uri, text, tree, locate),
    diagnostics: mostSevere(diagnostics),
  };
}

function document(
  uri: string,
  text: string,
  tree: SourceTree,
  locate: (range: SourceRange, pointer: string) => Location,
): ParsedDocument {
  return {
    uri,
    text,
    value: tree.value,
    locate(pointer, part = 'value') {
      const tokens = parsePointer(pointer) ?? [];
      return locate(tree.rangeOf(tokens, part), formatPointer(tokens));
    },
  };
}

function isLargerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}
