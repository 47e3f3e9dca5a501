import type { JsonObject } from '../document/json.ts';
import type { HttpRequest } from '../openapi/operation.ts';
import type { PathEvent } from './workflow-path.ts';
import type { Ended, Happening, Situation } from './situation.ts';
import { StageProblem, type SeenRequest, type Sight, type Stage } from './stage.ts';
import { textOf } from './stub-stage.ts';

/** The first thing in which a run is not what the document says. */
export interface PathDifference {
  /** What is different. `stage`: the run could not be played at all. */
  readonly what: 'request' | 'state' | 'wait' | 'outcome' | 'stage';
  /** The index of the happening after which it shows; -1 at the start. */
  readonly index: number;
  /** The step that it is about, where it is about one. */
  readonly stepId?: string;
  /** The request of the step, `POST https://…`, where it is about one. */
  readonly request?: string;
  /** What the document asks for. */
  readonly expected: string;
  readonly actual: string;
}

/** What a path is played with. */
export interface Play {
  readonly inputs: JsonObject;
  readonly startsAt: number;
  /** The state that the run begins in. */
  readonly initialState: string;
  readonly events: readonly PathEvent[];
  readonly reference: Generator<Situation, Ended, Happening>;
  /** Whether a header that the document does not ask for is one that the platform or a credential adds. */
  readonly ignoresHeader?: (name: string) => boolean;
}

/** Plays a path on a stage beside the reference interpreter; gives the first difference, `undefined` where there is none. */
export async function playPath(stage: Stage, play: Play): Promise<PathDifference | undefined> {
  let index = -1;
  let expected: IteratorResult<Situation, Ended> | undefined;
  try {
    await stage.begin(play.inputs, play.startsAt);
    expected = play.reference.next(undefined as never);
    const first = differenceOf(await stage.look(play.initialState), play.initialState, expected);
    if (first !== undefined) return { ...first, index };
    for (const event of play.events) {
      index += 1;
      const situation: Situation | undefined = expected.done === true ? undefined : expected.value;
      if (situation?.kind === 'request') {
        const difference = requestDifference(await stage.request(), situation, play);
        if (difference !== undefined) return { ...difference, index };
      }
      const { happening, state, at } = event;
      const told = (await stage.happen(happening, at)) ?? happening;
      // A request before a retry that cannot be made is passed over without a word.
      const isSilent =
        happening.type === 'lost' && happening.kind === 'request' && situation?.kind !== 'unsendable';
      if (expected.done !== true && !isSilent) expected = play.reference.next(told);
      const difference = differenceOf(await stage.look(state), state, expected);
      if (difference !== undefined) return { ...difference, index };
    }
    const unasked = stage.unasked();
    if (unasked > 0)
      return {
        what: 'request',
        index,
        expected: 'no more requests',
        actual: `${unasked} that nobody asked for`,
      };
    return undefined;
  } catch (error) {
    if (!(error instanceof StageProblem)) throw error;
    const situation = expected === undefined || expected.done === true ? undefined : expected.value;
    return {
      what: situation?.kind === 'request' ? 'request' : 'stage',
      index,
      ...(situation === undefined ? {} : { stepId: situation.stepId }),
      ...(situation?.kind === 'request' ? { request: nameOf(situation.request) } : {}),
      expected: situation?.kind === 'request' ? nameOf(situation.request) : 'a run that can be played',
      actual: error.message,
    };
  } finally {
    await stage.end();
  }
}

type Found = Omit<PathDifference, 'index'>;

function nameOf({ method, url }: { readonly method: string; readonly url: string }): string {
  return `${method} ${url}`;
}

function requestDifference(
  seen: SeenRequest,
  { stepId, request }: Extract<Situation, { kind: 'request' }>,
  { ignoresHeader = () => false }: Play,
): Found | undefined {
  const wanted = new Set(Object.keys(request.headers));
  const actual = comparable(seen, (name) => !wanted.has(name) && ignoresHeader(name));
  const expected = comparable({ ...request, body: textOf(request.body) }, () => false);
  if (actual === expected) return undefined;
  return { what: 'request', stepId, request: nameOf(request), expected, actual };
}

/** A request as a text to be compared, its headers in order. */
function comparable(
  { method, url, headers, body }: Pick<HttpRequest, 'method' | 'url' | 'headers'> & { readonly body: string },
  ignoresHeader: (name: string) => boolean,
): string {
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !ignoresHeader(name))
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted();
  return [`${method} ${URL.parse(url)?.href ?? url}`, ...lines, ...(body === '' ? [] : ['', body])].join(
    '\n',
  );
}

/** What of a failure must agree; messages are prose. */
const COMPARED = [
  'kind',
  'stepId',
  'attempt',
  'reason',
  'statusCode',
  'errorType',
  'endedBy',
  'retryAt',
] as const;

function differenceOf(
  sight: Sight | undefined,
  state: string,
  expected: IteratorResult<Situation, Ended>,
): Found | undefined {
  if (sight === undefined) return undefined;
  const about = expected.done === true ? {} : { stepId: expected.value.stepId };
  if (sight.isPartial === true && (expected.done !== true || sight.output === undefined)) {
    return sight.state === state
      ? undefined
      : { what: 'state', ...about, expected: state, actual: sight.state };
  }
  if (expected.done === true) {
    const actual =
      sight.output === undefined ? `not over: in ${sight.state}` : outcomeText(sight.output as Ended);
    const outcome = outcomeText(expected.value);
    if (actual !== outcome) return { what: 'outcome', expected: outcome, actual };
  } else {
    const { value } = expected;
    if (sight.output !== undefined)
      return {
        what: 'outcome',
        ...about,
        expected: `not over: ${value.kind} of ${value.stepId}`,
        actual: outcomeText(sight.output as Ended),
      };
    const waits = waitText(sight);
    const awaited = expectedWait(value);
    if (waits !== awaited) return { what: 'wait', ...about, expected: awaited, actual: waits };
  }
  if (sight.state === state) return undefined;
  return { what: 'state', ...about, expected: state, actual: sight.state };
}

function waitText({ wait, delayUntil }: Sight): string {
  if (delayUntil !== undefined) return `waits until ${timeText(delayUntil)}`;
  if (wait === undefined) return 'waits for nobody';
  return inputText(wait, wait.rejected);
}

function expectedWait(situation: Situation): string {
  switch (situation.kind) {
    case 'delay':
      return `waits until ${timeText(situation.until)}`;
    case 'request':
    case 'unsendable':
      return 'waits for nobody';
    case 'input': {
      return inputText(
        situation,
        (situation.rejection ?? []).map(({ input }) => input),
      );
    }
  }
}

/** What of a wait for a person must agree. */
interface AskedFor {
  readonly missing: readonly string[];
  readonly repeatAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly failure?: Ended['failure'];
}

function inputText({ missing, repeatAt, expiresAt, failure }: AskedFor, rejected: readonly string[]): string {
  return [
    `asks for ${missing.toSorted().join(', ')}`,
    ...(rejected.length === 0 ? [] : [`refuses ${rejected.toSorted().join(', ')}`]),
    ...(repeatAt === undefined ? [] : [`can be repeated from ${timeText(repeatAt)}`]),
    ...(expiresAt === undefined ? [] : [`until ${timeText(expiresAt)}`]),
    ...(failure === undefined ? [] : [`after ${failureText(failure)}`]),
  ].join(', ');
}

function timeText(time: number): string {
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : String(time);
}

function outcomeText(output: Ended): string {
  const { status, outputs } = output;
  const failure = 'failure' in output ? output.failure : undefined;
  const parts = [status, `outputs ${sortedJson(outputs)}`];
  if (failure !== undefined) parts.push(failureText(failure));
  return parts.join('\n');
}

function failureText(told: NonNullable<Ended['failure']>): string {
  const failure = told as unknown as Readonly<Record<string, unknown>>;
  // Where nothing was attempted there is no step to speak of.
  const isBare =
    failure['kind'] === 'maxSteps' || (failure['kind'] === 'request' && !(Number(failure['attempt']) > 0));
  const members = (isBare ? (['kind'] as const) : COMPARED).flatMap((name) =>
    failure[name] === undefined ? [] : [[name, failure[name]] as const],
  );
  return `failure ${sortedJson(Object.fromEntries(members))}`;
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
