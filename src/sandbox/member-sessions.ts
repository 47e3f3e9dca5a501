import type { SandboxContext } from './context.ts';
import { startSession } from './sessions.ts';
import type { SandboxMember, SandboxOrganization, StoredSession } from './store.ts';

const noDevice = { ip_address: '', user_agent: '' };

/** How long a member session lasts when no duration is asked for. */
export const defaultMemberSessionMinutes = 60;

/** Starts the session of a member. */
export function startMemberSession(
  context: SandboxContext,
  organization: SandboxOrganization,
  member: SandboxMember,
  {
    factors,
    customClaims,
    minutes,
  }: Pick<StoredSession, 'factors' | 'customClaims'> & { readonly minutes: number },
): StoredSession {
  return startSession(
    context,
    {
      kind: 'member',
      subject: member.member_id,
      organizationId: organization.organization_id,
      organizationSlug: organization.organization_slug,
      factors,
      attributes: noDevice,
      customClaims,
    },
    minutes,
  );
}
