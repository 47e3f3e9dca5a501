import { assign } from 'xstate';
import { announceActions } from './announce-actions.ts';
import { callActions } from './call-actions.ts';
import { updaterOf } from './frame-update.ts';
import type { Runtime } from './runtime.ts';
import { stepActions } from './step-actions.ts';
import { waitActions } from './wait-actions.ts';

/**
 * The actions of every machine, by name. Each is a pure update of the context or an emitted event; all take plain JSON
 * params, so that the picture shows what an edge does. `frame` says which workflow of the machine they are about.
 */
export function createActions(root: Runtime) {
  const update = updaterOf(root);
  return {
    ...stepActions(root),
    ...callActions(root),
    ...waitActions(root),
    ...announceActions(root),
    /** Ends a run that begins steps without end. */
    exceed: assign({
      failure: {
        kind: 'maxSteps',
        message: `The run was ended: it began more than ${root.settings.maxSteps} steps.`,
      },
    }),
    /** Ends a workflow whose timer broke. */
    loseTimer: update(() => ({ failure: { kind: 'internal', message: 'The timer of the run failed.' } })),
  };
}
