/** What went wrong with a request, as the handler says it. */
export type ProblemCode =
  | 'not-found'
  | 'method-not-allowed'
  | 'not-json'
  | 'body-too-large'
  | 'malformed'
  | 'cross-site'
  | 'unknown-workflow'
  | 'inputs-refused'
  | 'event-refused'
  | 'revision-conflict'
  | 'run-stranded'
  | 'too-many-requests'
  | 'too-many-streams'
  | 'unavailable';

const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'not-found': [404, 'There is no such run.'],
  'method-not-allowed': [405, 'The method is not one of this resource.'],
  'not-json': [415, 'The body must be JSON, and say so.'],
  'body-too-large': [413, 'The body is too large.'],
  malformed: [400, 'The body is not what is expected here.'],
  'cross-site': [403, 'The request comes from another site.'],
  'unknown-workflow': [422, 'There is no such workflow to start.'],
  'inputs-refused': [422, 'The values were not taken.'],
  'event-refused': [409, 'The run does not take this event now.'],
  'revision-conflict': [409, 'The run has changed since.'],
  'run-stranded': [503, 'This server cannot go on with the run.'],
  'too-many-requests': [429, 'Too many requests.'],
  'too-many-streams': [429, 'Too many connections follow the run.'],
  unavailable: [503, 'It did not work out now. Try again later.'],
};

/** A refusal, thrown to wherever the response is made. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** Further members of the problem's object. */
  readonly members: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, members: object = {}, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.members = members;
    this.headers = headers;
  }
}

/**
 * The response to a request that is refused.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problemResponse({ code, members, headers }: Problem): Response {
  const [status, title] = PROBLEMS[code];
  const body = { type: `urn:arazzo-xstate:problem:${code}`, title, status, ...members };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...PRIVATE, 'content-type': 'application/problem+json', ...headers },
  });
}

/** What every response of the handler says: it is for nobody else, and nothing but what it says it is. */
export const PRIVATE: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};
