import { describe, expect, it } from 'vitest';

// `npm run test:no-dynamic-code` runs the whole suite where text cannot become code, and says so in the environment.
const forbidden = process.env['NO_DYNAMIC_CODE'] === '1';

describe('a text that is to become code', () => {
  it(forbidden ? 'is refused by this run, workers included' : 'is accepted by an ordinary run', () => {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- that it throws is what is tested
    const attempt = (): unknown => new Function('return 1');
    if (forbidden) expect(attempt).toThrow(EvalError);
    else expect(attempt).not.toThrow();
  });
});
