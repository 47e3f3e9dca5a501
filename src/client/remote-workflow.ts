import type { ActorLogic, EventObject, Snapshot } from 'xstate';
import type { WorkflowEvent } from '../machines/context.ts';
import type { RunView } from '../server/run-view.ts';
import {
  connectRemote,
  randomId,
  type RemoteInput,
  type RemoteLink,
  type RemoteOptions,
} from './remote-connection.ts';
import { remoteSnapshot, type RemoteData, type RemoteSnapshot } from './remote-snapshot.ts';
import type { RunProblem } from './run-problem.ts';

/** What the connection tells its actor. */
type Heard =
  | { readonly type: 'remote.again' }
  | { readonly type: 'remote.view'; readonly view: RunView }
  | { readonly type: 'remote.token'; readonly token: string }
  | { readonly type: 'remote.open' }
  | { readonly type: 'remote.lost' }
  | { readonly type: 'remote.answered'; readonly problem?: RunProblem }
  | { readonly type: 'remote.failed'; readonly error: Error };

/** What an actor of a run on a server is sent: the events of the workflow. */
export type RemoteEvent = WorkflowEvent | (EventObject & Heard);

/** The logic of an actor that mirrors a run on a server. */
export type RemoteWorkflowLogic = ActorLogic<RemoteSnapshot, RemoteEvent, RemoteInput>;

/**
 * Mirrors a run on a server, where the credentials are: an actor of this logic has the state, the tags and the wait of
 * the run, and hands what it is sent to it. So a UI is written once for a machine in the page and for one elsewhere.
 *
 * Its input says which workflow to start, or which run to go on with. `getPersistedSnapshot` holds the run's id, and its bearer
 * token where it has one; an actor restored with it finds the run again. Stopping the actor leaves the run alone: send `cancel` before to end it.
 * Where the run is not there or not ours, the actor ends with a `RemoteWorkflowError`.
 *
 * @param url - where `createHandler` is mounted: the collection of runs, without a slash at the end
 */
export function fromRemoteWorkflow(url: string, options: RemoteOptions = {}): RemoteWorkflowLogic {
  const connections = new WeakMap<object, RemoteLink>();
  const inputs = new WeakMap<object, RemoteInput>();
  const initial = (data: Partial<RemoteData> = {}): RemoteSnapshot =>
    remoteSnapshot({ connection: 'connecting', unanswered: 0, ...data });
  return {
    getInitialSnapshot({ self }, input) {
      // A start that is made again, after React's strict mode stopped it say, is the same start.
      inputs.set(self, 'runId' in input ? input : { startKey: randomId(), ...input });
      return initial('runId' in input ? input : {});
    },
    restoreSnapshot(persisted) {
      const { runId, token } = persisted as unknown as Pick<RemoteData, 'runId' | 'token'>;
      return runId === undefined
        ? initial({ error: new Error('The run had not begun.') })
        : initial({ runId, token });
    },
    getPersistedSnapshot({ runId, token, status }) {
      return { status, output: undefined, error: undefined, runId, token } as unknown as Snapshot<unknown>;
    },
    start({ runId, token, status, unanswered }, { self }) {
      const input =
        runId === undefined ? inputs.get(self) : { runId, ...(token === undefined ? {} : { token }) };
      if (status !== 'active' || input === undefined) return;
      const tell = (event: Heard): void => {
        if (connections.get(self) !== link) return;
        self.send(event);
        // An actor that has come to its end is not stopped by anybody.
        if (self.getSnapshot().status === 'active') return;
        connections.delete(self);
        link.close();
      };
      const link = connectRemote(url, input, options, {
        view: (view) => tell({ type: 'remote.view', view }),
        token: (given) => tell({ type: 'remote.token', token: given }),
        open: () => tell({ type: 'remote.open' }),
        lost: () => tell({ type: 'remote.lost' }),
        answered: (problem) =>
          tell({ type: 'remote.answered', ...(problem === undefined ? {} : { problem }) }),
        failed: (error) => tell({ type: 'remote.failed', error }),
      });
      connections.set(self, link);
      // What was under way when React let go of the actor, in its strict mode or <Activity>, is answered to nobody.
      if (unanswered > 0) tell({ type: 'remote.again' });
    },
    transition(snapshot, event, { self, defer }) {
      const known = dataOf(snapshot);
      if ((event as EventObject).type === 'xstate.stop') {
        connections.get(self)?.close();
        connections.delete(self);
        return { ...snapshot, status: 'stopped', output: undefined, error: undefined };
      }
      if (snapshot.status !== 'active') return snapshot;
      switch (event.type) {
        case 'remote.view':
          return remoteSnapshot({
            ...known,
            // An answer says nothing of the stream; of a run that has ended there is nothing more to follow.
            connection: known.connection === 'lost' && event.view.status === 'active' ? 'lost' : 'open',
            runId: event.view.id,
            view: event.view,
          });
        case 'remote.token':
          return remoteSnapshot({ ...known, token: event.token });
        case 'remote.again':
          return remoteSnapshot({ ...known, connection: 'connecting', unanswered: 0 });
        case 'remote.open':
          return remoteSnapshot({ ...known, connection: 'open' });
        case 'remote.lost':
          return remoteSnapshot({ ...known, connection: 'lost' });
        case 'remote.answered':
          return remoteSnapshot({
            ...known,
            unanswered: Math.max(0, known.unanswered - 1),
            problem: event.problem,
          });
        case 'remote.failed':
          return remoteSnapshot({ ...known, error: event.error });
        default:
          defer(() => connections.get(self)?.send(event));
          return remoteSnapshot({ ...known, unanswered: known.unanswered + 1, problem: undefined });
      }
    },
  };
}

function dataOf({ connection, unanswered, runId, token, view, problem }: RemoteSnapshot): RemoteData {
  return { connection, unanswered, runId, token, view, problem };
}
