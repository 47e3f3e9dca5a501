// Runs that outlive the process: sessions on a store, and the web's way to them. For servers.
export { createSessions } from './sessions.ts';
export type {
  HostedWorkflow,
  SendOptions,
  SendResult,
  Sessions,
  StartOptions,
  StartResult,
  StrandedRun,
} from './sessions-interface.ts';
export type { CompiledMachine, SessionEvent, SessionsOptions } from './sessions-options.ts';
export type { Run } from './run.ts';
export { createMemoryStore } from './memory-store.ts';
export { createSqliteStore } from './sqlite-store.ts';
export type { SqliteStoreOptions } from './sqlite-store.ts';
export { createPostgresStore } from './postgres-store.ts';
export type { PostgresPool, PostgresStoreOptions } from './postgres-store.ts';
export { createEncryptedStore } from './encrypted-store.ts';
export type { EncryptedStore, StoreKeys } from './encrypted-store.ts';
export type { HeldRun, ListOptions, Store, StoredRun } from './store.ts';
export { createHandler } from './handler.ts';
export type {
  ActionLimits,
  ConnectionInfo,
  HandlerOptions,
  LimitedAction,
  RunHandler,
} from './handler-options.ts';
export { createNodeListener } from './node-listener.ts';
export type { NodeListenerOptions } from './node-listener.ts';
export { createRateLimiter } from './rate-limiter.ts';
export type { RateLimit, RateLimiter } from './rate-limiter.ts';
export type { FailureView, FormView, RunView } from './run-view.ts';
