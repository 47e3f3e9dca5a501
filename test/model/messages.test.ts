import { afterAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/document/parse-document.ts';
import { asyncApi, EVENTS } from '../asyncapi/events.ts';
import { CONFIRMED, documentOfMessages, PLACE, planOfMessages, TOLD } from '../asyncapi/order-workflow.ts';
import { apiOf } from '../conformance/scenario.ts';
import { openApi } from '../testing/play.ts';
import { coreOf, everyWay, expectAgreement, uncovered } from './core.ts';
import { createAlphabet } from './create-alphabet.ts';
import type { Subject } from './lockstep.ts';
import { restoredReplayOf } from './replay.ts';

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

async function subjectOfMessages(): Promise<Subject> {
  const plan = await planOfMessages(STEPS);
  const parsed = parseDocument(JSON.stringify(documentOfMessages(STEPS)), { uri: 'file:///main.json' }).value;
  if (parsed === undefined) throw new Error('The document cannot be read.');
  return {
    plan,
    workflowId: 'main',
    document: parsed,
    sources: { api: openApi(apiOf()) },
    asyncSources: { events: asyncApi(EVENTS) },
  };
}

const ALPHABET = createAlphabet({
  values: { item: ['book', ''], request: ['r-1', ''] },
  answers: {
    place: [{ type: 'message' }],
    confirmed: [
      { type: 'message', headers: { shop: 'ours' }, payload: { id: 1 } },
      { type: 'message', payload: { error: 'sold' } },
      { type: 'message', payload: { error: 'gone' } },
      { type: 'message', payload: {} },
      { type: 'message' },
    ],
    tell: [
      { type: 'response', statusCode: 200 },
      { type: 'response', statusCode: 500 },
    ],
  },
  errors: [{ type: 'lost', kind: 'timeout' }],
});

describe('a workflow that uses channels', async () => {
  const subject = await subjectOfMessages();
  const core = coreOf(subject, ALPHABET);
  const { paths } = core.paths();
  const ways = everyWay(core);
  afterAll(() => core.runner.close());

  it('has a path through every way of a message', () => {
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.map(({ description }) => description)).toContain(
      'awaitingInputs · submit request, item → placing · message → confirmed · no answer in time → confirmedBackoff · time goes by → confirmed · message → tell · 200 → done',
    );
    expect(new Set(paths.flatMap(({ events }) => events.map(({ by }) => by)))).toEqual(
      new Set(['user', 'broker', 'api', 'time']),
    );
  });

  it.each(['stubs', 'http'] as const)('does over %s what its document says', async (over) => {
    await expectAgreement([...paths, ...ways], over);
  });

  it('is covered: every state was entered and every transition taken that can be', () => {
    const { transitions, states } = uncovered(core);
    expect(transitions).toEqual([
      // Any value is taken for its inputs.
      'main — [inputs refused] {}→ failed',
      'awaitingInputs —submit→ ',
      // What is sent is a success.
      'placing —xstate.done.actor.place→ failed',
    ]);
    expect(states).toEqual([]);
  });

  it('does the same when it is stored and restored in every state', () => {
    const replay = restoredReplayOf(subject);
    expect([...paths, ...ways].flatMap((path) => replay(path) ?? []).slice(0, 3)).toEqual([]);
  });

  it.each([
    ['sends to another address', '"address":"orders.{region}"', '"address":"order.{region}"'],
    ['sends another payload', '"name":"item","pointer":[]', '"name":"request","pointer":[]'],
  ])('is told from one that %s', async (_what, right, wrong) => {
    const other = JSON.parse(JSON.stringify(subject.plan).replaceAll(right, wrong)) as typeof subject.plan;
    expect(other).not.toEqual(subject.plan);
    const changed = coreOf({ ...subject, plan: other }, ALPHABET);
    const [path] = changed.paths().paths.filter(({ status }) => status === 'done');
    await expect(path?.run({ over: 'stubs' })).rejects.toMatchObject({
      difference: { what: 'request', stepId: 'place' },
    });
  });
});
