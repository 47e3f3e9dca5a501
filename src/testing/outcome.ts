import type { Scope } from '../expressions/scope.ts';
import type { Failure } from './situation.ts';

/** How an attempt of a step turned out. */
export interface Outcome {
  /** What its criteria, actions and outputs see. */
  readonly scope: Scope;
  /** Whether a response came or the called workflow ran: there is something to take outputs from. */
  readonly hasResult: boolean;
  /** Absent: it succeeded. */
  readonly failure?: Failure;
}
