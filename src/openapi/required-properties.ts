import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { dereference } from './reference.ts';

/**
 * The properties that a schema requires of a request at its top level, its `allOf` included, in the order they are
 * named. Properties that are `readOnly` are the server's to send and are left out. What cannot be read requires nothing.
 */
export function requiredProperties(document: ParsedDocument, schema: JsonValue): readonly string[] {
  const required = new Set<string>();
  const readOnly = new Set<string>();
  collect(document, schema, required, readOnly, new Set());
  return [...required].filter((name) => !readOnly.has(name));
}

function collect(
  document: ParsedDocument,
  written: JsonValue,
  required: Set<string>,
  readOnly: Set<string>,
  seen: Set<JsonValue>,
): void {
  if (!isJsonObject(written) || seen.has(written)) return;
  seen.add(written);
  if (written['$ref'] !== undefined) {
    const found = dereference(document, written, '');
    if ('value' in found) collect(document, found.value, required, readOnly, seen);
  }
  const names = written['required'];
  for (const name of Array.isArray(names) ? names : []) if (typeof name === 'string') required.add(name);
  const properties = written['properties'];
  for (const name of isJsonObject(properties) ? Object.keys(properties) : []) {
    const property = isJsonObject(properties) ? memberOf(properties, name) : undefined;
    const found = property === undefined ? undefined : dereference(document, property, '');
    if (
      found !== undefined &&
      'value' in found &&
      isJsonObject(found.value) &&
      found.value['readOnly'] === true
    ) {
      readOnly.add(name);
    }
  }
  const parts = written['allOf'];
  for (const part of Array.isArray(parts) ? parts : []) collect(document, part, required, readOnly, seen);
}
