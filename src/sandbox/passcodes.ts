import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import { countFailure, forgetFailures } from './locks.ts';
import type { Channel, DeviceAttributes, IssuedPasscode } from './store.ts';
import { isSandboxValue } from './users.ts';

/** How many messages the outbox keeps; older ones are dropped. */
const outboxLimit = 1000;

/** How many codes are remembered for one key, so that an old one is told from a wrong one. */
const rememberedCodes = 20;

const noAttributes: DeviceAttributes = { ip_address: '', user_agent: '' };

/** What is sent, to whom, and for how long it is good. */
export interface Delivery {
  /** What the code belongs to: a method id, `member:<member id>` or `discovery:<address>`. */
  readonly key: string;
  readonly channel: Channel;
  readonly to: string;
  readonly operationId: string;
  readonly minutes: number;
  readonly attributes?: DeviceAttributes;
}

/** Sends a code: it goes into the outbox, and every earlier code of the same key is good no longer. */
export function issuePasscode(context: SandboxContext, delivery: Delivery): void {
  const { key, channel, to, operationId } = delivery;
  const at = context.now();
  const code = isSandboxValue(to.toLowerCase())
    ? '000000'
    : (context.settings.generateCode?.(to) ?? context.ids.code());
  const entry = { channel, to, code, at, operationId, expiresAt: at + delivery.minutes * 60_000 };
  const attributes = delivery.attributes ?? noAttributes;
  const earlier = context.state.passcodes.get(key) ?? [];
  context.state.passcodes.set(
    key,
    [...earlier, { ...entry, used: false, attributes }].slice(-rememberedCodes),
  );
  context.state.outbox.push(entry);
  if (context.state.outbox.length > outboxLimit) context.state.outbox.shift();
}

/** How an attempt is checked. */
export interface Attempt {
  readonly key: string;
  readonly code: string;
  /** Who is locked after too many failures; `undefined` where nobody is known. */
  readonly lockKey: string | undefined;
  /** Further demands on the code that matches; they may refuse, and the code then stays good. */
  readonly demand?: (passcode: IssuedPasscode) => void;
}

/**
 * Checks a code and uses it up. Digits that were never sent are `otp_code_not_found`; digits that were sent but are
 * used, expired or replaced are `unable_to_auth_otp_code`. Both count as failed attempts.
 */
export function usePasscode(context: SandboxContext, attempt: Attempt): IssuedPasscode {
  const { guesses } = context.settings;
  const issued = context.state.passcodes.get(attempt.key) ?? [];
  const fail = (errorType: Parameters<typeof refuse>[0]): never => {
    if (attempt.lockKey !== undefined) countFailure(context, attempt.lockKey);
    return refuse(errorType);
  };
  const position = issued.findLastIndex((entry) => entry.code === attempt.code);
  const match = issued[position];
  if (match === undefined) return fail('otp_code_not_found');
  const reusable = guesses.sandboxCodeReusable && isSandboxValue(match.to.toLowerCase());
  if (!reusable) {
    if (match.used || context.now() >= match.expiresAt) return fail('unable_to_auth_otp_code');
    if (position < issued.length - 1) return fail(guesses.supersededCode);
  }
  attempt.demand?.(match);
  context.state.passcodes.set(
    attempt.key,
    issued.map((entry) => (entry === match ? { ...entry, used: true } : entry)),
  );
  if (attempt.lockKey !== undefined) forgetFailures(context, attempt.lockKey);
  return match;
}
