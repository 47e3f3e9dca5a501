import type { JsonObject } from '../document/json.ts';

/** An email address of a user. */
export type UserEmail = {
  readonly email_id: string;
  readonly email: string;
  readonly verified: boolean;
};

/** A phone number of a user. */
export type UserPhoneNumber = {
  readonly phone_id: string;
  readonly phone_number: string;
  readonly verified: boolean;
};

/** A consumer user, with the member names of the API. A type alias, so that it is a JSON object too. */
export type SandboxUser = {
  readonly user_id: string;
  readonly emails: readonly UserEmail[];
  readonly status: 'active' | 'pending' | '';
  readonly phone_numbers: readonly UserPhoneNumber[];
  readonly roles: readonly string[];
  readonly name: {
    readonly first_name: string;
    readonly middle_name: string;
    readonly last_name: string;
  } | null;
  readonly created_at: string | null;
  readonly external_id: string | null;
};

/** A phone number or email address that a consumer code can be sent to, and whose it is. */
export interface ContactMethod {
  readonly methodId: string;
  readonly userId: string;
  readonly kind: 'phone' | 'email';
  readonly value: string;
}

/** The policies of an organization that the ten operations look at. A type alias, so that it is a JSON object too. */
export type SandboxOrganization = {
  readonly organization_id: string;
  readonly organization_name: string;
  readonly organization_slug: string;
  readonly organization_external_id: string | null;
  readonly email_allowed_domains: readonly string[];
  readonly email_jit_provisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  readonly auth_methods: 'ALL_ALLOWED' | 'RESTRICTED';
  readonly allowed_auth_methods: readonly string[];
  readonly mfa_policy: 'OPTIONAL' | 'REQUIRED_FOR_ALL';
  readonly claimed_email_domains: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
};

/** A member of an organization, with the member names of the API. */
export type SandboxMember = {
  readonly organization_id: string;
  readonly member_id: string;
  readonly email_address: string;
  readonly email_address_verified: boolean;
  readonly status: 'active' | 'pending' | 'invited' | 'deleted';
  readonly name: string;
  readonly is_breakglass: boolean;
  readonly mfa_phone_number: string;
  readonly mfa_phone_number_verified: boolean;
  readonly totp_registration_id: string;
  readonly mfa_enrolled: boolean;
  readonly default_mfa_method: '' | 'sms_otp' | 'totp';
  readonly is_admin: boolean;
  readonly external_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

/** How an outbox entry travels. */
export type Channel = 'sms' | 'whatsapp' | 'email';

/** A message that the sandbox would have sent. */
export interface OutboxEntry {
  readonly channel: Channel;
  /** The phone number or email address. */
  readonly to: string;
  /** The six digits. */
  readonly code: string;
  /** When it was sent, in epoch milliseconds on the sandbox's clock. */
  readonly at: number;
  /** The operation that sent it. An exchange sends too, where a second factor is due. */
  readonly operationId: string;
  /** When the code stops being good, in epoch milliseconds on the sandbox's clock. */
  readonly expiresAt: number;
}

/** The device that asked for a code, or that uses it. */
export type DeviceAttributes = { readonly ip_address: string; readonly user_agent: string };

/** A code that was sent. The newest of its key is the active one. */
export interface IssuedPasscode extends OutboxEntry {
  readonly used: boolean;
  readonly attributes: DeviceAttributes;
}

/** Failed attempts in a row, and the lock they led to. */
export interface Lock {
  readonly failures: number;
  readonly lockedAt: number | undefined;
}

/** One way a person proved who they are. */
export type AuthenticationFactor = {
  readonly type: 'otp' | 'email_otp';
  readonly delivery_method: Channel;
  readonly last_authenticated_at: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly email_factor?: { readonly email_id: string; readonly email_address: string };
  readonly phone_number_factor?: { readonly phone_id: string; readonly phone_number: string };
};

/** A session of a user or of a member. Times in epoch milliseconds. */
export interface StoredSession {
  readonly kind: 'user' | 'member';
  readonly id: string;
  readonly token: string;
  /** The user id or the member id. */
  readonly subject: string;
  /** Empty for a user. */
  readonly organizationId: string;
  /** Empty for a user. */
  readonly organizationSlug: string;
  readonly factors: readonly AuthenticationFactor[];
  readonly startedAt: number;
  readonly lastAccessedAt: number;
  readonly expiresAt: number;
  readonly attributes: DeviceAttributes;
  readonly customClaims: JsonObject;
}

/** Proof of a first factor that is not a session yet. */
export interface IntermediateSession {
  readonly token: string;
  readonly email: string;
  readonly factors: readonly AuthenticationFactor[];
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** The member it was bound to by an exchange that left something to do. */
  readonly memberId: string | undefined;
}

/** Everything a sandbox remembers; `reset` starts with a new one. */
export interface SandboxState {
  readonly users: Map<string, SandboxUser>;
  /** By method id. */
  readonly contacts: Map<string, ContactMethod>;
  readonly organizations: Map<string, SandboxOrganization>;
  readonly members: Map<string, SandboxMember>;
  /** By method id, `member:<member id>` or `discovery:<address>`: the codes sent, oldest first. */
  readonly passcodes: Map<string, readonly IssuedPasscode[]>;
  /** By user id, member id or `discovery:<address>`. */
  readonly locks: Map<string, Lock>;
  /** By session id. */
  readonly sessions: Map<string, StoredSession>;
  /** By token. */
  readonly intermediateSessions: Map<string, IntermediateSession>;
  /** Ids of phone numbers and addresses, by kind and value. */
  readonly contactIds: Map<string, string>;
  /** By operation, destination and window length: the window's number and the sends in it. */
  readonly windows: Map<string, { readonly index: number; readonly count: number }>;
  readonly outbox: OutboxEntry[];
}

/** A memory with nothing in it. */
export function createState(): SandboxState {
  return {
    users: new Map(),
    contacts: new Map(),
    organizations: new Map(),
    members: new Map(),
    passcodes: new Map(),
    locks: new Map(),
    sessions: new Map(),
    intermediateSessions: new Map(),
    contactIds: new Map(),
    windows: new Map(),
    outbox: [],
  };
}
