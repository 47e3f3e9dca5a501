import type { SandboxResponse } from './answers.ts';
import { contactIdSource } from './context.ts';
import type { SandboxContext } from './context.ts';
import { addDemoData } from './demo-data.ts';
import { emailFactor } from './factors.ts';
import type { Fault } from './faults.ts';
import { answerRequest } from './handler.ts';
import type { SandboxRequest } from './handler.ts';
import { createIdSource, seededRandom } from './ids.ts';
import { bindIntermediateSession, startIntermediateSession } from './intermediate-sessions.ts';
import { createJwtSigner } from './jwt.ts';
import { startMemberSession } from './member-sessions.ts';
import { addMember, addOrganization, memberByReference, organizationByReference } from './organizations.ts';
import type { NewMember, NewOrganization } from './organizations.ts';
import { sessionJwt } from './sessions.ts';
import { resolveSettings } from './settings.ts';
import type { SandboxOptions } from './settings.ts';
import { createState } from './store.ts';
import type { OutboxEntry, SandboxMember, SandboxOrganization, SandboxUser } from './store.ts';

/** A request that the sandbox answered. Credentials are not kept. */
export interface HandledRequest extends Pick<SandboxResponse, 'status' | 'operationId' | 'errorType'> {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case, without `authorization`. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The text of the body. */
  readonly body: string;
  /** Epoch milliseconds on the sandbox's clock. */
  readonly at: number;
}

/** A token made by the test and not by the API. */
export interface MadeSession {
  readonly sessionToken: string;
  readonly sessionJwt: string;
  readonly sessionId: string;
  /** Epoch milliseconds on the sandbox's clock. */
  readonly expiresAt: number;
}

/** The in-memory stand-in of the Stytch API, and the strings a test pulls. */
export interface StytchSandbox {
  readonly projectId: string;
  readonly secret: string;
  /** Answers a request. Never throws for anything a request may hold. */
  readonly handle: (request: SandboxRequest) => SandboxResponse;
  /** The messages that would have been sent, newest last; the last 1000. */
  readonly outbox: readonly OutboxEntry[];
  /** The requests that were answered, newest last; the last 1000. */
  readonly requests: readonly HandledRequest[];
  readonly organizations: readonly SandboxOrganization[];
  readonly members: readonly SandboxMember[];
  /** The stored users; the user of the sandbox destinations is not among them. */
  readonly users: readonly SandboxUser[];
  /** The newest code sent to a phone number or an email address (in any case), used or not. */
  readonly lastCodeFor: (to: string) => string | undefined;
  /** Makes the next `times` requests (to one operation, or to any) go wrong or be slow. */
  readonly injectFault: (fault: Fault) => void;
  /** Adds an organization, or replaces the one with the same id. */
  readonly addOrganization: (values: NewOrganization) => SandboxOrganization;
  /** Adds a member, or replaces the one with the same id. Throws where the organization is unknown. */
  readonly addMember: (values: NewMember) => SandboxMember;
  /**
   * An intermediate session as a discovery login of this address leaves it, good for ten minutes: what the MFA
   * operations need first. With a member id it is bound to that member, as an exchange does.
   */
  readonly createIntermediateSession: (values: { readonly email: string; readonly memberId?: string }) => {
    readonly intermediateSessionToken: string;
    /** Epoch milliseconds on the sandbox's clock. */
    readonly expiresAt: number;
  };
  /** A session of a member, as an email login makes it; 60 minutes by default. Throws where the member is unknown. */
  readonly createMemberSession: (values: {
    readonly organizationId: string;
    readonly memberId: string;
    readonly minutes?: number;
  }) => MadeSession;
  /** Epoch milliseconds on the sandbox's clock. */
  readonly now: () => number;
  /** Moves the sandbox's clock forward. */
  readonly advance: (milliseconds: number) => void;
  /** Back to the start: demo data only, no faults, nothing sent, the clock of the options. */
  readonly reset: () => void;
}

const requestLimit = 1000;

/**
 * A stand-in of the Stytch API that lives in memory: ten operations (one-time passcodes by SMS, WhatsApp and email,
 * sessions of a user, B2B discovery, exchange and SMS as second factor) and the two key sets, with the answers,
 * refusals, lifetimes, locks and sandbox values of the real one. It opens no port; `startSandbox` does.
 *
 * Codes for `+10000000000` and `sandbox@stytch.com` are `000000`, all others random, and every code is in `outbox`.
 * What Stytch does not document is an option (`SandboxOptions.guesses`, `errors`). The organizations that are there
 * from the start are described at `demoOrganizations`.
 */
export function createSandbox(options: SandboxOptions = {}): StytchSandbox {
  const settings = resolveSettings(options);
  const clock = options.now ?? Date.now;
  let offsetMs = 0;
  let context: SandboxContext;
  let faults: Fault[] = [];
  let requests: HandledRequest[] = [];

  const reset = (): void => {
    const seeded = options.seed === undefined ? Math.random : seededRandom(options.seed);
    const ids = createIdSource(options.random ?? seeded);
    const state = createState();
    offsetMs = 0;
    faults = [];
    requests = [];
    context = {
      settings,
      state,
      ids,
      signer: createJwtSigner(),
      now: () => clock() + offsetMs,
      contactId: contactIdSource(state, ids),
    };
    if (settings.demoData) addDemoData(context);
  };
  reset();

  return {
    projectId: settings.projectId,
    secret: settings.secret,
    handle: (request) => {
      const at = context.now();
      const response = answerRequest(context, faults, request);
      const { authorization: _, ...headers } = request.headers ?? {};
      requests.push({
        method: request.method,
        path: request.path,
        query: request.query ?? {},
        headers,
        body: request.body ?? '',
        at,
        status: response.status,
        ...(response.operationId === undefined ? {} : { operationId: response.operationId }),
        ...(response.errorType === undefined ? {} : { errorType: response.errorType }),
      });
      if (requests.length > requestLimit) requests.shift();
      return response;
    },
    get outbox() {
      return [...context.state.outbox];
    },
    get requests() {
      return [...requests];
    },
    get organizations() {
      return [...context.state.organizations.values()];
    },
    get members() {
      return [...context.state.members.values()];
    },
    get users() {
      return [...context.state.users.values()];
    },
    lastCodeFor: (to) =>
      context.state.outbox.findLast((entry) => entry.to.toLowerCase() === to.toLowerCase())?.code,
    injectFault: (fault) => {
      faults.push(fault);
    },
    addOrganization: (values) => addOrganization(context, values),
    addMember: (values) => addMember(context, values),
    createIntermediateSession: ({ email, memberId }) => {
      const session = startIntermediateSession(context, email, [emailFactor(context, email)]);
      if (memberId !== undefined) bindIntermediateSession(context, session, memberId);
      return { intermediateSessionToken: session.token, expiresAt: session.expiresAt };
    },
    createMemberSession: ({ organizationId, memberId, minutes = 60 }) => {
      const organization = organizationByReference(context, organizationId);
      const member = memberByReference(context, organization, memberId);
      const factors = [emailFactor(context, member.email_address)];
      const session = startMemberSession(context, organization, member, {
        factors,
        customClaims: {},
        minutes,
      });
      return {
        sessionToken: session.token,
        sessionJwt: sessionJwt(context, session),
        sessionId: session.id,
        expiresAt: session.expiresAt,
      };
    },
    now: () => context.now(),
    advance: (milliseconds) => {
      offsetMs += milliseconds;
    },
    reset,
  };
}
