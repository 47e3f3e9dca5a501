import type { ObjectContext, ObjectSharedContext } from '@restatedev/restate-sdk';
import type { ActorObjectHandlers } from '@restatedev/xstate';
import type { AnyStateMachine } from 'xstate';
import type {
  ChangeRequest,
  EventReply,
  EventRequest,
  ReadReply,
  StartReply,
  StartRequest,
} from './run-messages.ts';

type Adapter = ActorObjectHandlers<AnyStateMachine>;

/** What is called from outside, by the id of a run. */
export interface RunHandlers {
  /** Starts the run, unless there is one with this id. */
  readonly start: (ctx: ObjectContext, request: StartRequest) => Promise<StartReply>;
  readonly event: (ctx: ObjectContext, request: EventRequest) => Promise<EventReply>;
  readonly read: (ctx: ObjectSharedContext) => Promise<ReadReply>;
  /** Reads the run once it is at a later revision, or when the time is over. */
  readonly change: (ctx: ObjectSharedContext, request: ChangeRequest) => Promise<ReadReply>;
}

/** What the handlers call of each other. */
export interface InnerHandlers {
  /** The same as `read`, behind the change that is just being made. */
  readonly readInTurn: (ctx: ObjectContext) => Promise<ReadReply>;
  /** Tells an awakeable of the next change. */
  readonly follow: (
    ctx: ObjectContext,
    request: { readonly awakeable: string; readonly after: number },
  ) => Promise<void>;
  readonly send: (ctx: ObjectContext, request?: Parameters<Adapter['send']>[1]) => Promise<void>;
  readonly invokePromise: (
    ctx: ObjectSharedContext,
    request: Parameters<Adapter['invokePromise']>[1],
  ) => Promise<void>;
  /** The same for the actor that waits for a time. */
  readonly awaitTime: InnerHandlers['invokePromise'];
  /** Cancels the run, if it is still at that revision and waits for a person for too long. */
  readonly giveUp: (ctx: ObjectContext, request: { readonly revision: number }) => Promise<void>;
  readonly cleanupState: (ctx: ObjectContext) => Promise<void>;
  readonly keepPlan: (ctx: ObjectContext, text: string) => Promise<void>;
  readonly readPlan: (ctx: ObjectSharedContext) => Promise<string | null>;
  /** Whether this version of the package makes of the kept plan the machine that it was kept for. */
  readonly canRun: (ctx: ObjectSharedContext) => Promise<boolean>;
}
