import { createMachine, createActor, type AnyTransitionDefinition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { createGraph } from '../../src/diagram/create-graph.ts';
import { allNodes, type DiagramGraph } from '../../src/diagram/graph.ts';
import { toJson } from '../../src/diagram/to-json.ts';
import { compileMachine } from '../../src/index.ts';
import { isUsageError } from '../../src/machines/usage-error.ts';
import {
  emailOtpDiscovery,
  emailOtpDiscoveryPlan,
  smsOtpLogin,
  smsOtpLoginPlan,
} from '../../src/machines/stytch/index.ts';
import { createFlow } from '../../src/plan/create-flow.ts';
import { statePaths } from '../../src/plan/flow.ts';
import { planOfSize, planOfSteps, planThatCalls } from './support.ts';

const withoutStarts = (graph: DiagramGraph): readonly string[] =>
  allNodes(graph.nodes)
    .filter(({ kind }) => kind !== 'start')
    .map(({ id }) => id);
const kinds = (graph: DiagramGraph): Readonly<Record<string, string>> =>
  Object.fromEntries(allNodes(graph.nodes).map(({ id, kind }) => [id, kind]));
const edge = (graph: DiagramGraph, label: string, from?: string) =>
  graph.edges.find((one) => one.label === label && (from === undefined || one.from === from));

describe('the graph of a workflow', () => {
  const graph = createGraph(smsOtpLoginPlan);

  test('has every state of the machine, in document order', () => {
    expect(withoutStarts(graph)).toEqual(statePaths(createFlow(smsOtpLoginPlan)));
  });

  test('tells what each state is', () => {
    expect(kinds(graph)).toEqual({
      '(start)': 'start',
      awaitingPhoneNumber: 'waiting',
      sending: 'busy',
      sendingBackoff: 'backoff',
      awaitingCode: 'waiting',
      authenticating: 'busy',
      authenticatingBackoff: 'backoff',
      done: 'final-done',
      failed: 'final-failed',
      cancelled: 'final-cancelled',
    });
  });

  test('carries the criterion, the action, what is forgotten and the pointer of each edge', () => {
    expect(edge(graph, 'askCodeAgain')).toMatchObject({
      from: 'authenticating',
      to: 'awaitingCode',
      kind: 'failure',
      guard: "$response.body#/error_type == 'otp_code_not_found'",
      forgets: ['code'],
      pointer: '/workflows/0/steps/1/onFailure/0',
    });
    expect(edge(graph, '', 'sending')).toMatchObject({
      kind: 'success',
      guard: '$statusCode == 200',
      pointer: '/workflows/0/steps/0/successCriteria',
    });
    expect(edge(graph, 'retryLater', 'sending')).toMatchObject({ kind: 'retry', to: 'sendingBackoff' });
    expect(edge(graph, 'submit code')).toMatchObject({
      kind: 'submit',
      from: 'awaitingCode',
      to: 'authenticating',
    });
    expect(edge(graph, 'repeat', 'awaitingCode')).toMatchObject({ kind: 'repeat', to: 'sending' });
    expect(edge(graph, 'cancel')).toMatchObject({ kind: 'cancel', from: '', to: 'cancelled' });
  });

  test('points into the workflow itself for what holds in every state', () => {
    expect(graph.pointer).toBe('/workflows/0');
    expect(edge(graph, 'too many steps')?.pointer).toBe('/workflows/0');
  });

  test('is that of the machine, however it was provided', () => {
    expect(createGraph(smsOtpLogin)).toEqual(graph);
    expect(createGraph(smsOtpLogin.provide({}))).toEqual(graph);
  });

  test('is that of the machine as it was compiled', () => {
    const machine = compileMachine(smsOtpLoginPlan, { deferredInputs: false });
    expect(withoutStarts(createGraph(machine))).not.toContain('awaitingCode');
  });

  test('has the same nodes and edges when it is made of the JSON of the configuration, but for pointers of actions', () => {
    const bare = createGraph(JSON.parse(JSON.stringify(smsOtpLogin.config)) as object);
    expect(bare.nodes).toEqual(graph.nodes);
    expect(bare.edges).toEqual(graph.edges.map((one) => ({ ...one, pointer: undefined })));
  });

  test('is given back as it is', () => {
    expect(createGraph(graph)).toBe(graph);
  });

  test('leaves out what the machine does only for itself', () => {
    const minor = graph.edges.filter(({ isMinor }) => isMinor).map(({ event, label }) => label || event);
    expect(new Set(minor)).toEqual(
      new Set([
        'inputs refused',
        'submit',
        'revise phone_number',
        'revise code',
        'repeat',
        'the timer broke',
      ]),
    );
  });
});

describe('the ids of edges', () => {
  test.each([
    ['the SMS login', () => Promise.resolve(smsOtpLoginPlan)],
    ['the discovery', () => Promise.resolve(emailOtpDiscoveryPlan)],
    ['60 steps', () => planOfSize(60)],
  ])('are never given twice, and hold no white space: %s', async (_name, planOf) => {
    const ids = createGraph(await planOf()).edges.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /\s/.test(id))).toEqual([]);
  });

  test('can be worked out from the transitions that XState takes', () => {
    const ids = new Set(createGraph(emailOtpDiscovery).edges.map(({ id }) => id));
    const taken: string[] = [];
    const actor = createActor(emailOtpDiscovery, {
      input: { inputs: {} },
      inspect: (event) => {
        if (event.type !== '@xstate.microstep') return;
        for (const transition of event._transitions as readonly AnyTransitionDefinition[]) {
          const { source, eventType } = transition;
          const list = eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
          taken.push(`${source.path.join('.')}:${eventType}:${list.indexOf(transition)}`);
        }
      },
    });
    actor.start();
    actor.send({ type: 'submit', values: { email_address: 'ada@example.com' } });
    actor.send({ type: 'cancel' });
    expect(taken).toEqual(['awaitingEmailAddress:submit:0', 'awaitingEmailAddress::0', ':cancel:0']);
    for (const id of taken) expect(ids).toContain(id);
  });
});

test('an edge of a success action points at the action, and says its criterion', async () => {
  const plan = await planOfSteps([
    {
      stepId: 'act',
      operationId: 'act',
      onSuccess: [{ name: 'nothingLeft', type: 'end', criteria: [{ condition: '$statusCode == 204' }] }],
    },
  ]);
  expect(edge(createGraph(plan), 'nothingLeft')).toMatchObject({
    kind: 'success',
    guard: '$statusCode is 2xx && $statusCode == 204',
    pointer: '/workflows/0/steps/0/onSuccess/0',
  });
});

describe('retries, recoveries and called workflows', () => {
  test('are known by what they are', async () => {
    const retry = { name: 'again', type: 'retry', retryAfter: 1, retryLimit: 2 };
    const plan = await planOfSteps([
      { stepId: 'login', operationId: 'act' },
      { stepId: 'act', operationId: 'act', onFailure: [{ ...retry, stepId: 'login' }] },
    ]);
    const graph = createGraph(plan);
    expect(kinds(graph)).toMatchObject({ actBackoff: 'backoff', actRecovering: 'recovering' });
    expect(edge(graph, 'again', 'actBackoff')).toMatchObject({
      to: 'actRecovering',
      kind: 'retry',
      pointer: '/workflows/0/steps/1/onFailure/0',
    });
    // The same without the plan.
    const bare = createGraph(JSON.parse(JSON.stringify(compileMachine(plan).config)) as object);
    expect(kinds(bare)).toEqual(kinds(graph));
  });

  test('stand inside the state that calls them', () => {
    const graph = createGraph(planThatCalls(emailOtpDiscoveryPlan));
    const placing = graph.nodes.find(({ id }) => id === 'placing');
    expect(placing).toMatchObject({ kind: 'compound', details: ['workflow email-otp-discovery'] });
    expect(placing?.children.map(({ id }) => id)).toContain('placing.awaitingCode');
    const inner = graph.edges.find(
      ({ from, label }) => from === 'placing.authenticating' && label === 'askCodeAgain',
    );
    expect(inner?.pointer).toBe('/workflows/0/steps/1/onFailure/0');
  });
});

describe('the graph of another XState machine', () => {
  const machine = createMachine({
    id: 'player',
    type: 'parallel',
    on: { RESET: '.playback.stopped' },
    states: {
      playback: {
        initial: 'stopped',
        states: {
          stopped: { on: { PLAY: { target: 'playing', guard: 'loaded' } } },
          playing: {
            initial: 'normal',
            invoke: { id: 'ticker', src: 'ticker', onDone: 'stopped', onError: { target: '#broken' } },
            on: { STOP: 'stopped', SEEK: { actions: 'seek' }, '*': { actions: 'log' } },
            after: { 5000: 'paused' },
            states: {
              normal: { on: { FAST: 'fast' } },
              fast: {
                on: { OUT: '#player.playback.stopped' },
                always: { guard: 'tooFast', target: 'normal' },
              },
              last: { type: 'history', history: 'deep' },
            },
          },
          paused: { on: { PLAY: 'playing.last' } },
          broken: { id: 'broken', type: 'final' },
        },
        onDone: '#player.volume.off',
      },
      volume: { initial: 'on', states: { on: {}, off: {} } },
    },
  });
  const graph = createGraph(machine);

  test('has its states with what they are', () => {
    expect(kinds(graph)).toMatchObject({
      playback: 'region',
      'playback.(start)': 'start',
      'playback.stopped': 'plain',
      'playback.playing': 'compound',
      'playback.playing.last': 'history',
      'playback.broken': 'final',
    });
  });

  test('has its edges, wherever they lead', () => {
    const edges = graph.edges
      .filter(({ kind }) => kind !== 'start')
      .map(({ from, to, kind, label, guard }) => [from, to, kind, label, guard ?? ''].join('|'));
    expect(edges).toEqual([
      '|playback.stopped|event|RESET|',
      'playback|volume.off|success|done|',
      'playback.stopped|playback.playing|event|PLAY|loaded',
      'playback.playing|playback.stopped|event|STOP|',
      'playback.playing|playback.playing|event|SEEK|',
      'playback.playing|playback.playing|event|any event|',
      'playback.playing|playback.stopped|success|ticker done|',
      'playback.playing|playback.broken|failure|ticker failed|',
      'playback.playing|playback.paused|after|after 5000 ms|',
      'playback.playing.normal|playback.playing.fast|event|FAST|',
      'playback.playing.fast|playback.playing.normal|always||tooFast',
      'playback.playing.fast|playback.stopped|event|OUT|',
      'playback.paused|playback.playing.last|event|PLAY|',
    ]);
  });

  test('is the same of its configuration as JSON, and of toJSON but for `always`, which XState leaves out there', () => {
    expect(createGraph(JSON.parse(JSON.stringify(machine.config)) as object)).toEqual(graph);
    const definition = createGraph(JSON.parse(JSON.stringify(machine)) as object);
    expect(withoutStarts(definition)).toEqual(withoutStarts(graph));
    expect(definition.edges.map(({ id }) => id)).toEqual(
      graph.edges.filter(({ kind }) => kind !== 'always').map(({ id }) => id),
    );
  });

  test('says which target there is not', () => {
    const bad = createGraph({ initial: 'a', states: { a: { on: { GO: 'nowhere' } } } });
    expect(bad.edges.find(({ event }) => event === 'GO')).toMatchObject({
      isInternal: true,
      label: 'GO (no such state: nowhere)',
    });
  });

  test('does not mix up a start with a state of that name', () => {
    const graphOf = createGraph({ initial: '(start)', states: { '(start)': {} } });
    const ids = graphOf.nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('what is no machine', () => {
  test.each([
    ['an empty object', {}],
    ['a list', []],
    ['something else', { title: 'x' }],
  ])('is refused: %s', (_, source) => {
    expect(() => createGraph(source)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test('is refused when its states are inside each other without end', () => {
    const endless: { states: Record<string, unknown> } = { states: {} };
    endless.states['a'] = endless;
    let error: unknown;
    try {
      createGraph(endless);
    } catch (caught) {
      error = caught;
    }
    expect(isUsageError(error)).toBe(true);
  });
});

test('toJson is the graph as text', () => {
  const text = toJson(smsOtpLogin);
  expect(JSON.parse(text)).toEqual(createGraph(smsOtpLogin));
  expect(text.endsWith('}\n')).toBe(true);
});

test('names what a person does to a question: another answer, none in time, and a refusal', async () => {
  const asking = await planOfSteps(
    [
      {
        stepId: 'approve',
        interaction: {
          prompt: 'Really?',
          inputSchema: { type: 'object', properties: { ok: { type: 'boolean' } } },
        },
        timeout: 'PT1H',
        successCriteria: [{ condition: '$interaction.payload#/ok == true' }],
        onFailure: [
          { name: 'no', type: 'end', criteria: [{ condition: '$interaction.payload#/ok == false' }] },
        ],
        onTimeout: { name: 'late', type: 'end' },
        onCancel: { name: 'unwilling', type: 'end' },
      },
    ],
    '1.2.0',
  );
  const { edges } = createGraph(asking);
  const failures = edges.filter(({ from, to }) => from === 'approving' && to === 'failed');
  expect(failures.filter(({ isMinor }) => !isMinor).map(({ kind, label }) => `${kind}: ${label}`)).toEqual([
    'failure: no',
    'failure: any other failure',
    'failure: declined · unwilling',
    'timeout: time over · late',
  ]);
});
