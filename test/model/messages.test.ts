import { expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { workflowPaths } from '../../src/testing/workflow-paths.ts';
import { asyncApi, EVENTS } from '../asyncapi/events.ts';
import { CONFIRMED, documentOfMessages, PLACE, planOfMessages, TOLD } from '../asyncapi/order-workflow.ts';
import { apiOf } from '../conformance/scenario.ts';
import { openApi } from '../testing/play.ts';
import { createAlphabet } from './create-alphabet.ts';
import { replayOf, START } from './replay.ts';

const STEPS = [
  PLACE,
  {
    ...CONFIRMED,
    successCriteria: [{ condition: '$message.payload#/id != null' }],
    onFailure: [
      { name: 'again', type: 'retry', retryLimit: 1, criteria: [{ condition: '$message.payload == null' }] },
      {
        name: 'other',
        type: 'goto',
        stepId: 'tell',
        criteria: [{ condition: "$message.payload#/error == 'sold'" }],
      },
      { name: 'never', type: 'end', criteria: [{ condition: '$message.payload#/error != null' }] },
    ],
  },
  TOLD,
];

it('finds every path through steps that use channels, and the reference agrees on each', async () => {
  const plan = await planOfMessages(STEPS);
  const parsed = parseDocument(JSON.stringify(documentOfMessages(STEPS)), { uri: 'file:///main.json' }).value;
  if (parsed === undefined) throw new Error('The document cannot be read.');
  const alphabet = createAlphabet({
    values: { item: ['book', ''], request: ['r-1', ''] },
    answers: {
      place: [{ type: 'message' }],
      confirmed: [
        { type: 'message', headers: { shop: 'ours' }, payload: { id: 1 } },
        { type: 'message', payload: { error: 'sold' } },
        { type: 'message', payload: { error: 'gone' } },
        { type: 'message', payload: {} },
      ],
      tell: [{ type: 'response', statusCode: 200 }],
    },
    errors: [{ type: 'lost', kind: 'timeout' }],
  });
  const machine = compileMachine(plan, { now: () => START }) as unknown as AnyStateMachine;
  const { paths, edges } = workflowPaths(machine, { input: {}, alphabet });
  const described = paths.map(({ description }) => description);
  expect(described).toContain(
    'submit request, item → placing · message → confirmed · timeout → confirmedBackoff · elapsed → confirmed · message → tell · 200 → done',
  );
  expect(new Set([...paths, ...edges].flatMap(({ steps }) => steps.map(({ state }) => state)))).toEqual(
    new Set([
      'awaitingInputs',
      'placing',
      'confirmed',
      'confirmedBackoff',
      'tell',
      'done',
      'failed',
      'cancelled',
    ]),
  );
  const replay = replayOf({
    plan,
    workflowId: 'main',
    document: parsed,
    sources: { api: openApi(apiOf()) },
    asyncSources: { events: asyncApi(EVENTS) },
  });
  const wrong = [...paths, ...edges].flatMap((path) => [replay(path), replay(path, { restored: true })]);
  expect(wrong.filter((difference) => difference !== undefined)).toEqual([]);
  expect(paths.length).toBeGreaterThan(20);
});
