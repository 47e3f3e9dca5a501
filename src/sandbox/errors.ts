import type { JsonObject } from '../document/json.ts';

/** An entry of the catalogue: the HTTP status of an error type and the sentence that goes with it. */
export interface CatalogueEntry {
  readonly status: number;
  readonly message: string;
}

const wrongCode =
  'The passcode was incorrect and could not be authenticated, encourage the user to try inputting the passcode again or send another passcode.';
const spentCode =
  'The passcode could not be authenticated because it was either already used or expired. Send another passcode to this user.';
const locked =
  'The user has been locked out due to too many failed authentication attempts. Please try again later.';
const broken =
  'Oops, something seems to have gone wrong, please reach out to support@stytch.com to let us know what went wrong.';
const inactive =
  'The email provided has been marked as inactive by our email provider. This happens most often when the email is undeliverable due to a hard bounce. If the cause of the hard bounce has been resolved, you can reactivate the email address via the User management tab or the Members tab in the Stytch Dashboard.';

const entry = (status: number, message: string): CatalogueEntry => ({ status, message });

/**
 * The error types that the ten operations know. Not every status and sentence is published by Stytch: those of most
 * `invalid_*` types and of the session-argument types are the sandbox's best guess, and `SandboxOptions.errors`
 * overrides any of them.
 */
export const errorCatalogue = {
  action_available_only_for_active_members: entry(
    400,
    'You may not attach an MFA factor to a member that is not active.',
  ),
  action_available_only_once_primary_authentication_is_met: entry(
    400,
    'You must complete the primary authentication requirements for an organization before completing an MFA flow.',
  ),
  action_not_allowed_email_domain_is_claimed: entry(
    400,
    'Members with this email domain are restricted to organizations that have claimed this domain.',
  ),
  attribute_mismatch: entry(
    401,
    "Unable to authenticate because attributes on request don't match stored attributes.",
  ),
  bad_request: entry(400, 'The submitted request is invalid.'),
  captcha_failed: entry(429, 'Captcha failed'),
  custom_claims_too_large: entry(400, 'Custom claims may not exceed 4 kilobytes.'),
  downstream_carrier_error: entry(400, 'The carrier could not deliver the message. This could be temporary.'),
  duplicate_member_phone_number: entry(
    400,
    'A member with the specified phone number already exists for this organization.',
  ),
  duplicate_member_phone_number_for_member: entry(400, 'The member already has a different phone number.'),
  email_in_denylist: entry(
    403,
    "The request's associated email is included in your email or email domain denylist.",
  ),
  email_jit_provisioning_not_allowed: entry(
    400,
    'The organization does not allow JIT provisioning by email.',
  ),
  email_not_in_allowlist: entry(
    403,
    "The request's associated email is not included in your email or email domain allowlist.",
  ),
  inactive_email: entry(400, inactive),
  intermediate_session_not_found: entry(404, 'Intermediate session could not be found.'),
  internal_server_error: entry(500, broken),
  invalid_code: entry(400, 'Code format is invalid.'),
  invalid_email: entry(400, 'Email format is invalid.'),
  invalid_email_domain: entry(400, 'Email domain is invalid.'),
  invalid_email_for_jit_provisioning: entry(
    400,
    'The email is not eligible for JIT provisioning into the organization.',
  ),
  invalid_expiration: entry(
    400,
    'discovery_expiration_minutes is invalid, should be between 2 to 15 minutes.',
  ),
  invalid_expiration_otp: entry(400, 'expiration_minutes is invalid, should be between 1 to 10 minutes.'),
  invalid_intermediate_session_token_for_organization: entry(
    400,
    'The intermediate session cannot be used for this organization.',
  ),
  invalid_locale: entry(400, 'locale is invalid.'),
  invalid_method_id: entry(400, 'method_id format is invalid.'),
  invalid_organization_id: entry(400, 'organization_id format is invalid.'),
  invalid_phone_number: entry(
    400,
    'Phone number format is invalid. Ensure the phone number is in the E.164 format.',
  ),
  invalid_phone_number_country_code: entry(
    400,
    "The phone number's country code is invalid, unsupported, or disabled.",
  ),
  invalid_session_duration: entry(
    400,
    'The submitted session duration exceeds the maximum session duration allowed for this project.',
  ),
  invalid_session_duration_minutes: entry(
    400,
    'session_duration_minutes is invalid, should be between 5 to 527040 minutes.',
  ),
  invalid_session_token: entry(400, 'Session token format is invalid.'),
  invalid_user_id: entry(400, 'user_id format is invalid.'),
  member_not_found: entry(404, 'Member could not be found.'),
  member_phone_number_not_found: entry(404, 'Phone number could not be found.'),
  member_session_member_id_mismatch: entry(400, 'The session does not belong to the given member.'),
  method_not_allowed: entry(405, 'The method is not allowed for this route.'),
  no_session_arguments: entry(
    400,
    'One of intermediate_session_token, session_token or session_jwt is required.',
  ),
  organization_not_found: entry(404, 'Organization could not be found.'),
  organization_suspended: entry(
    403,
    'Your organization has been suspended. Please contact support@stytch.com for assistance.',
  ),
  otp_code_not_found: entry(404, wrongCode),
  phone_number_not_found: entry(404, 'Phone number could not be found.'),
  project_not_found: entry(404, 'Project could not be found.'),
  route_not_found: entry(404, 'The route could not be found.'),
  server_unavailable: entry(503, 'The server is unavailable. Please retry the request.'),
  session_not_found: entry(404, 'Session could not be found.'),
  too_few_tokens_authenticated: entry(
    429,
    'Too many requests without sufficient percentage of tokens authenticated.',
  ),
  too_many_requests: entry(429, 'Too many requests have been made.'),
  too_many_session_arguments: entry(
    400,
    'Only one of intermediate_session_token, session_token or session_jwt may be given.',
  ),
  too_many_unverified_factors: entry(
    400,
    'We were unable to create a new auth factor. This user already has too many unverified factors.',
  ),
  unable_to_auth_otp_code: entry(401, spentCode),
  unable_to_parse_session_jwt: entry(400, 'The session JWT could not be parsed.'),
  unauthorized_credentials: entry(401, 'Unauthorized credentials.'),
  unsubscribed_phone_number: entry(
    400,
    "User has unsubscribed. User must resubscribe by texting 'START' before messages can be sent.",
  ),
  user_id_mismatch: entry(400, 'The session does not belong to the user of the passcode.'),
  user_lock_limit_reached: entry(429, locked),
  user_not_found: entry(404, 'User could not be found.'),
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

/** An error type that the catalogue knows. */
export type SandboxErrorType = keyof typeof errorCatalogue;

/** Which half of the API answers: it decides the documentation address in an error. */
export type SandboxApi = 'consumer' | 'b2b';

/** Which half of the API a path belongs to. */
export function apiOf(path: string): SandboxApi {
  return path.startsWith('/v1/b2b/') ? 'b2b' : 'consumer';
}

/** A refusal on its way to the caller of the API. It never leaves the sandbox: `handle` turns it into an answer. */
export class SandboxRefusal extends Error {
  readonly errorType: SandboxErrorType;
  readonly retryAfterSeconds: number | undefined;

  constructor(errorType: SandboxErrorType, retryAfterSeconds?: number) {
    super(errorCatalogue[errorType].message);
    this.name = 'SandboxRefusal';
    this.errorType = errorType;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Refuses the request with an error of the catalogue. */
export function refuse(errorType: SandboxErrorType): never {
  throw new SandboxRefusal(errorType);
}

/** The five-member body of every error answer. */
export function errorBody(
  api: SandboxApi,
  requestId: string,
  errorType: string,
  { status, message }: CatalogueEntry,
): JsonObject {
  const docs =
    api === 'b2b' ? 'https://stytch.com/docs/b2b/api/errors' : 'https://stytch.com/docs/api/errors';
  return {
    status_code: status,
    request_id: requestId,
    error_type: errorType,
    error_message: message,
    error_url: `${docs}/${status}#${errorType}`,
  };
}
