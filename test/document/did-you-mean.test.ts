import { expect, it } from 'vitest';

import { didYouMean } from '../../src/document/did-you-mean.ts';

it.each([
  ['statusCod', ['statusCode', 'status'], 'statusCode'],
  ['STATUSCODE', ['statusCodes', 'statusCode'], 'statusCode'],
  ['auhtenticate', ['authenticate'], 'authenticate'],
  ['setp', ['step'], 'step'],
  ['ab', ['xy'], undefined],
  ['step', ['steps'], 'steps'],
  ['type', ['method'], undefined],
  ['same', ['sane', 'same'], undefined],
  ['', ['a'], 'a'],
])('for %j among %j suggests %j', (name, candidates, expected) => {
  expect(didYouMean(name, candidates)).toBe(expected);
});
