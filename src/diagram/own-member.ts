import { hasMember } from '../document/json.ts';

/** An own member of a value of which nothing is known; `undefined` where there is none. */
export function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !hasMember(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** An own member that is a text. */
export function ownText(value: unknown, name: string): string | undefined {
  const member = ownMember(value, name);
  return typeof member === 'string' ? member : undefined;
}

/** An own member as a list: one value is a list of one, and nothing an empty one. */
export function ownList(value: unknown, name: string): readonly unknown[] {
  const member = ownMember(value, name);
  if (member === undefined || member === null) return [];
  return Array.isArray(member) ? (member as readonly unknown[]) : [member];
}

/** The texts in a list. */
export function ownTexts(value: unknown, name: string): readonly string[] {
  return ownList(value, name).filter((one) => typeof one === 'string');
}
