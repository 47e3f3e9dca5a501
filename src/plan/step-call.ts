import type { RequestValues } from '../openapi/operation.ts';
import type { RequestRecord, ResponseRecord } from '../expressions/scope.ts';

/**
 * What a machine hands to the actor of a step: the request with its expressions evaluated. Plain JSON; it holds
 * the run's data and never a credential of the provider.
 */
export interface StepCall extends RequestValues {
  readonly stepId: string;
  /** The dotted path of the state in which the step's workflow was called; absent in the machine's own workflow. */
  readonly path?: string;
  /** 1 for the first attempt of this visit of the step. */
  readonly attempt: number;
  /** The same for every sending of this attempt, also after a restart; absent where the run has no id. */
  readonly key?: string;
  /** Milliseconds for this attempt, where the document says so. */
  readonly timeoutMs?: number;
  /** Never to be sent when an earlier sending's fate is unknown. */
  readonly atMostOnce?: true;
  /** Why no request can be made of this step (a required value is absent); the actor must not send one. */
  readonly problem?: string;
}

/** What the actor of a step resolves with: the exchange that took place, whatever the status code. */
export interface StepExchange {
  readonly request: RequestRecord;
  readonly response: ResponseRecord;
}

/** What the actor `wait` is given: it resolves once the time has come. */
export interface WaitUntil {
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Why a step has no response. */
export type CallErrorKind = 'network' | 'timeout' | 'request' | 'interrupted' | 'internal';

/**
 * What the actor of a step rejects with. Plain JSON inside; `message` names no secret.
 * `interrupted`: the request went out and what became of it is not known.
 */
export interface CallError {
  readonly kind: CallErrorKind;
  readonly message: string;
}
