import type { Location } from '../document/diagnostic.ts';
import { isJsonObject, type JsonObject } from '../document/json.ts';
import { childNode, type DescriptionDocuments, type DescriptionNode } from './description-documents.ts';
import { dereference } from './reference.ts';

/** A node that is an object. */
export interface ObjectNode extends DescriptionNode {
  readonly value: JsonObject;
}

/** A part of a description that is not what it must be; thrown inside this folder only. */
export class UnusablePart extends Error {
  readonly reason: 'malformed' | 'not-supported';
  readonly location: Location;

  constructor(reason: 'malformed' | 'not-supported', message: string, location: Location) {
    super(message);
    this.reason = reason;
    this.location = location;
  }
}

/** The object that a node is, or that its `$ref`s lead to. */
export function objectAt(
  documents: DescriptionDocuments,
  node: DescriptionNode,
  subject: string,
): ObjectNode {
  const found = dereference(documents, node);
  if ('problem' in found) throw new UnusablePart(found.reason, found.problem, found.location);
  if (!isObjectNode(found)) throw malformed(found, `${subject} must be an object.`);
  return found;
}

/** The items of an optional list that a node has as a member. */
export function listAt(parent: DescriptionNode, member: string): readonly DescriptionNode[] {
  const list = childNode(parent, member);
  if (list === undefined) return [];
  if (!Array.isArray(list.value)) throw malformed(list, `"${member}" must be an array.`);
  return list.value.flatMap((_, index) => childNode(list, index) ?? []);
}

/** The members of an object that a node has as a member; none where it is no object. */
export function membersAt(
  parent: DescriptionNode,
  member: string,
): readonly (readonly [name: string, node: DescriptionNode])[] {
  const map = childNode(parent, member);
  if (map === undefined || !isJsonObject(map.value)) return [];
  return Object.keys(map.value).flatMap((name) => {
    const node = childNode(map, name);
    return node === undefined ? [] : [[name, node] as const];
  });
}

/** The problem of a part that is not what the specification says. */
export function malformed(
  node: Pick<DescriptionNode, 'document' | 'pointer'>,
  message: string,
): UnusablePart {
  return new UnusablePart('malformed', message, node.document.locate(node.pointer));
}

/** Whether a node is an object. */
export function isObjectNode(node: DescriptionNode): node is ObjectNode {
  return isJsonObject(node.value);
}
