import type { JsonObject } from '../document/json.ts';
import type { SandboxContext } from './context.ts';
import type { SandboxApi } from './errors.ts';
import type { RequestFields } from './validation.ts';

/** A request whose members are all well-formed, not performed yet. */
export interface PreparedRequest {
  /** Where a message would go: what send limits are counted by. Absent for an operation that sends nothing. */
  readonly destination?: string;
  /** Looks up, checks, changes the state and gives the members of the answer; refuses otherwise. */
  readonly perform: () => JsonObject;
}

/** One operation of the API. */
export interface SandboxOperation {
  readonly operationId: string;
  readonly api: SandboxApi;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Reads the request and refuses what is malformed; changes nothing. */
  readonly prepare: (context: SandboxContext, fields: RequestFields) => PreparedRequest;
}
