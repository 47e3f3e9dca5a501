import { authenticateMemberSms, sendMemberSms } from './b2b-otp.ts';
import {
  authenticateOtp,
  emailLoginOrCreate,
  smsLoginOrCreate,
  whatsappLoginOrCreate,
} from './consumer-otp.ts';
import { getSessions } from './consumer-sessions.ts';
import { authenticateDiscoveryEmail, sendDiscoveryEmail } from './discovery.ts';
import { exchangeIntermediateSession } from './exchange.ts';
import type { SandboxOperation } from './operation.ts';

/** The ten operations of the sandbox. */
export const operations: readonly SandboxOperation[] = [
  smsLoginOrCreate,
  whatsappLoginOrCreate,
  emailLoginOrCreate,
  authenticateOtp,
  getSessions,
  sendMemberSms,
  authenticateMemberSms,
  sendDiscoveryEmail,
  authenticateDiscoveryEmail,
  exchangeIntermediateSession,
];

/** Where a request leads. */
export type Route =
  | { readonly kind: 'operation'; readonly operation: SandboxOperation }
  | { readonly kind: 'keys'; readonly projectId: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'otherMethod'; readonly allow: string };

const keysForm = /^\/v1\/(?:b2b\/)?sessions\/jwks\/([^/]+)$/;

/** Finds the route of a method and a path. */
export function findRoute(method: string, path: string): Route {
  const here = operations.filter((entry) => entry.path === path);
  const operation = here.find((entry) => entry.method === method);
  if (operation !== undefined) return { kind: 'operation', operation };
  if (here.length > 0) return { kind: 'otherMethod', allow: here.map((entry) => entry.method).join(', ') };
  const projectId = keysForm.exec(path)?.[1];
  if (projectId === undefined) return { kind: 'unknown' };
  return method === 'GET' ? { kind: 'keys', projectId } : { kind: 'otherMethod', allow: 'GET' };
}
