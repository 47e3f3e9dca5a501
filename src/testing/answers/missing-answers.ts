import type { Criterion } from '../../expressions/criterion.ts';
import { expressionsIn } from '../../expressions/references.ts';
import { outcomeWithResponse } from '../../expressions/with-response.ts';
import type { Answer, MissingAnswer } from './answer.ts';
import type { PlacedCriterion } from './step-criteria.ts';

/** The outcomes of criteria that no answer has, and why. */
export function missingAnswers(
  criteria: readonly PlacedCriterion[],
  answers: readonly Answer[],
): readonly MissingAnswer[] {
  const decided = new Set(
    answers.flatMap(({ decides }) => decides.map(({ criterion, outcome }) => `${criterion} ${outcome}`)),
  );
  const missing = new Map<string, MissingAnswer>();
  for (const { criterion, pointer } of criteria) {
    for (const outcome of [true, false]) {
      const key = `${pointer} ${outcome}`;
      if (decided.has(key) || missing.has(key)) continue;
      missing.set(key, {
        criterion: pointer,
        outcome,
        text: criterion.text,
        ...reasonFor(criterion, outcome),
      });
    }
  }
  return [...missing.values()];
}

function reasonFor(criterion: Criterion, outcome: boolean): Pick<MissingAnswer, 'reason' | 'why'> {
  const kinds = expressionsIn(criterion).map(({ kind }) => kind);
  const word = outcome ? 'true' : 'false';
  if (outcomeWithResponse(criterion) === !outcome)
    return { reason: 'noResponse', why: `It is ${word} only where no response comes.` };
  if (kinds.length === 0) return { reason: 'constant', why: `It is never ${word}: it looks at nothing.` };
  if (kinds.every((kind) => kind === 'statusCode'))
    return { reason: 'constant', why: `No status code from 200 to 599 makes it ${word}.` };
  if (!kinds.some((kind) => kind === 'statusCode' || kind === 'response'))
    return { reason: 'decidedBefore', why: 'It looks at nothing that the response changes.' };
  return {
    reason: 'needsExample',
    why: `No response that makes it ${word} could be constructed: give one as an example, in the options or under "x-xstate: { examples }" of the step.`,
  };
}
