import type { InvocationId, ObjectContext } from '@restatedev/restate-sdk';
import { isJsonObject, type JsonValue } from '../document/json.ts';
import { WAIT_ACTOR } from '../machines/actor-names.ts';
import type { InnerHandlers } from './run-handlers-interface.ts';

/** What was begun for a run and is not over, by the session of the actor that waits for it. */
export type BegunCalls = Readonly<Record<string, InvocationId>>;

/** A context for the adapter, with note taken of the calls that it begins and of what it stores. */
export interface NotingContext {
  readonly ctx: ObjectContext;
  /** The calls that were begun so far. */
  begun(): Promise<BegunCalls>;
}

/**
 * The adapter begins the work of an actor by a call whose id it does not keep; so that the work can be ended when its
 * actor is stopped, the id is kept here.
 *
 * @param revision - kept in the snapshot, which the adapter stores before what else is kept of the run
 */
export function notingCalls(ctx: ObjectContext, revision: number): NotingContext {
  const noted: (readonly [session: string, id: PromiseLike<InvocationId>])[] = [];
  const noting = (client: object): object =>
    new Proxy(client, {
      get: (target, method) => (request: JsonValue, options?: unknown) => {
        const call = Reflect.get(target, handlerFor(method, request)) as (
          ...args: readonly unknown[]
        ) => object;
        const answer = options === undefined ? call(request) : call(request, options);
        const session = isJsonObject(request) ? sessionIn(request['self']) : undefined;
        if (session !== undefined && 'invocationId' in answer)
          noted.push([session, answer.invocationId as PromiseLike<InvocationId>]);
        return answer;
      },
    });
  return {
    ctx: new Proxy(ctx, {
      get: (target, name) => {
        if (name === 'objectClient')
          return (...args: Parameters<ObjectContext['objectClient']>) => noting(target.objectClient(...args));
        if (name === 'set')
          return (key: string, value: object) =>
            target.set(key, key === 'snapshot' ? { ...value, revision } : value);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    }),
    begun: async () => {
      const calls: [string, InvocationId][] = [];
      for (const [session, id] of noted) calls.push([session, await id]);
      return Object.fromEntries(calls);
    },
  };
}

/** A time is waited for by a handler of its own, which Restate may put away meanwhile; a request must stay at hand. */
function handlerFor(method: string | symbol, request: JsonValue): string | symbol {
  const sources = isJsonObject(request) ? request['srcs'] : undefined;
  return method === 'invokePromise' && Array.isArray(sources) && sources[0] === WAIT_ACTOR
    ? ('awaitTime' satisfies keyof InnerHandlers)
    : method;
}

function sessionIn(actor: JsonValue | undefined): string | undefined {
  const session = isJsonObject(actor) ? actor['sessionId'] : undefined;
  return typeof session === 'string' ? session : undefined;
}
