import type { JsonObject } from '../document/json.ts';
import { sortedJson, type Found, type PathDifference } from './path-difference.ts';
import { createSentLog, nameOf } from './sent-log.ts';
import type { Ended, Happening, Situation } from './situation.ts';
import { StageProblem, type Sight, type Stage } from './stage.ts';
import type { PathEvent } from './workflow-path.ts';

/** What a path is played with. */
export interface Play {
  readonly inputs: JsonObject;
  readonly startsAt: number;
  /** The state that the run begins in. */
  readonly initialState: string;
  readonly events: readonly PathEvent[];
  readonly reference: Generator<Situation, Ended, Happening>;
  /** Whether the run is stored and restored in each of its states. */
  readonly isRestored?: boolean;
  /** Whether a header that the document does not ask for is one that the platform or a credential adds. */
  readonly ignoresHeader?: (name: string) => boolean;
}

/** Plays a path on a stage beside the reference interpreter; gives the first difference, `undefined` where there is none. */
export async function playPath(stage: Stage, play: Play): Promise<PathDifference | undefined> {
  let index = -1;
  let expected: IteratorResult<Situation, Ended> | undefined;
  const sent = createSentLog(stage, play.ignoresHeader);
  try {
    await stage.begin(play.inputs, play.startsAt);
    expected = play.reference.next(undefined as never);
    let state = play.initialState;
    let now = play.startsAt;
    const first = differenceOf(await stage.look(state), state, expected);
    if (first !== undefined) return { ...first, index };
    for (const event of play.events) {
      index += 1;
      const situation: Situation | undefined = expected.done === true ? undefined : expected.value;
      const difference = await sent.difference(situation);
      if (difference !== undefined) return { ...difference, index };
      const { happening, at } = event;
      const restart = restartBefore(happening, situation, play);
      if (restart !== 'none') await stage.restore?.(restart === 'interrupts' ? at : now);
      if (restart === 'resumes') {
        const changed =
          differenceOf(await stage.look(state), state, expected) ?? (await sent.difference(situation));
        if (changed !== undefined) return { ...changed, index };
      }
      ({ state, at: now } = event);
      const told =
        restart === 'interrupts' ? INTERRUPTED : ((await stage.happen(happening, at)) ?? happening);
      // A request before a retry that cannot be made is passed over without a word.
      const isSilent =
        happening.type === 'lost' && happening.kind === 'request' && situation?.kind !== 'unsendable';
      if (expected.done !== true && !isSilent) expected = play.reference.next(told);
      const wrong = differenceOf(await stage.look(state), state, expected);
      if (wrong !== undefined) return { ...wrong, index };
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

const INTERRUPTED: Happening = { type: 'lost', kind: 'interrupted' };

/**
 * What a restart does just before something happens: the run resumes where it was, or loses what may not be sent again,
 * where the path goes on from that loss. Else there is none: that would be another path, or nothing is waited for.
 */
function restartBefore(
  happening: Happening,
  situation: Situation | undefined,
  { isRestored = false }: Play,
): 'none' | 'resumes' | 'interrupts' {
  if (!isRestored) return 'none';
  const isSending = situation?.kind === 'request' || situation?.kind === 'message';
  const isSentOnce = isSending && situation.isAtMostOnce === true;
  if (happening.type !== 'lost' || happening.kind === 'timeout') return isSentOnce ? 'none' : 'resumes';
  // Where nothing can be sent the run goes on by itself at once.
  if (happening.kind === 'request') return 'none';
  return isSentOnce ? 'interrupts' : 'resumes';
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

function waitText({ wait, question, delayUntil }: Sight): string {
  if (question !== undefined) return questionText(question);
  if (delayUntil !== undefined) return `waits until ${timeText(delayUntil)}`;
  if (wait === undefined) return 'waits for nobody';
  return inputText(wait, wait.rejected);
}

function expectedWait(situation: Situation): string {
  switch (situation.kind) {
    case 'delay':
      return `waits until ${timeText(situation.until)}`;
    case 'request':
    case 'message':
    case 'unsendable':
      return 'waits for nobody';
    case 'interaction': {
      const { stepId, attempt, prompt, context, url, rejection = [], expiresAt, failure } = situation;
      const rejected = rejection.map(({ input }) => input);
      return questionText({ stepId, attempt, prompt, context, url, rejected, expiresAt, failure });
    }
    case 'input': {
      return inputText(
        situation,
        (situation.rejection ?? []).map(({ input }) => input),
      );
    }
  }
}

function questionText(question: NonNullable<Sight['question']>): string {
  const { stepId, attempt, prompt, context, url, rejected, expiresAt, failure } = question;
  return [
    `asks in ${stepId}, attempt ${attempt}: ${prompt}`,
    `shows ${sortedJson(context)}`,
    ...(url === undefined ? [] : [`leads to ${url}`]),
    ...(rejected.length === 0 ? [] : [`refuses ${rejected.toSorted().join(', ')}`]),
    ...(expiresAt === undefined ? [] : [`until ${timeText(expiresAt)}`]),
    ...(failure === undefined ? [] : [`after ${failureText(failure)}`]),
  ].join('\n');
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
