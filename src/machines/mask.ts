import { isJsonObject, setMember, type JsonValue } from '../document/json.ts';
import { isSecretName } from '../plan/secret-name.ts';

/** What stands in the place of a secret. */
export const MASK = '•••';

/**
 * A copy in which every member whose name looks like a secret's, or is in `secrets`, is masked, at any depth. Absent
 * and `null` stay what they are.
 */
export function maskSecrets(value: JsonValue, secrets: ReadonlySet<string> = new Set()): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => maskSecrets(item, secrets));
  if (!isJsonObject(value)) return value;
  const masked: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const hidden = member !== null && (secrets.has(name) || isSecretName(name));
    setMember(masked, name, hidden ? MASK : maskSecrets(member, secrets));
  }
  return masked;
}
