import { memberOf, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import type { Failure, Rejection } from '../machines/context.ts';
import type { PendingInput, WaitDescription } from '../machines/describe-wait.ts';
import type { Run } from './run.ts';

/** Why something failed, as far as it is a client's business. */
export interface FailureView {
  readonly kind: Failure['kind'];
  readonly stepId?: string;
  /** The name of the failure action that was taken. */
  readonly reason?: string;
  readonly statusCode?: number;
  readonly errorType?: string;
  /** The API's own message; what this server has to say of its network is not shown. */
  readonly message?: string;
  /** Epoch milliseconds. */
  readonly retryAt?: number;
}

/** What a waiting run asks for: what a form needs. */
export interface FormView extends Omit<WaitDescription, 'failure'> {
  readonly failure?: FailureView;
}

/** What a client is shown of a run. Nothing of the run's data is in it but what is named here. */
export interface RunView {
  readonly id: string;
  readonly workflowId: string;
  readonly revision: number;
  readonly status: Run['status'];
  /** The dotted path of the state. */
  readonly state: string;
  /** The same as XState writes it. */
  readonly value: JsonValue;
  readonly tags: readonly string[];
  /** The types of the events that the run takes now. */
  readonly accepts: readonly string[];
  /** Present while a person is waited for. */
  readonly form?: FormView;
  /** Why the last values were not taken. */
  readonly rejection?: readonly Rejection[];
  /** Why it failed, or the last attempt did. */
  readonly failure?: FailureView;
  /** The chosen outputs, once it is over. */
  readonly outputs?: JsonObject;
  /** The server's time, epoch milliseconds: what the other times are to be compared with. */
  readonly now: number;
}

/** What of a workflow's inputs and outputs a client has to do with. */
export interface ViewChoice {
  /** The names of the inputs that a client may give; those that are required may always be given. */
  readonly inputs: readonly string[];
  /** The names of the outputs that a client is shown. */
  readonly outputs: readonly string[];
}

export function viewOf(run: Run, choice: ViewChoice, now: number): RunView {
  const { id, workflowId, revision, status, state, value, tags, wait, rejection, output, context } = run;
  const failure = output?.status === 'failed' ? output.failure : context.failure;
  return {
    id,
    workflowId,
    revision,
    status,
    state,
    value,
    tags,
    accepts: acceptedBy(run),
    ...(wait === undefined ? {} : { form: formOf(wait, choice) }),
    ...(rejection.length === 0 ? {} : { rejection }),
    ...(failure === undefined ? {} : { failure: failureView(failure) }),
    ...(output === undefined ? {} : { outputs: chosen(output.outputs as JsonObject, choice.outputs) }),
    now,
  };
}

/** The inputs of a form that a client may fill in. */
export function askedInputs(
  wait: Pick<WaitDescription, 'inputs'>,
  choice: ViewChoice,
): readonly PendingInput[] {
  return wait.inputs.filter(({ name, required }) => required || choice.inputs.includes(name));
}

function acceptedBy(run: Run): readonly string[] {
  if (run.status !== 'active') return [];
  const { wait } = run;
  return [
    ...(wait !== undefined && run.accepts({ type: 'submit' }) ? ['submit'] : []),
    ...(wait?.canRepeat === true ? ['repeat'] : []),
    ...(wait !== undefined && wait.revisable.length > 0 ? ['revise'] : []),
    ...['decline', 'cancel'].filter((type) => run.accepts({ type })),
  ];
}

function formOf({ failure, ...wait }: WaitDescription, choice: ViewChoice): FormView {
  return {
    ...wait,
    inputs: askedInputs(wait, choice),
    ...(failure === undefined ? {} : { failure: failureView(failure) }),
  };
}

function failureView({
  kind,
  stepId,
  reason,
  statusCode,
  errorType,
  message,
  retryAt,
}: Failure): FailureView {
  return {
    kind,
    ...(stepId === undefined ? {} : { stepId }),
    ...(reason === undefined ? {} : { reason }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(errorType === undefined ? {} : { errorType }),
    ...(kind === 'response' ? { message } : {}),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

function chosen(outputs: JsonObject, names: readonly string[]): JsonObject {
  const shown: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = memberOf(outputs, name);
    if (value !== undefined) setMember(shown, name, value);
  }
  return shown;
}
