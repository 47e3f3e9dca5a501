import type { AnyMachineSnapshot } from 'xstate';
import type { InteractionState, WaitState } from '../plan/flow.ts';
import type { Runtime } from '../machines/runtime.ts';
import type { InFlight } from './machine-events.ts';
import type { Happening } from './situation.ts';

/** Something that may happen, for the search to try. */
export interface Trial {
  readonly happening: Happening;
  /** What is special about it, in a few words, where the happening itself does not say it. */
  readonly label?: string;
  /** A response that an API gives only in certain cases, which nobody can bring about from outside. */
  readonly isUnusual?: true;
  /** Its values are wrong on purpose. */
  readonly isWrong?: true;
  /** It comes before its time: a `repeat` while its cooldown runs. */
  readonly isEarly?: true;
}

/** What may happen in a machine. The first of those that do the same is tried. */
export interface Alphabet {
  /** What a person may send in a waiting state, and its time limit where it has one. `cancel` is always tried. */
  readonly inWait: (
    state: WaitState,
    at: { readonly snapshot: AnyMachineSnapshot; readonly runtime: Runtime },
  ) => readonly Trial[];
  /**
   * What a person may answer to a step that asks, and the end of its time where it has a limit. `decline` and `cancel`
   * are always tried.
   */
  readonly inInteraction: (
    state: InteractionState,
    at: { readonly snapshot: AnyMachineSnapshot; readonly runtime: Runtime },
  ) => readonly Trial[];
  /** The responses to a request or the messages that may come, and how each may be lost. `cancel` is always tried. */
  readonly toCall: (flight: InFlight, at: { readonly snapshot: AnyMachineSnapshot }) => readonly Trial[];
}
