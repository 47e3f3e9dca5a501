import { hasMember, memberOf, type JsonValue } from '../../src/document/json.ts';
import type { WorkflowContext } from '../../src/machines/context.ts';
import { frameOf } from '../../src/machines/runtime.ts';
import type { Alphabet, Trial } from '../../src/testing/alphabet.ts';
import type { Happening } from '../../src/testing/situation.ts';

/** What an alphabet is made of. */
export interface AlphabetParts {
  /** A good and a bad value for each input. */
  readonly values: Readonly<Record<string, readonly [good: JsonValue, bad: JsonValue]>>;
  /** What each step's request may be answered, by stepId. */
  readonly answers: Readonly<Record<string, readonly Happening[]>>;
  /** What every request may be answered. */
  readonly errors?: readonly Happening[];
}

/** What may happen in a workflow: good, partial and bad values, repeats, revisions, time limits, and the API's answers. */
export function createAlphabet({ values, answers, errors = [] }: AlphabetParts): Alphabet {
  const valueOf = (input: string, index: 0 | 1): JsonValue => memberOf(values, input)?.[index] ?? '';
  return {
    inWait(state, { snapshot, runtime }) {
      const frame = frameOf(runtime, snapshot.context as WorkflowContext);
      const missing = state.inputs.filter((input) => !hasMember(frame.inputs, input));
      const good = Object.fromEntries(missing.map((input) => [input, valueOf(input, 0)]));
      const [first] = missing;
      const bad = first === undefined ? {} : { [first]: valueOf(first, 1) };
      const early: Trial = { happening: { type: 'repeat' }, isEarly: true };
      const happenings: readonly Happening[] = [
        { type: 'submit', values: good },
        { type: 'submit', values: bad },
        ...(missing.length > 1 && first !== undefined
          ? [{ type: 'submit', values: { [first]: valueOf(first, 0) } } as const]
          : []),
        ...(state.repeat === undefined ? [] : [{ type: 'repeat' } as const]),
        ...state.revise.map(({ input }) => ({ type: 'revise', input }) as const),
        ...(state.step.waitLimitMs === undefined ? [] : [{ type: 'elapsed' } as const]),
      ];
      const trials = happenings.map((happening): Trial => ({ happening }));
      return state.repeat === undefined ? trials : [...trials, early];
    },
    toCall: ({ step }) =>
      [...(memberOf(answers, step.stepId) ?? []), ...errors].map((happening): Trial => ({ happening })),
  };
}
