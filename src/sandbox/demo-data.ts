import type { SandboxContext } from './context.ts';
import { addMember, addOrganization } from './organizations.ts';

/** The id of an organization of the demo data: its digit repeated. */
const organizationId = (digit: number): string =>
  `organization-test-${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

/** The id of a member of the demo data: the digit of the organization, then the member's number. */
const memberId = (digit: number, number: number): string =>
  `member-test-${String(digit).repeat(8)}-0000-4000-8000-00000000000${number}`;

/**
 * The organizations of the demo data by name: `organization_id`, and the id of the member `someone@example.com`.
 *
 * | organization | slug | policy | `someone@example.com` | exchange gives that person |
 * |---|---|---|---|---|
 * | Acme | `acme` | none; `acme.example` may join by itself | `member-test-11111111-…-000000000001`, no number | a session |
 * | Globex | `globex` | second factor for all; `globex.example` may join | `member-test-22222222-…-000000000001`, verified number `+12025550162` | `mfa_required`, an SMS already sent |
 * | Initech | `initech` | `sso` only | `member-test-33333333-…-000000000001` | `primary_required` |
 * | Umbrella | `umbrella` | second factor for all; claims `umbrella.example`; nobody joins by itself | `member-test-44444444-…-000000000001`, not enrolled, no number | `mfa_required` without options |
 *
 * | address | what it is |
 * |---|---|
 * | `someone@example.com` | an active member of all four |
 * | `nobody@example.com` (any address not named here) | of none: discovery finds no organization |
 * | `invited@example.com` | invited to Acme; exchange accepts the invitation |
 * | `pending@example.com` | a pending member of Acme; exchange activates it |
 * | `newcomer@acme.example` | may join Acme, because `owner@acme.example` is a verified member |
 * | `newcomer@globex.example` | may not join Globex: no member of that domain there yet |
 * | `newcomer@umbrella.example` | may join neither Umbrella (no joining) nor another (the domain is claimed) |
 *
 * Ids are `organization-test-dddddddd-0000-4000-8000-000000000000` and
 * `member-test-dddddddd-0000-4000-8000-000000000001` with the digit d of the organization: Acme 1, Globex 2,
 * Initech 3, Umbrella 4. Slugs are accepted wherever an organization id is.
 */
export const demoOrganizations = {
  acme: { organizationId: organizationId(1), memberId: memberId(1, 1) },
  globex: { organizationId: organizationId(2), memberId: memberId(2, 1) },
  initech: { organizationId: organizationId(3), memberId: memberId(3, 1) },
  umbrella: { organizationId: organizationId(4), memberId: memberId(4, 1) },
} as const;

/** The address that is a member of every demo organization. */
export const demoEmail = 'someone@example.com';

/** The verified number of the demo member of Globex. */
export const demoPhoneNumber = '+12025550162';

/** Adds the four demo organizations and their members. */
export function addDemoData(context: SandboxContext): void {
  const { acme, globex, initech, umbrella } = demoOrganizations;
  addOrganization(context, {
    organization_id: acme.organizationId,
    organization_name: 'Acme',
    email_jit_provisioning: 'RESTRICTED',
    email_allowed_domains: ['acme.example'],
  });
  addOrganization(context, {
    organization_id: globex.organizationId,
    organization_name: 'Globex',
    mfa_policy: 'REQUIRED_FOR_ALL',
    email_jit_provisioning: 'RESTRICTED',
    email_allowed_domains: ['globex.example'],
  });
  addOrganization(context, {
    organization_id: initech.organizationId,
    organization_name: 'Initech',
    auth_methods: 'RESTRICTED',
    allowed_auth_methods: ['sso'],
  });
  addOrganization(context, {
    organization_id: umbrella.organizationId,
    organization_name: 'Umbrella',
    mfa_policy: 'REQUIRED_FOR_ALL',
    claimed_email_domains: ['umbrella.example'],
  });
  for (const { organizationId: organization_id, memberId: member_id } of Object.values(demoOrganizations)) {
    addMember(context, { organization_id, member_id, email_address: demoEmail, name: 'Sam Someone' });
  }
  addMember(context, {
    organization_id: globex.organizationId,
    member_id: globex.memberId,
    email_address: demoEmail,
    name: 'Sam Someone',
    mfa_phone_number: demoPhoneNumber,
    mfa_phone_number_verified: true,
    mfa_enrolled: true,
    default_mfa_method: 'sms_otp',
  });
  const others = [
    { email_address: 'owner@acme.example', status: 'active', is_admin: true },
    { email_address: 'invited@example.com', status: 'invited', email_address_verified: false },
    { email_address: 'pending@example.com', status: 'pending', email_address_verified: false },
  ] as const;
  for (const [index, member] of others.entries()) {
    addMember(context, {
      organization_id: acme.organizationId,
      member_id: memberId(1, index + 2),
      ...member,
    });
  }
}
