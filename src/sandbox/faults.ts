import type { JsonValue } from '../document/json.ts';

/** Something that shall go wrong, or be slow. At least one of the members below `times` should be given. */
export interface Fault {
  /** The operation it happens to. Absent: any. */
  readonly operationId?: string;
  /** How many requests it happens to. */
  readonly times: number;
  /** The HTTP status. Default: that of `errorType`; without both, the request is answered as usual. */
  readonly status?: number;
  /** Default: what Stytch says with such a status. */
  readonly errorType?: string;
  /** Default: the sentence of the catalogue. */
  readonly message?: string;
  /** Milliseconds of real time that the server waits before it answers. */
  readonly delayMs?: number;
  /** The server closes the connection and answers nothing. */
  readonly dropConnection?: boolean;
  /** The value of a `Retry-After` header. */
  readonly retryAfterSeconds?: number;
  /** Sent in place of the usual body: a text as it is, anything else as JSON. */
  readonly body?: JsonValue;
  /** The request is performed first (a code is sent, a session is made) and only its answer is lost or replaced. */
  readonly afterEffect?: boolean;
}

/** Takes the first fault that is meant for an operation, and counts it down. */
export function takeFault(faults: Fault[], operationId: string): Fault | undefined {
  const position = faults.findIndex(
    (fault) => fault.times > 0 && (fault.operationId === undefined || fault.operationId === operationId),
  );
  const fault = faults[position];
  if (fault === undefined) return undefined;
  if (fault.times > 1) faults[position] = { ...fault, times: fault.times - 1 };
  else faults.splice(position, 1);
  return fault;
}
