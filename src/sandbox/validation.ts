import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { refuse } from './errors.ts';
import type { SandboxErrorType } from './errors.ts';

/**
 * Reads members of a request. An absent member, `null` and the empty string are the same: not given. A member of the
 * wrong JSON type makes the request a `bad_request`.
 */
export interface RequestFields {
  readonly text: (name: string) => string | undefined;
  /** A text that must be given and match; `errorType` says what is wrong otherwise. */
  readonly required: (name: string, errorType: SandboxErrorType, format?: TextFormat) => string;
  /** A whole number between two bounds (both allowed). */
  readonly minutes: (
    name: string,
    low: number,
    high: number,
    errorType: SandboxErrorType,
  ) => number | undefined;
  readonly flag: (name: string) => boolean | undefined;
  readonly object: (name: string) => JsonObject | undefined;
}

/** Whether a text has the form that a member asks for. */
export type TextFormat = (text: string) => boolean;

const uuidForm = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const methodForm = new RegExp(`^(?:phone-number|email)-(?:test|live)-${uuidForm}$`);
const userForm = new RegExp(`^user-(?:test|live)-${uuidForm}$`);

/** E.164: a plus, a country code that does not begin with zero, eight to fifteen digits; eleven in country code 1. */
export const isPhoneNumber: TextFormat = (text) => /^\+(?:1\d{10}|[2-9]\d{7,14})$/.test(text);

/** An address with one `@` and a dot in its domain, at most 254 characters. */
export const isEmailAddress: TextFormat = (text) =>
  text.length <= 254 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text);

/** Six digits. */
export const isPasscode: TextFormat = (text) => /^\d{6}$/.test(text);

/** The id of a phone number or an email address. */
export const isMethodId: TextFormat = (text) => methodForm.test(text);

/** A user id, or what may be an external id: anything that does not pretend to be a user id. */
export const isUserReference: TextFormat = (text) =>
  userForm.test(text) || !/^user-(?:test|live)-/.test(text);

/** 33 bytes in base64, either alphabet, padded or not. */
export const isOpaqueToken: TextFormat = (text) => /^[\w+/-]{43,44}=?$/.test(text);

const locales: ReadonlySet<string> = new Set(
  'en es fr pt-br de-DE zh-Hans ca-ES ja ru nl pl tr fa vi cs'.split(' '),
);

/** Reads the members of a request body or query. */
export function readFields(source: JsonObject, missingField: 'format' | 'bad_request'): RequestFields {
  const given = (name: string): JsonValue | undefined => {
    const value = memberOf(source, name);
    return value === null || value === '' ? undefined : value;
  };
  const text = (name: string): string | undefined => {
    const value = given(name);
    return value === undefined || typeof value === 'string' ? value : refuse('bad_request');
  };
  return {
    text,
    required: (name, errorType, format) => {
      const value = text(name);
      if (value === undefined) return refuse(missingField === 'format' ? errorType : 'bad_request');
      return format === undefined || format(value) ? value : refuse(errorType);
    },
    minutes: (name, low, high, errorType) => {
      const value = given(name);
      if (value === undefined) return undefined;
      if (typeof value !== 'number' || !Number.isInteger(value)) return refuse('bad_request');
      return value >= low && value <= high ? value : refuse(errorType);
    },
    flag: (name) => {
      const value = given(name);
      return value === undefined || typeof value === 'boolean' ? value : refuse('bad_request');
    },
    object: (name) => {
      const value = given(name);
      return value === undefined || isJsonObject(value) ? value : refuse('bad_request');
    },
  };
}

/** Refuses a locale that no message is written in. */
export function checkLocale(fields: RequestFields): void {
  const locale = fields.text('locale');
  if (locale !== undefined && !locales.has(locale)) refuse('invalid_locale');
}

/** `session_duration_minutes`: 5 to 527040, or `undefined` where it is not given. */
export function readSessionMinutes(fields: RequestFields): number | undefined {
  return fields.minutes('session_duration_minutes', 5, 527_040, 'invalid_session_duration_minutes');
}

const customClaimsBytes = 4096;

// Text that nests too deep to be written as JSON again is far above the limit.
function jsonBytes(value: JsonObject): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Infinity;
  }
}

const reservedClaims: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** `session_custom_claims` without the reserved names; at most 4 kB of JSON. */
export function readCustomClaims(fields: RequestFields): JsonObject {
  const claims = fields.object('session_custom_claims') ?? {};
  if (jsonBytes(claims) > customClaimsBytes) refuse('custom_claims_too_large');
  const own = Object.entries(claims).filter(
    ([name]) => !reservedClaims.has(name) && !name.startsWith('https://stytch.com/'),
  );
  return Object.fromEntries(own);
}

/** `attributes`: the address and the agent of the person's device, empty where not given. */
export function readAttributes(fields: RequestFields): {
  readonly ip_address: string;
  readonly user_agent: string;
} {
  const attributes = readFields(fields.object('attributes') ?? {}, 'bad_request');
  return { ip_address: attributes.text('ip_address') ?? '', user_agent: attributes.text('user_agent') ?? '' };
}
