import { isJsonObject, memberOf, type JsonObject } from '../document/json.ts';
import type { Rejection } from '../machines/context.ts';
import { systemClock } from '../services/wait-service.ts';
import {
  DEFAULT_LIMITS,
  type ConnectionInfo,
  type HandlerOptions,
  type LimitedAction,
  type RunHandler,
} from './handler-options.ts';
import { checkNumbers, LONGEST_TIMER_MS } from './check-numbers.ts';
import { PRIVATE, Problem, problemResponse } from './problem.ts';
import { createRateLimiter, partyOf, type RateLimit } from './rate-limiter.ts';
import { malformed, readEvent, readJsonBody } from './read-request.ts';
import {
  cookieOf,
  isTokenOf,
  newAccess,
  SHORTEST_START_KEY,
  tokensIn,
  type RunAccess,
} from './run-access.ts';
import { streamResponse } from './run-stream.ts';
import { askedInputs, viewOf, type ViewChoice } from './run-view.ts';
import type { Run } from './run.ts';
import { askedHost, isFromOwnPage } from './same-origin.ts';
import type { Sessions } from './sessions-interface.ts';

const DEFAULT_BODY_BYTES = 16 * 1024;

/**
 * The web's way to runs: a function from a `Request` to its `Response`, to be mounted in any server.
 *
 * - `POST <base>` with `{ workflowId, inputs? }` starts a run, and binds it to the client: 201
 * - `GET <base>/<id>` reads it
 * - `POST <base>/<id>/events` with `{ type, …, id?, revision? }` sends it an event
 * - `GET <base>/<id>/updates` follows it by server-sent events
 *
 * A client sees a `RunView` of its own runs and nothing else; a run that is not its own is not there. What is refused
 * is answered with a problem's details. With `Prefer: wait=<seconds>` the response comes when nothing is in flight any
 * more, or after that time.
 *
 * @throws UsageError with code `invalid-option`
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function createHandler(sessions: Sessions, options: HandlerOptions = {}): RunHandler {
  const { clock = systemClock, onError, origins = [] } = options;
  const { maxBodyBytes: most, maxStreamsPerRun, pingMs, maxWaitSeconds } = options;
  checkNumbers({ maxBodyBytes: most, maxStreamsPerRun });
  checkNumbers({ pingMs }, LONGEST_TIMER_MS);
  if (maxWaitSeconds !== 0) checkNumbers({ maxWaitSeconds }, LONGEST_TIMER_MS / 1000);
  for (const { perRun, perAddress } of Object.values(options.limits ?? {}))
    for (const { count, perSeconds } of [perRun ?? [], perAddress ?? []].flat())
      checkNumbers({ count, perSeconds });
  const basePath = (options.basePath ?? '/runs').replace(/\/+$/, '');
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_BODY_BYTES;
  const cookieName = options.cookieName ?? 'arazzo-run';
  const startable = new Set(options.workflows ?? sessions.workflows.map(({ workflowId }) => workflowId));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const limiter = options.limiter ?? createRateLimiter(() => clock.now());
  const streams = new Map<string, number>();

  const choiceFor = (workflowId: string): ViewChoice => ({
    inputs: memberOf(options.inputs ?? {}, workflowId) ?? [],
    outputs: memberOf(options.outputs ?? {}, workflowId) ?? [],
  });
  const limit = async (
    action: LimitedAction,
    { address }: ConnectionInfo,
    runId: string | undefined,
  ): Promise<void> => {
    const { perRun, perAddress } = limits[action];
    const take = async (party: string, allowed: RateLimit | undefined): Promise<void> => {
      const seconds = allowed === undefined ? 0 : await limiter.take(`${action} ${party}`, allowed);
      if (seconds > 0) throw new Problem('too-many-requests', {}, { 'retry-after': String(seconds) });
    };
    // What a run may not do is not counted against the others of its address.
    if (runId !== undefined) await take(`run ${runId}`, perRun);
    if (address !== undefined) await take(`address ${partyOf(address)}`, perAddress);
  };
  const respond = async (
    run: Run,
    status: number,
    headers: Readonly<Record<string, string>> = {},
    members: object = {},
  ): Promise<Response> => {
    const all = new Headers({ ...PRIVATE, 'content-type': 'application/json', ...headers });
    if (run.status !== 'active') await options.onEnded?.(run, all);
    const view = viewOf(run, choiceFor(run.workflowId), clock.now());
    return new Response(JSON.stringify({ ...view, ...members }), { status, headers: all });
  };
  /** The run, if it is there and the client's own. */
  const ownRun = async (request: Request, runId: string): Promise<Run> => {
    const run = await sessions.get(runId);
    if (run === 'stranded') throw new Problem('run-stranded');
    const tokens = tokensIn(request.headers, cookieName);
    if (run === 'unknown' || !tokens.some((token) => isTokenOf(token, run.binding)))
      throw new Problem('not-found');
    return run;
  };
  /** The run once nothing of it is in flight, if the client asks to wait for that. */
  const whenIdle = async (request: Request, run: Run): Promise<Run> => {
    const asked = Number(/(?:^|[,;\s])wait=(\d+)/i.exec(request.headers.get('prefer') ?? '')?.[1] ?? 0);
    const seconds = Math.min(asked, options.maxWaitSeconds ?? 10);
    if (seconds === 0 || !run.tags.includes('busy')) return run;
    let latest = run;
    let end: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, seconds * 1000);
      const over = (): void => {
        clock.clearTimeout(timer);
        resolve();
      };
      request.signal.addEventListener('abort', over, { once: true });
      const take = (next: Run): void => {
        latest = next;
        if (!next.tags.includes('busy')) over();
      };
      end = sessions.subscribe(run.id, take, run.revision);
    });
    end?.();
    return latest;
  };

  const start = async (request: Request, connection: ConnectionInfo): Promise<Response> => {
    await limit('start', connection, undefined);
    const body = await readJsonBody(request, maxBodyBytes);
    const workflowId = memberOf(body, 'workflowId');
    const inputs = memberOf(body, 'inputs') ?? {};
    if (typeof workflowId !== 'string') throw malformed('The "workflowId" must be a text.');
    if (!isJsonObject(inputs)) throw malformed('The "inputs" must be an object.');
    if (!startable.has(workflowId)) throw new Problem('unknown-workflow');
    const required = sessions.workflows.find((one) => one.workflowId === workflowId)?.required ?? [];
    refuseOthers(inputs, [...required, ...choiceFor(workflowId).inputs]);
    const { runId, token, binding } = accessFor(request);
    const own = await options.serverInputs?.(workflowId, request);
    const result = await sessions.start(workflowId, { runId, binding, inputs: { ...inputs, ...own } });
    if (result.kind === 'refused') throw new Problem('inputs-refused', { rejection: result.rejection });
    const path = `${basePath}/${runId}`;
    const isBearer = options.binding === 'bearer';
    return respond(
      await whenIdle(request, result.run),
      result.kind === 'started' ? 201 : 200,
      {
        location: path,
        ...(isBearer ? {} : { 'set-cookie': cookieOf(cookieName, token, path, isSecure(request)) }),
      },
      isBearer ? { token } : {},
    );
  };
  const send = async (request: Request, connection: ConnectionInfo, runId: string): Promise<Response> => {
    const run = await ownRun(request, runId);
    const { event, eventId, revision } = readEvent(await readJsonBody(request, maxBodyBytes));
    await limit(event.type === 'submit' || event.type === 'repeat' ? event.type : 'other', connection, runId);
    let answered = revision;
    if (event.type === 'submit' && run.wait !== undefined) {
      const choice = choiceFor(run.workflowId);
      const required = sessions.workflows.find((one) => one.workflowId === run.workflowId)?.required ?? [];
      const asked = askedInputs(run.wait, choice).map(({ name }) => name);
      refuseOthers(event.values as JsonObject, [...required, ...choice.inputs, ...asked]);
      // Values that nothing asked for are not looked at, so a state that asks by now must not get them.
    } else if (event.type === 'submit') answered = run.revision;
    const result = await sessions.send(runId, event, {
      ...(eventId === undefined ? {} : { eventId }),
      ...(answered === undefined ? {} : { revision: answered }),
    });
    switch (result.kind) {
      case 'taken':
      case 'repeated':
        return respond(await whenIdle(request, result.run), 200);
      case 'refused':
      case 'conflict': {
        const code = result.kind === 'refused' ? 'event-refused' : 'revision-conflict';
        throw new Problem(code, { run: viewOf(result.run, choiceFor(run.workflowId), clock.now()) });
      }
      case 'stranded':
        throw new Problem('run-stranded');
      case 'unknown':
        throw new Problem('not-found');
    }
  };
  const follow = async (request: Request, runId: string): Promise<Response> => {
    const run = await ownRun(request, runId);
    // Another process may tell the client more.
    if (sessions.closed.aborted) throw new Problem('unavailable', {}, { 'retry-after': '1' });
    const last = Number(request.headers.get('last-event-id') ?? '');
    const seen = Number.isSafeInteger(last) && last > 0 ? last : 0;
    // The client has seen the end: nothing else makes a browser's EventSource come back no more.
    if (run.status !== 'active' && seen >= run.revision)
      return new Response(null, { status: 204, headers: PRIVATE });
    const open = streams.get(runId) ?? 0;
    if (open >= (options.maxStreamsPerRun ?? 4))
      throw new Problem('too-many-streams', {}, { 'retry-after': '10' });
    streams.set(runId, open + 1);
    return streamResponse({
      clock,
      pingMs: options.pingMs ?? 15_000,
      request,
      closed: sessions.closed,
      follow: (next) =>
        sessions.subscribe(
          runId,
          (latest) => next(viewOf(latest, choiceFor(latest.workflowId), clock.now())),
          Math.min(seen, run.revision),
        ),
      onEnd: () => {
        const left = (streams.get(runId) ?? 1) - 1;
        if (left > 0) streams.set(runId, left);
        else streams.delete(runId);
      },
    });
  };
  const isSecure = (request: Request): boolean => {
    if (options.secureCookie !== undefined) return options.secureCookie;
    const { protocol, hostname } = askedHost(request);
    return protocol === 'https:' || !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  };
  const route = async (request: Request, connection: ConnectionInfo): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) throw new Problem('not-found');
    const [runId = '', part, ...rest] = pathname.slice(basePath.length + 1).split('/');
    if (rest.length > 0 || (part !== undefined && part !== 'events' && part !== 'updates'))
      throw new Problem('not-found');
    const method = runId === '' || part === 'events' ? 'POST' : 'GET';
    if (request.method !== method) throw new Problem('method-not-allowed', {}, { allow: method });
    if (!isFromOwnPage(request, origins)) throw new Problem('cross-site');
    if (runId === '') return start(request, connection);
    // No run has an id of another form: none is looked for.
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(runId)) throw new Problem('not-found');
    if (part === 'events') return send(request, connection, runId);
    if (part === 'updates') return follow(request, runId);
    return respond(await whenIdle(request, await ownRun(request, runId)), 200);
  };

  return async (request, connection = {}) => {
    try {
      return await route(request, connection);
    } catch (error) {
      if (error instanceof Problem) return problemResponse(error);
      onError?.(error);
      return problemResponse(new Problem('unavailable', {}, { 'retry-after': '1' }));
    }
  };
}

/** A start that is repeated with the same key is the same start. */
function accessFor(request: Request): RunAccess {
  const key = request.headers.get('idempotency-key') ?? undefined;
  if (key !== undefined && key.length < SHORTEST_START_KEY)
    throw malformed(`The Idempotency-Key must be a secret of at least ${SHORTEST_START_KEY} characters.`);
  return newAccess(key);
}

/** @throws Problem where a client gives what is not its to give */
function refuseOthers(values: JsonObject, allowed: readonly string[]): void {
  const rejection = Object.keys(values)
    .filter((name) => !allowed.includes(name))
    .map((input): Rejection => ({ input, rule: 'notAsked', message: 'It is not asked for.' }));
  if (rejection.length > 0) throw new Problem('inputs-refused', { rejection });
}
