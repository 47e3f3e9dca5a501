import { formatTime } from './context.ts';
import type { SandboxContext } from './context.ts';
import type { AuthenticationFactor, Channel } from './store.ts';

/** A code that reached a phone: type `otp`, by SMS or WhatsApp. */
export function phoneFactor(
  context: SandboxContext,
  channel: Channel,
  phoneNumber: string,
  phoneId = context.contactId('phone', phoneNumber),
): AuthenticationFactor {
  return {
    type: 'otp',
    delivery_method: channel,
    ...stamps(context),
    phone_number_factor: { phone_id: phoneId, phone_number: phoneNumber },
  };
}

/** A code that reached an email address: type `email_otp`. */
export function emailFactor(
  context: SandboxContext,
  address: string,
  emailId = context.contactId('email', address.toLowerCase()),
): AuthenticationFactor {
  return {
    type: 'email_otp',
    delivery_method: 'email',
    ...stamps(context),
    email_factor: { email_id: emailId, email_address: address },
  };
}

function stamps(
  context: SandboxContext,
): Pick<AuthenticationFactor, 'last_authenticated_at' | 'created_at' | 'updated_at'> {
  const time = formatTime(context.now());
  return { last_authenticated_at: time, created_at: time, updated_at: time };
}

function place(factor: AuthenticationFactor): string {
  return `${factor.delivery_method} ${factor.phone_number_factor?.phone_id ?? factor.email_factor?.email_id ?? ''}`;
}

/** Adds a factor to those a session has; the same way to the same address is one factor, authenticated again. */
export function withFactor(
  factors: readonly AuthenticationFactor[],
  added: AuthenticationFactor,
): readonly AuthenticationFactor[] {
  const known = factors.find((factor) => place(factor) === place(added));
  if (known === undefined) return [...factors, added];
  return factors.map((factor) => (factor === known ? { ...added, created_at: known.created_at } : factor));
}
