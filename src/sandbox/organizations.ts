import type { JsonObject } from '../document/json.ts';
import { formatTime } from './context.ts';
import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import { lockMembers } from './locks.ts';
import type { SandboxMember, SandboxOrganization } from './store.ts';

/** What `addOrganization` takes: a name, and whatever shall differ from an organization without any policy. */
export type NewOrganization = Partial<SandboxOrganization> & { readonly organization_name: string };

/** What `addMember` takes: an organization (id, slug or external id), an address, and whatever shall differ. */
export type NewMember = Partial<SandboxMember> & {
  readonly organization_id: string;
  readonly email_address: string;
};

/** Adds an organization or replaces the one with the same id. */
export function addOrganization(context: SandboxContext, values: NewOrganization): SandboxOrganization {
  const created = formatTime(context.now());
  const organization: SandboxOrganization = {
    organization_id: values.organization_id ?? context.ids.id('organization'),
    organization_slug: values.organization_name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    organization_external_id: null,
    email_allowed_domains: [],
    email_jit_provisioning: 'NOT_ALLOWED',
    auth_methods: 'ALL_ALLOWED',
    allowed_auth_methods: [],
    mfa_policy: 'OPTIONAL',
    claimed_email_domains: [],
    created_at: created,
    updated_at: created,
    ...values,
  };
  context.state.organizations.set(organization.organization_id, organization);
  return organization;
}

/** Adds a member or replaces the one with the same id. */
export function addMember(context: SandboxContext, values: NewMember): SandboxMember {
  const created = formatTime(context.now());
  const member: SandboxMember = {
    member_id: context.ids.id('member'),
    email_address_verified: true,
    status: 'active',
    name: '',
    is_breakglass: false,
    mfa_phone_number: '',
    mfa_phone_number_verified: false,
    totp_registration_id: '',
    mfa_enrolled: false,
    default_mfa_method: '',
    is_admin: false,
    external_id: null,
    created_at: created,
    updated_at: created,
    ...values,
    organization_id: organizationByReference(context, values.organization_id).organization_id,
  };
  context.state.members.set(member.member_id, member);
  return member;
}

/** Changes members of a member and gives the member as it is now. */
export function updateMember(
  context: SandboxContext,
  member: SandboxMember,
  changes: Partial<SandboxMember>,
): SandboxMember {
  const updated: SandboxMember = { ...member, ...changes, updated_at: formatTime(context.now()) };
  context.state.members.set(member.member_id, updated);
  return updated;
}

/** The organization with an id, slug or external id; refused where there is none. */
export function organizationByReference(context: SandboxContext, reference: string): SandboxOrganization {
  const found = [...context.state.organizations.values()].find(
    (entry) =>
      entry.organization_id === reference ||
      entry.organization_slug === reference ||
      entry.organization_external_id === reference,
  );
  return found ?? refuse('organization_not_found');
}

/** The members of an organization that are not deleted. */
export function membersOf(
  context: SandboxContext,
  organization: SandboxOrganization,
): readonly SandboxMember[] {
  return [...context.state.members.values()].filter(
    (entry) => entry.organization_id === organization.organization_id && entry.status !== 'deleted',
  );
}

/** The member with an id or external id in an organization; refused where there is none. */
export function memberByReference(
  context: SandboxContext,
  organization: SandboxOrganization,
  reference: string,
): SandboxMember {
  const found = membersOf(context, organization).find(
    (entry) => entry.member_id === reference || entry.external_id === reference,
  );
  return found ?? refuse('member_not_found');
}

/** The organization as a response holds it. */
export function organizationBody(organization: SandboxOrganization): JsonObject {
  return {
    organization_logo_url: '',
    sso_jit_provisioning: 'ALL_ALLOWED',
    sso_jit_provisioning_allowed_connections: [],
    sso_active_connections: [],
    email_invites: 'ALL_ALLOWED',
    rbac_email_implicit_role_assignments: [],
    mfa_methods: 'ALL_ALLOWED',
    allowed_mfa_methods: [],
    oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
    first_party_connected_apps_allowed_type: 'ALL_ALLOWED',
    allowed_first_party_connected_apps: [],
    third_party_connected_apps_allowed_type: 'ALL_ALLOWED',
    allowed_third_party_connected_apps: [],
    custom_roles: [],
    trusted_metadata: {},
    sso_default_connection_id: null,
    scim_active_connection: null,
    allowed_oauth_tenants: {},
    ...organization,
  };
}

/** The member as a response holds it. */
export function memberBody(context: SandboxContext, member: SandboxMember): JsonObject {
  return {
    sso_registrations: [],
    member_password_id: '',
    oauth_registrations: [],
    retired_email_addresses: [],
    roles: [{ role_id: 'stytch_member', sources: [{ type: 'direct_assignment', details: {} }] }],
    trusted_metadata: {},
    untrusted_metadata: {},
    scim_registration: null,
    ...lockMembers(context, member.member_id),
    ...member,
  };
}
