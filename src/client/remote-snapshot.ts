import { matchesState, type StateValue } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { FailureView, FormView, RunView } from '../server/run-view.ts';
import type { RunProblem } from './run-problem.ts';

/** Whether the run can be followed. `connecting`: not yet · `lost`: not for now, it is tried again. */
export type RemoteConnection = 'connecting' | 'open' | 'lost';

/** How a run ended, as far as the server shows it. */
export interface RemoteOutput {
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly outputs: JsonObject;
  readonly failure?: FailureView;
}

/**
 * What is known here of a run that is elsewhere. It has what a UI reads of the snapshot of a machine: `status`,
 * `value`, `tags`, `matches`, `hasTag`, `can`, `output`, `error`; and what `describeWait` gives of one, as `wait`. Of the
 * run's context it holds nothing.
 */
export type RemoteSnapshot = RemoteState & RemoteStatus;

interface RemoteState {
  /** The state of the run; '' until it is known. */
  readonly value: StateValue;
  readonly tags: ReadonlySet<string>;
  readonly context: Readonly<Record<string, never>>;
  readonly connection: RemoteConnection;
  /** Events that were sent and not answered yet. `hasTag('busy')` is true while there are any. */
  readonly unanswered: number;
  /** What the server knows the run by, once it is started. */
  readonly runId?: string;
  /** The run's bearer token, where the server binds runs to one: as good as the run itself. */
  readonly token?: string;
  /** What is asked of a person, while something is. Its times are of this clock, not of the server's. */
  readonly wait?: FormView;
  /** The run as the server last showed it. */
  readonly view?: RunView;
  /** Why the last event was not taken; gone with the next. */
  readonly problem?: RunProblem;
  matches(partial: StateValue): boolean;
  hasTag(tag: string): boolean;
  /** Whether the server says that the run takes such an event now. */
  can(event: { readonly type: string }): boolean;
}

type RemoteStatus =
  | { readonly status: 'active' | 'stopped'; readonly output: undefined; readonly error: undefined }
  | { readonly status: 'done'; readonly output: RemoteOutput; readonly error: undefined }
  | { readonly status: 'error'; readonly output: undefined; readonly error: unknown };

/** What a snapshot is made of. */
export interface RemoteData {
  readonly connection: RemoteConnection;
  readonly unanswered: number;
  readonly runId?: string | undefined;
  readonly token?: string | undefined;
  readonly view?: RunView | undefined;
  readonly problem?: RunProblem | undefined;
  readonly error?: unknown;
}

/** Makes a snapshot of what is known of a run. */
export function remoteSnapshot(data: RemoteData): RemoteSnapshot {
  const { view, connection, unanswered, runId, token, problem, error } = data;
  const value = (view?.value ?? '') as StateValue;
  const tags = new Set(view?.tags ?? []);
  if (view === undefined || (view.status === 'active' && unanswered > 0)) tags.add('busy');
  const state: RemoteState = {
    value,
    tags,
    context: {},
    connection,
    unanswered,
    ...(runId === undefined ? {} : { runId }),
    ...(token === undefined ? {} : { token }),
    ...(view === undefined ? {} : { view }),
    ...(view?.form === undefined ? {} : { wait: view.form }),
    ...(problem === undefined ? {} : { problem }),
    matches: (partial) => matchesState(partial, value),
    hasTag: (tag) => tags.has(tag),
    can: ({ type }) => view?.accepts.includes(type) ?? false,
  };
  if (error !== undefined) return { ...state, status: 'error', output: undefined, error };
  return view !== undefined && isEnded(view)
    ? { ...state, status: 'done', output: outputOf(view), error: undefined }
    : { ...state, status: 'active', output: undefined, error: undefined };
}

function outputOf({ status, outputs = {}, failure }: EndedView): RemoteOutput {
  return { status, outputs, ...(status === 'failed' && failure !== undefined ? { failure } : {}) };
}

type EndedView = RunView & { readonly status: RemoteOutput['status'] };

function isEnded(view: RunView): view is EndedView {
  return view.status !== 'active';
}
