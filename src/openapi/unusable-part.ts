import type { Location } from '../document/diagnostic.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { dereference } from './reference.ts';

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

/** The object that stands at a place, `$ref`s followed. */
export function objectAt(
  openapi: OpenApiDocument,
  value: JsonValue,
  pointer: string,
  subject: string,
): { readonly value: JsonObject; readonly pointer: string } {
  const found = dereference(openapi.document, value, pointer);
  if ('problem' in found) throw new UnusablePart(found.reason, found.problem, found.location);
  if (!isJsonObject(found.value)) throw malformed(openapi, `${subject} must be an object.`, found.pointer);
  return { value: found.value, pointer: found.pointer };
}

/** The items of an optional list. */
export function listAt(
  openapi: OpenApiDocument,
  value: JsonValue | undefined,
  pointer: string,
  subject: string,
): readonly JsonValue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw malformed(openapi, `${subject} must be an array.`, pointer);
  return value;
}

/** The problem of a part that is not what the specification says. */
export function malformed(openapi: OpenApiDocument, message: string, pointer: string): UnusablePart {
  return new UnusablePart('malformed', message, openapi.document.locate(pointer));
}
