import type { CallError, CallErrorKind } from '../plan/step-call.ts';

/** What the actor of a step rejects with: a call that has no response. Its message holds no secret. */
export class CallFailure extends Error implements CallError {
  override readonly name = 'CallFailure';
  readonly kind: CallErrorKind;

  constructor(kind: CallErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }

  /** What of it may be stored and shown: no stack, no cause. */
  toJSON(): CallError {
    return { kind: this.kind, message: this.message };
  }
}

/** Whether a value is a {@link CallFailure}. */
export function isCallFailure(value: unknown): value is CallFailure {
  return value instanceof CallFailure;
}
