/** What a server says about a request that it refused: problem details. */
export interface RunProblem {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** A URI reference that names the kind of problem. */
  readonly type: string;
  readonly title: string;
  readonly detail?: string;
  /** From when on it is worth while to try again, epoch milliseconds. */
  readonly retryAt?: number;
}

/** The run cannot be followed: it is not there, not ours, or the server does not want us. */
export class RemoteWorkflowError extends Error {
  override readonly name = 'RemoteWorkflowError';
  readonly code = 'remote/refused';
  readonly problem: RunProblem;

  constructor(problem: RunProblem) {
    super(`${problem.title} (${problem.status})`);
    this.problem = problem;
  }
}

/** Whether an error says that a run on a server cannot be followed. */
export function isRemoteWorkflowError(error: unknown): error is RemoteWorkflowError {
  return error instanceof RemoteWorkflowError;
}

/**
 * Reads the problem details of a response, whatever it holds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457.html
 */
export async function readProblem(response: Response, now: number): Promise<RunProblem> {
  const told = await response.json().catch(() => undefined);
  const member = (name: string): string | undefined => {
    const value: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const detail = member('detail');
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    type: member('type') ?? 'about:blank',
    title: member('title') ?? 'The server refused.',
    ...(detail === undefined ? {} : { detail }),
    ...(Number.isFinite(after) ? { retryAt: now + after * 1000 } : {}),
  };
}
