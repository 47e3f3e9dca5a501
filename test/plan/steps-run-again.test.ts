import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { createFlow } from '../../src/plan/create-flow.ts';
import { stepsRunAgain } from '../../src/plan/steps-run-again.ts';
import { GIVEN_LOGINS } from './given-logins.ts';
import { planOf, stepOf } from './small-documents.ts';

const again = (workflow: JsonObject): string => {
  const plan = planOf(workflow);
  return [...stepsRunAgain(createFlow(plan), plan.steps)].join(' ');
};
const to = (type: 'goto' | 'retry', more: JsonObject = {}): readonly JsonObject[] => [
  { name: 'go', type, ...more },
];
const steps = (
  ...own: readonly (readonly [stepId: string, payload?: JsonObject, more?: JsonObject])[]
): JsonObject => ({
  steps: own.map(([stepId, payload = {}, more]) => stepOf(stepId, payload, more)),
});

describe('the steps that a run may come to more than once', () => {
  it('are none where it only goes on, leaves some out, or tries again', () => {
    expect(
      again(
        steps(
          ['a', {}, { onSuccess: to('goto', { stepId: 'c' }) }],
          ['b', {}, { onFailure: to('retry', { retryLimit: 3, retryAfter: 1 }) }],
          ['c'],
        ),
      ),
    ).toBe('');
  });

  it('are all that a way back leads over, and no others', () => {
    const back = to('goto', { stepId: 'b' });
    expect(again(steps(['a'], ['b'], ['c'], ['d', {}, { onSuccess: back }], ['e']))).toBe('b c d');
    expect(again(steps(['a'], ['b'], ['c'], ['d', {}, { onFailure: back }], ['e']))).toBe('b c d');
  });

  it('are one that leads to itself, and those of two stretches', () => {
    expect(
      again(
        steps(
          ['a', {}, { onSuccess: to('goto', { stepId: 'a' }) }],
          ['b'],
          ['c'],
          ['d', {}, { onFailure: to('goto', { stepId: 'c' }) }],
        ),
      ),
    ).toBe('a c d');
  });

  it('are those that a person may ask for again, and what asks for it', () => {
    const [login] = Object.values(GIVEN_LOGINS);
    expect(again(login?.workflow ?? {})).toBe('sendSmsOtp authenticateOtp');
  });
});
