import { afterAll, describe, expect, it } from 'vitest';
import { loadDocument, type LoadedDocument, type LoadOptions } from '../../src/index.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { shareOf } from '../../src/testing/coverage.ts';
import { createWorkflowModel } from '../../src/testing/create-workflow-model.ts';
import { apiOf } from '../conformance/scenario.ts';
import { EVENTS } from '../asyncapi/events.ts';
import { CONFIRMED, documentOfMessages, PLACE, TOLD } from '../asyncapi/order-workflow.ts';
import { EXAMPLES_FOLDER } from '../examples/examples.ts';

async function load(path: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const { value, diagnostics } = await loadDocument(path, options);
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return value;
}

const ORDERS = {
  ...documentOfMessages([
    PLACE,
    {
      ...CONFIRMED,
      successCriteria: [{ condition: "$message.payload#/id != null && $message.header.shop == 'ours'" }],
      onTimeout: [
        { name: 'once more', type: 'retry', retryLimit: 1 },
        { name: 'late', type: 'end' },
      ],
      onFailure: [
        { name: 'sold', type: 'end', criteria: [{ condition: "$message.payload#/error == 'sold'" }] },
      ],
    },
    TOLD,
  ]),
  arazzo: '1.2.0',
};
const FILES: Readonly<Record<string, unknown>> = {
  'memory:/api.json': apiOf(),
  'memory:/events.json': EVENTS,
};

describe.each([
  ['expense-approval/approve-expense.arazzo.yaml', 'askManager'],
  ['flight-choice/choose-flight.arazzo.yaml', 'choose'],
  ['oauth-consent/sign-in.arazzo.yaml', 'authorize'],
])('the model of %s', async (file, asks) => {
  const model = createWorkflowModel(await load(new URL(file, EXAMPLES_FOLDER).href));
  const { paths } = model.paths({ strategy: 'edges' });
  const { state: asking } = model.plan.steps.find(({ stepId }) => stepId === asks) ?? {};
  const events = paths.flatMap((path) =>
    path.events.filter((_, index) => (path.events[index - 1]?.state ?? path.initialState) === asking),
  );
  afterAll(() => model.close());

  it('plays people who answer, answer wrongly, decline, and let the time go by', () => {
    const played = events.map(({ by, happening, isWrong }) => `${by} ${happening.type} ${isWrong === true}`);
    expect([...new Set(played)].toSorted()).toEqual([
      'time elapsed false',
      'user cancel false',
      'user decline false',
      'user submit false',
      'user submit true',
    ]);
  });

  it('covers every edge, criterion and action over HTTP', async () => {
    for (const path of paths) await path.run();
    const { edges, criteria, actions } = model.coverage();
    for (const measure of [edges, criteria, actions])
      expect(measure.items.filter(({ count }) => count === 0)).toEqual([]);
    expect(model.gaps()).toEqual([]);
  });
});

it.each([
  ['asks something else', 'Pay **', 'Pay now **'],
  ['shows something else', '"name":"budget"', '"name":"budgets"'],
  ['waits longer', '"timeoutMs":28800000', '"timeoutMs":28800001'],
  ['takes another answer', '"maxLength":200', '"maxLength":2'],
])('tells a machine that %s', async (_what, right, wrong) => {
  const document = await load(new URL('expense-approval/approve-expense.arazzo.yaml', EXAMPLES_FOLDER).href);
  const model = createWorkflowModel(document, {
    compile: (plan, options) => {
      const text = JSON.stringify(plan);
      expect(text).toContain(right);
      return compileMachine(JSON.parse(text.replaceAll(right, wrong)) as WorkflowPlan, options);
    },
  });
  const path = model.path([
    { type: 'submit', values: { amount: 12, purpose: 'a train' } },
    { type: 'response', statusCode: 201, body: { id: 'e-1', budget: 'Travel', left: 900 } },
    { type: 'submit', values: { approved: true, note: 'fine' } },
    { type: 'response', statusCode: 200, body: { reference: 'r' } },
  ]);
  await expect(path.run({ over: 'stubs' })).rejects.toMatchObject({ difference: { what: 'wait' } });
});

describe('the model of a workflow that uses channels', async () => {
  const model = createWorkflowModel(
    await load(JSON.stringify(ORDERS), {
      uri: 'memory:/main.json',
      resolver: (uri) => Promise.resolve(JSON.stringify(FILES[uri])),
    }),
  );
  const { paths } = model.paths({ strategy: 'edges' });
  afterAll(() => model.close());

  it('constructs messages that decide the criteria, and loses them', () => {
    const labels = new Set(
      paths
        .flatMap((path) => path.events)
        .flatMap(({ stepId, label, by }) => (stepId === 'confirmed' ? [`${by}: ${label}`] : [])),
    );
    expect([...labels].filter((label) => label.startsWith('broker: message'))).toContain(
      'broker: message id is "id-1", shop is "ours"',
    );
    expect(labels).toContain('time: no answer in time');
    expect([...labels].some((label) => label.includes('error is "sold"'))).toBe(true);
  });

  it('covers every criterion and action, those of onTimeout too', async () => {
    for (const path of paths) await path.run();
    const { criteria, actions, states } = model.coverage();
    expect([criteria, actions, states].map(shareOf)).toEqual([1, 1, 1]);
    expect(actions.items.map(({ text }) => text)).toEqual([
      'confirmed: sold',
      'confirmed: once more (onTimeout)',
      'confirmed: late (onTimeout)',
    ]);
  });
});
