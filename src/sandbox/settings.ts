import type { CatalogueEntry, SandboxErrorType } from './errors.ts';

/** The project id that the sandbox accepts unless told another. */
export const defaultProjectId = 'project-test-00000000-0000-4000-8000-000000000000';

/** The secret that the sandbox accepts unless told another. It opens nothing but the sandbox. */
export const defaultSecret = 'secret-test-sandbox';

/** Send limits, counted in fixed windows (the top of the second, of the hour) per operation and destination. */
export interface SandboxRateLimits {
  /** Sends a second; absent means no limit. */
  readonly perSecond?: number;
  /** Sends an hour; absent means no limit. */
  readonly perHour?: number;
}

/**
 * One setting for each thing that Stytch does not document. The defaults are guesses: a document or a machine that
 * works only with one of them relies on something nobody promised.
 */
export interface SandboxGuesses {
  /** A code for a `method_id` that nothing was sent to. Default `otp_code_not_found`. */
  readonly unknownMethod: SandboxErrorType;
  /** The right digits of a code that a newer one replaced. Default `unable_to_auth_otp_code`. */
  readonly supersededCode: SandboxErrorType;
  /** A B2B call that needs a session or intermediate session and got none. Default `no_session_arguments`. */
  readonly noSessionArgument: SandboxErrorType;
  /** More than one of them. Default `too_many_session_arguments`. */
  readonly tooManySessionArguments: SandboxErrorType;
  /** A session or intermediate session of somebody else. Default `member_session_member_id_mismatch`. */
  readonly memberMismatch: SandboxErrorType;
  /** A consumer session of another user. Default `user_id_mismatch`. */
  readonly userMismatch: SandboxErrorType;
  /** `mfa_phone_number` is not the number the member has. Default `duplicate_member_phone_number_for_member`. */
  readonly phoneNumberMismatch: SandboxErrorType;
  /** No number to send to. Default `member_phone_number_not_found`. */
  readonly memberWithoutPhoneNumber: SandboxErrorType;
  /** A required member that is absent, null or empty: the error of its format, or `bad_request`. Default `format`. */
  readonly missingField: 'format' | 'bad_request';
  /** What the attempt that reaches the threshold is told. Default `code`: its own error; `lock`: the lock. */
  readonly lockingAttempt: 'code' | 'lock';
  /** Whether a locked user, member or address is refused another code. Default false. */
  readonly locksBlockSends: boolean;
  /** `user_created` in the answer for the sandbox destinations. Default false. */
  readonly sandboxUserCreated: boolean;
  /** Whether the sandbox destinations get a session when a duration is asked for. Default true. */
  readonly sandboxSession: boolean;
  /** Whether `000000` of the sandbox destinations stays good after use and expiry. Default false. */
  readonly sandboxCodeReusable: boolean;
  /** Provisioning by email into an organization that does not allow `email_otp`. Default `primary_required`. */
  readonly jitIntoRestricted: 'primary_required' | 'refuse';
}

/** Options of `createSandbox`. All are optional. */
export interface SandboxOptions {
  /** Default `defaultProjectId`. */
  readonly projectId?: string;
  /** Default `defaultSecret`. */
  readonly secret?: string;
  /**
   * Lets the B2B SMS operations do without the session or intermediate session that Stytch requires. Default false:
   * `authenticate` wants exactly one, and `send` wants one as soon as the member has an active second factor.
   */
  readonly lenientMfa?: boolean;
  /** Adds `Retry-After` (seconds) to a rate-limited answer. Stytch documents no such header. Default false. */
  readonly retryAfter?: boolean;
  /** Send limits; `true` means one a second and ten an hour for each destination. Default none. */
  readonly rateLimits?: boolean | SandboxRateLimits;
  /** Consecutive failed attempts until the lock. Default 10. */
  readonly lockThreshold?: number;
  /** How long a lock lasts, in seconds. Default 3600. */
  readonly lockSeconds?: number;
  /** `true` answers browsers of every origin, a list those origins only. Default false, as Stytch does. */
  readonly cors?: boolean | readonly string[];
  /** The clock in epoch milliseconds, to which `advance` adds. Default `Date.now`. */
  readonly now?: () => number;
  /** A source of numbers from 0 (included) to 1 (excluded) for ids, tokens and codes. Overrules `seed`. */
  readonly random?: () => number;
  /** Makes ids, tokens and codes repeatable. Default: different in every run. */
  readonly seed?: number;
  /** The six digits to send to a destination, `000000` for the sandbox destinations notwithstanding. */
  readonly generateCode?: (destination: string) => string;
  /** Whether the four demo organizations are there. Default true. */
  readonly demoData?: boolean;
  /** Other statuses or sentences for error types. */
  readonly errors?: Readonly<Record<string, Partial<CatalogueEntry>>>;
  /** What Stytch leaves undocumented. */
  readonly guesses?: Partial<SandboxGuesses>;
}

/** Options with every default filled in. */
export interface SandboxSettings {
  readonly projectId: string;
  readonly secret: string;
  readonly lenientMfa: boolean;
  readonly retryAfter: boolean;
  readonly rateLimits: SandboxRateLimits;
  readonly lockThreshold: number;
  readonly lockMs: number;
  readonly cors: boolean | readonly string[];
  readonly generateCode: ((destination: string) => string) | undefined;
  readonly demoData: boolean;
  readonly errors: Readonly<Record<string, Partial<CatalogueEntry>>>;
  readonly guesses: SandboxGuesses;
}

const defaultGuesses: SandboxGuesses = {
  unknownMethod: 'otp_code_not_found',
  supersededCode: 'unable_to_auth_otp_code',
  noSessionArgument: 'no_session_arguments',
  tooManySessionArguments: 'too_many_session_arguments',
  memberMismatch: 'member_session_member_id_mismatch',
  userMismatch: 'user_id_mismatch',
  phoneNumberMismatch: 'duplicate_member_phone_number_for_member',
  memberWithoutPhoneNumber: 'member_phone_number_not_found',
  missingField: 'format',
  lockingAttempt: 'code',
  locksBlockSends: false,
  sandboxUserCreated: false,
  sandboxSession: true,
  sandboxCodeReusable: false,
  jitIntoRestricted: 'primary_required',
};

/** Fills in the defaults of the options. */
export function resolveSettings(options: SandboxOptions): SandboxSettings {
  const { rateLimits = false } = options;
  const standard = rateLimits === true ? { perSecond: 1, perHour: 10 } : {};
  return {
    projectId: options.projectId ?? defaultProjectId,
    secret: options.secret ?? defaultSecret,
    lenientMfa: options.lenientMfa ?? false,
    retryAfter: options.retryAfter ?? false,
    rateLimits: typeof rateLimits === 'object' ? rateLimits : standard,
    lockThreshold: options.lockThreshold ?? 10,
    lockMs: (options.lockSeconds ?? 3600) * 1000,
    cors: options.cors ?? false,
    generateCode: options.generateCode,
    demoData: options.demoData ?? true,
    errors: options.errors ?? {},
    guesses: { ...defaultGuesses, ...options.guesses },
  };
}
