/** A value that JSON can say. Everything that is stored, compared or sent is one. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object: member names to values, in the order they were written. */
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** Whether a value is a JSON object: neither `null` nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object has a member of its own; what it inherits (`toString`, `__proto__`) is absent. */
export function hasMember(object: object, member: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, member);
}

/** An object's own member, or `undefined` where it has none. Never reaches the prototype. */
export function memberOf<Value>(object: Readonly<Record<string, Value>>, member: string): Value | undefined {
  return hasMember(object, member) ? object[member] : undefined;
}

/**
 * Sets a member that may carry any name, `__proto__` included: it becomes a member of the object's own and
 * never its prototype.
 */
export function setMember<Value>(object: Record<string, Value>, member: string, value: Value): void {
  if (member === '__proto__') {
    Object.defineProperty(object, member, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[member] = value;
  }
}

/**
 * A copy of an object with one member set, which may carry any name. Of an object with hundreds of members it is far
 * cheaper than a literal with a computed name: members that are defined, and not assigned, keep it in the form that
 * engines copy as a whole.
 */
export function withMember<Value>(
  object: Readonly<Record<string, Value>>,
  member: string,
  value: Value,
): Readonly<Record<string, Value>> {
  // Assigning would take a member `__proto__` for the prototype.
  const copy: Record<string, Value> = hasMember(object, '__proto__')
    ? { ...object }
    : Object.assign({}, object);
  return Object.defineProperty(copy, member, { value, enumerable: true, configurable: true, writable: true });
}
