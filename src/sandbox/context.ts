import type { IdSource } from './ids.ts';
import type { JwtSigner } from './jwt.ts';
import type { SandboxSettings } from './settings.ts';
import type { SandboxState } from './store.ts';

/** What the operations of a sandbox work with. */
export interface SandboxContext {
  readonly settings: SandboxSettings;
  readonly state: SandboxState;
  readonly ids: IdSource;
  readonly signer: JwtSigner;
  /** Epoch milliseconds on the sandbox's clock. */
  readonly now: () => number;
  /** The id of a phone number or address: the same one for the same value. */
  readonly contactId: (kind: 'phone' | 'email', value: string) => string;
}

/** A time as the API writes it: RFC 3339 in UTC, whole seconds. */
export function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A stable id maker for phone numbers and addresses, kept in the state. */
export function contactIdSource(state: SandboxState, ids: IdSource): SandboxContext['contactId'] {
  return (kind, value) => {
    const key = `${kind}:${value}`;
    const id = state.contactIds.get(key) ?? ids.id(kind === 'phone' ? 'phone-number' : 'email');
    state.contactIds.set(key, id);
    return id;
  };
}
