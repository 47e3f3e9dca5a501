import { hasMember, memberOf, type JsonObject, type JsonValue } from '../../src/document/json.ts';
import type { Happening } from '../../src/testing/situation.ts';
import type { Alphabet } from '../../src/testing/workflow-paths.ts';

/** What an alphabet is made of. */
export interface AlphabetParts {
  /** A good and a bad value for each input. */
  readonly values: Readonly<Record<string, readonly [good: JsonValue, bad: JsonValue]>>;
  /** What each step's request may be answered, by stepId. */
  readonly answers: Readonly<Record<string, readonly Happening[]>>;
  /** What people may answer when a step asks them, by stepId. */
  readonly people?: Readonly<Record<string, readonly JsonObject[]>>;
  /** What every request may be answered. */
  readonly errors?: readonly Happening[];
}

/** What may happen in a workflow: good, partial and bad values, repeats, revisions, time limits, and the API's answers. */
export function createAlphabet({ values, answers, people = {}, errors = [] }: AlphabetParts): Alphabet {
  const valueOf = (input: string, index: 0 | 1): JsonValue => memberOf(values, input)?.[index] ?? '';
  return {
    inWait(state, frame) {
      const missing = state.inputs.filter((input) => !hasMember(frame.inputs, input));
      const good = Object.fromEntries(missing.map((input) => [input, valueOf(input, 0)]));
      const [first] = missing;
      const bad = first === undefined ? {} : { [first]: valueOf(first, 1) };
      return [
        { type: 'submit', values: good },
        { type: 'submit', values: bad },
        ...(missing.length > 1 && first !== undefined
          ? [{ type: 'submit', values: { [first]: valueOf(first, 0) } } as const]
          : []),
        ...(state.repeat === undefined ? [] : [{ type: 'repeat' } as const]),
        ...state.revise.map(({ input }) => ({ type: 'revise', input }) as const),
        ...(state.step.waitLimitMs === undefined ? [] : [{ type: 'elapsed' } as const]),
      ];
    },
    inInteraction: ({ step }) => [
      ...(memberOf(people, step.stepId) ?? []).map((given) => ({ type: 'submit', values: given }) as const),
      ...(step.timeoutMs === undefined ? [] : [{ type: 'elapsed' } as const]),
    ],
    toCall: (stepId) => [...(memberOf(answers, stepId) ?? []), ...errors],
  };
}
