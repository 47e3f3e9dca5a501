/** What a {@link UsageError} is about. */
export type UsageErrorCode =
  'snapshot-invalid' | 'snapshot-of-other-plan' | 'unknown-workflow' | 'invalid-option' | 'too-many-paths';

/** The caller's own mistake: the message says which, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The error as JSON, without its cause. */
  toJSON(): { readonly name: string; readonly code: UsageErrorCode; readonly message: string } {
    return { name: this.name, code: this.code, message: this.message };
  }
}

/** Whether an error is a {@link UsageError}, also one of another copy of this package. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === 'UsageError' && 'code' in error;
}
