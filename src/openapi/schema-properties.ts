import { isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { childNode, type DescriptionDocuments, type DescriptionNode } from './description-documents.ts';
import { dereference } from './reference.ts';
import { membersAt } from './unusable-part.ts';

/** The top level of a schema of objects. */
export interface SchemaProperties {
  /** The properties that a request must have, in the order they are named; without `readOnly` ones. */
  readonly required: readonly string[];
  /** The schemas of the properties, `$ref`s followed. */
  readonly properties: ReadonlyMap<string, DescriptionNode>;
}

/**
 * The properties of a schema at its top level, its `allOf` included. Properties that are `readOnly` are the
 * server's to send and are not required. What cannot be read has none.
 */
export function schemaProperties(
  documents: DescriptionDocuments,
  schema: DescriptionNode | undefined,
): SchemaProperties {
  const required = new Set<string>();
  const properties = new Map<string, DescriptionNode>();
  const seen = new Set<JsonValue>();
  const collect = (node: DescriptionNode): void => {
    const { value } = node;
    if (!isJsonObject(value) || seen.has(value)) return;
    seen.add(value);
    if (value['$ref'] !== undefined) {
      const found = dereference(documents, node);
      if ('value' in found) collect(found);
    }
    const names = value['required'];
    for (const name of Array.isArray(names) ? names : []) if (typeof name === 'string') required.add(name);
    for (const [name, property] of membersAt(node, 'properties')) {
      const found = dereference(documents, property);
      if ('value' in found) properties.set(name, found);
    }
    const parts = childNode(node, 'allOf');
    if (parts === undefined || !Array.isArray(parts.value)) return;
    for (const index of parts.value.keys()) collect(childNode(parts, index) as DescriptionNode);
  };
  if (schema !== undefined) collect(schema);
  const isReadOnly = (name: string) => {
    const property = properties.get(name)?.value;
    return isJsonObject(property) && property['readOnly'] === true;
  };
  return { required: [...required].filter((name) => !isReadOnly(name)), properties };
}
