import { hasMember, isJsonObject, type JsonValue } from '../document/json.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';

/**
 * Whether evaluating a template could have given a value: what the document fixes is as it says, and nothing is
 * there that it does not name. What expressions stand for may be anything.
 */
export function fitsTemplate(template: Template, value: JsonValue | undefined): boolean {
  switch (template.kind) {
    case 'constant':
      return isSame(template.value, value);
    case 'expression':
    case 'selector':
      return true;
    case 'text':
      return typeof value === 'string' && fitsText(template.parts, value);
    case 'object': {
      if (!isJsonObject(value)) return false;
      const names = new Set(template.members.map(([name]) => name));
      if (Object.keys(value).some((name) => !names.has(name))) return false;
      return template.members.every(([name, member]) =>
        fitsTemplate(member, hasMember(value, name) ? value[name] : undefined),
      );
    }
    case 'array':
      return (
        Array.isArray(value) &&
        value.length === template.items.length &&
        template.items.every((item, index) => fitsTemplate(item, (value as readonly JsonValue[])[index]))
      );
  }
}

function fitsText(parts: readonly (string | RuntimeExpression)[], text: string): boolean {
  let from = 0;
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'string') continue;
    const isLast = index === parts.length - 1;
    const at = isLast ? Math.max(from, text.length - part.length) : text.indexOf(part, from);
    if (!text.startsWith(part, at) || at < from || (index === 0 && at !== 0)) return false;
    from = at + part.length;
    if (isLast) return from === text.length;
  }
  return true;
}

function isSame(one: JsonValue, other: JsonValue | undefined): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item: JsonValue, index) => isSame(item, (other as readonly JsonValue[])[index]))
    );
  }
  if (!isJsonObject(one)) return one === other;
  const names = Object.keys(one);
  return (
    isJsonObject(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => hasMember(other, name) && isSame(one[name] ?? null, other[name]))
  );
}
