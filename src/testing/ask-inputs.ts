import { type JsonObject, type JsonValue, setMember } from '../document/json.ts';
import { type Frame, forgetByHome, isAbsent } from './frame.ts';
import type { Happening, Rejection, Situation } from './situation.ts';

/** A step, or a workflow that runs before the first one, as a place where inputs are asked. */
export interface Place {
  readonly index: number;
  readonly name: string;
  readonly timeoutSeconds?: number;
}

/** Another place to go to. `returnTo` is the step that waits for the outcome of a repeat. */
export interface Jump {
  readonly goto: number;
  readonly returnTo?: number;
}

/** Waits until every input is there that a place must not run without. */
export function* askInputs(
  frame: Frame,
  { index, name, timeoutSeconds }: Place,
): Generator<Situation, 'ready' | 'expired' | 'cancelled' | Jump, Happening> {
  const { run, reading, path } = frame;
  const { rules, workflow } = reading;
  const expiresAt = timeoutSeconds === undefined ? undefined : run.now() + timeoutSeconds * 1000;
  const repeated = workflow.steps.findLast(
    (step) => step.index < index && step.repeatAfterSeconds !== undefined,
  );
  const repeatedAt = repeated && frame.lastRunAt.get(repeated.index);
  const repeatAt =
    repeatedAt === undefined ? undefined : repeatedAt + (repeated?.repeatAfterSeconds ?? 0) * 1000;
  let rejection: readonly Rejection[] = [];
  for (;;) {
    const missing = run.deferredInputs ? rules.askedBy(index).filter((input) => isAbsent(frame, input)) : [];
    if (missing.length === 0) return 'ready';
    const happening: Happening = yield {
      kind: 'input',
      path,
      stepId: name,
      missing,
      ...(rejection.length === 0 ? {} : { rejection }),
      ...(run.failure === undefined ? {} : { failure: run.failure }),
      ...(repeatAt === undefined ? {} : { repeatAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    if (happening.type === 'cancel') return 'cancelled';
    if (happening.type === 'elapsed' && expiresAt !== undefined) return 'expired';
    if (happening.type === 'submit') rejection = submit(frame, index, missing, happening.values);
    if (happening.type === 'repeat' && repeated !== undefined && run.now() >= (repeatAt ?? 0)) {
      forgetByHome(frame, (home) => home > repeated.index && home < index);
      run.failure = undefined;
      return { goto: repeated.index, returnTo: index };
    }
    if (happening.type === 'revise' && rules.asked.has(happening.input)) {
      const home = rules.homeOf(happening.input);
      if (home === -Infinity || home > index) continue;
      forgetByHome(frame, (other, input) => input === happening.input || other > home);
      // What this workflow depends on may have run elsewhere, and does not run again.
      const to = Math.max(home, frame.first);
      if (to < index) return { goto: to };
    }
  }
}

/** Takes the values, or gives what is wrong with them. */
function submit(
  frame: Frame,
  index: number,
  missing: readonly string[],
  values: JsonObject,
): readonly Rejection[] {
  const { rules } = frame.reading;
  const isAccepted = (input: string): boolean => missing.includes(input) || rules.homeOf(input) >= index;
  const wrong = Object.entries(values).flatMap(([input, value]) =>
    isAccepted(input) ? rules.checkOne(input, value) : [{ input, rule: 'notAsked' }],
  );
  if (wrong.length > 0) return wrong;
  const all: Record<string, JsonValue> = { ...frame.inputs };
  for (const [input, value] of Object.entries(values)) setMember(all, input, value);
  const wrongTogether = rules.checkComplete(all);
  if (wrongTogether.length > 0) return wrongTogether;
  frame.inputs = all;
  frame.run.failure = undefined;
  return [];
}
