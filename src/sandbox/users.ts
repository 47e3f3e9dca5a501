import type { JsonObject } from '../document/json.ts';
import { formatTime } from './context.ts';
import type { SandboxContext } from './context.ts';
import { lockMembers } from './locks.ts';
import type { ContactMethod, SandboxUser } from './store.ts';

/** The phone number that Stytch accepts without sending anything; its code is `000000`. */
export const sandboxPhoneNumber = '+10000000000';

/** The email address that Stytch accepts without sending anything; its code is `000000`. */
export const sandboxEmail = 'sandbox@stytch.com';

const sandboxUserId = 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd';
const sandboxPhoneId = 'phone-number-test-98cfbe19-6c8f-4b8b-b62a-e78a5a7bdff3';
const sandboxEmailId = 'email-test-23873e89-d4ed-4e92-b3b9-e5c7198fa286';

/** The user behind the two sandbox destinations: fixed ids, nothing verified, and not to be found by its id. */
const sandboxUser: SandboxUser = {
  user_id: sandboxUserId,
  emails: [{ email_id: sandboxEmailId, email: sandboxEmail, verified: false }],
  status: '',
  phone_numbers: [{ phone_id: sandboxPhoneId, phone_number: sandboxPhoneNumber, verified: false }],
  roles: [],
  name: null,
  created_at: null,
  external_id: null,
};

/** Whether a destination or a user id is one of the fixed sandbox values. */
export function isSandboxValue(value: string): boolean {
  return value === sandboxPhoneNumber || value === sandboxEmail || value === sandboxUserId;
}

/** A user by id, the user of the sandbox destinations included. */
export function userById(context: SandboxContext, userId: string): SandboxUser | undefined {
  return userId === sandboxUserId ? sandboxUser : context.state.users.get(userId);
}

/** A stored user by id or external id; the user of the sandbox destinations is not stored. */
export function storedUser(context: SandboxContext, reference: string): SandboxUser | undefined {
  const users = context.state.users;
  return users.get(reference) ?? [...users.values()].find((user) => user.external_id === reference);
}

/** The contact method with an id. */
export function contactById(context: SandboxContext, methodId: string): ContactMethod | undefined {
  if (methodId === sandboxPhoneId) return sandboxContact('phone');
  if (methodId === sandboxEmailId) return sandboxContact('email');
  return context.state.contacts.get(methodId);
}

function sandboxContact(kind: 'phone' | 'email'): ContactMethod {
  return kind === 'phone'
    ? { methodId: sandboxPhoneId, userId: sandboxUserId, kind, value: sandboxPhoneNumber }
    : { methodId: sandboxEmailId, userId: sandboxUserId, kind, value: sandboxEmail };
}

/** The contact method of a destination and, where nobody has it yet, a new user for it. */
export function findOrCreateContact(
  context: SandboxContext,
  kind: 'phone' | 'email',
  destination: string,
  asPending: boolean,
): { readonly contact: ContactMethod; readonly created: boolean } {
  const value = kind === 'email' ? destination.toLowerCase() : destination;
  if (isSandboxValue(value)) {
    return { contact: sandboxContact(kind), created: context.settings.guesses.sandboxUserCreated };
  }
  const known = [...context.state.contacts.values()].find((entry) => entry.value === value);
  if (known !== undefined) return { contact: known, created: false };
  const userId = context.ids.id('user');
  const methodId = context.contactId(kind, value);
  const user: SandboxUser = {
    user_id: userId,
    emails: kind === 'email' ? [{ email_id: methodId, email: destination, verified: false }] : [],
    status: asPending ? 'pending' : 'active',
    phone_numbers: kind === 'phone' ? [{ phone_id: methodId, phone_number: value, verified: false }] : [],
    roles: ['stytch_user'],
    name: { first_name: '', middle_name: '', last_name: '' },
    created_at: formatTime(context.now()),
    external_id: null,
  };
  const contact: ContactMethod = { methodId, userId, kind, value };
  context.state.users.set(userId, user);
  context.state.contacts.set(methodId, contact);
  return { contact, created: true };
}

/** What a used code does to its user: the contact method is verified and a pending user becomes active. */
export function verifyContact(context: SandboxContext, contact: ContactMethod): void {
  const user = context.state.users.get(contact.userId);
  if (user === undefined) return;
  context.state.users.set(user.user_id, {
    ...user,
    status: 'active',
    emails: user.emails.map((entry) =>
      entry.email_id === contact.methodId ? { ...entry, verified: true } : entry,
    ),
    phone_numbers: user.phone_numbers.map((entry) =>
      entry.phone_id === contact.methodId ? { ...entry, verified: true } : entry,
    ),
  });
}

/** The user as a response holds it: with every list that the ten operations leave empty. */
export function userBody(context: SandboxContext, user: SandboxUser): JsonObject {
  return {
    ...user,
    webauthn_registrations: [],
    providers: [],
    totps: [],
    crypto_wallets: [],
    biometric_registrations: [],
    password: null,
    trusted_metadata: {},
    untrusted_metadata: {},
    ...lockMembers(context, user.user_id),
  };
}
