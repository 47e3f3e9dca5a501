import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { API, documentOf, openApi, play, START } from './play.ts';

const inputs = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: 'object',
  required,
  properties,
});
const text = { type: 'string' };
const send = (payload: JsonValue, more: JsonObject = {}): JsonObject => ({
  stepId: 'send',
  operationId: 'send',
  requestBody: { payload },
  ...more,
});
const check = (payload: JsonValue, more: JsonObject = {}): JsonObject => ({
  stepId: 'check',
  operationId: 'check',
  requestBody: { payload },
  ...more,
});

/** A login: `phone` is asked by `send`, `code` by `check`. */
const login = (sendMore: JsonObject = {}, checkMore: JsonObject = {}, more: JsonObject = {}): JsonObject =>
  documentOf({
    inputs: inputs({ phone: text, code: { type: 'string', pattern: '^[0-9]{3}$' } }, 'phone', 'code'),
    steps: [
      send({ phone: '$inputs.phone' }, { outputs: { method: '$response.body#/method' }, ...sendMore }),
      check(
        { code: '$inputs.code', method: '$steps.send.outputs.method' },
        { outputs: { token: '$response.body#/token' }, ...checkMore },
      ),
    ],
    outputs: { token: '$steps.check.outputs.token' },
    ...more,
  });
const PHONE = { phone: '+1' };
const BOTH = { phone: '+1', code: '123' };
const submit = (values: JsonObject) => ({ type: 'submit', values }) as const;
const goto = (name: string, stepId: string, more: JsonObject = {}): JsonObject => ({
  name,
  type: 'goto',
  stepId,
  ...more,
});
const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });

const failure = (run: ReturnType<typeof play>) => run.ended()?.failure;

const ended = (body: JsonValue) => {
  const run = play(login(), { inputs: BOTH });
  run.answer(400, body);
  return failure(run);
};

const three = (onFailure: JsonObject[]): JsonObject =>
  documentOf({
    inputs: inputs({ a: text, b: text, c: text, o: text, d: { default: 'd' } }, 'a', 'b', 'c', 'd'),
    steps: [
      send({ a: '$inputs.a' }, { stepId: 'one' }),
      send({ b: '$inputs.b', o: '$inputs.o', d: '$inputs.d' }, { stepId: 'two' }),
      send(
        { a: '$inputs.a', b: '$inputs.b', c: '$inputs.c', d: '$inputs.d', o: '$inputs.o' },
        { stepId: 'three', onFailure },
      ),
    ],
  });

const retry = (more: JsonObject = {}): JsonObject => ({ name: 'retry', type: 'retry', ...more });

const repeatable = (afterSeconds: number) => ({ 'x-xstate': { repeatable: { afterSeconds } } });

/** Three steps, the second of which leads back where it fails. */
const leadingBackTo = (stepId: string): JsonObject =>
  documentOf({
    inputs: inputs({ a: text, b: text, c: text }, 'a', 'b', 'c'),
    steps: [
      send({ a: '$inputs.a' }, { stepId: 'one' }),
      send({ b: '$inputs.b' }, { stepId: 'two', onFailure: [goto('back', stepId)] }),
      send({ c: '$inputs.c' }, { stepId: 'three' }),
    ],
  });

describe('the way through a workflow', () => {
  it('runs the steps in order when every input is given, and gives the outputs', () => {
    const run = play(login(), { inputs: BOTH });
    run.answer(200, { method: 'm1' });
    run.answer(200, { token: 't1' });
    expect(run.requests).toEqual([
      'POST /codes {"phone":"+1"}',
      'POST /sessions {"code":"123","method":"m1"}',
    ]);
    expect(run.ended()).toEqual({ status: 'done', outputs: { token: 't1' } });
  });

  it('asks for an input only before the step that refers to it', () => {
    const run = play(login());
    expect(run.situation()).toEqual({ kind: 'input', path: [], stepId: 'send', missing: ['phone'] });
    expect(run.on(submit(PHONE))).toMatchObject({ kind: 'request', stepId: 'send', attempt: 1 });
    expect(run.answer(200, {})).toEqual({ kind: 'input', path: [], stepId: 'check', missing: ['code'] });
    expect(run.on(submit({ code: '123' }))).toMatchObject({ kind: 'request', stepId: 'check' });
  });

  it('takes 2xx for success when there are no criteria', () => {
    const run = play(login(), { inputs: BOTH });
    run.answer(204);
    expect(run.answer(302)).toBeUndefined();
    expect(run.ended()).toMatchObject({ status: 'failed', failure: { kind: 'response', statusCode: 302 } });
  });

  it('takes the criteria for success when there are some', () => {
    const criteria = { successCriteria: [{ condition: '$statusCode == 404' }] };
    const run = play(login({}, criteria), { inputs: BOTH });
    run.answer(200);
    run.answer(404, { token: 't' });
    expect(run.ended()).toEqual({ status: 'done', outputs: { token: 't' } });
  });

  it('follows the first success action that matches', () => {
    const onSuccess = [
      { name: 'stop', type: 'end', ...when('$statusCode == 201') },
      goto('skip', 'last', when('$statusCode == 200')),
      { name: 'never', type: 'end' },
    ];
    const document = documentOf({
      steps: [
        send({}, { onSuccess }),
        check({ code: 'x' }),
        { stepId: 'last', operationId: 'read', parameters: [{ name: 'id', in: 'path', value: 7 }] },
      ],
    });
    const skipping = play(document);
    expect(skipping.answer(200)).toMatchObject({ stepId: 'last' });
    const stopping = play(document);
    stopping.answer(201);
    expect(stopping.ended()).toEqual({ status: 'done', outputs: {} });
  });

  it('takes a workflow action after those of the step, unless the step has one of its name', () => {
    const document = login(
      { onFailure: [goto('retake', 'check', when('$statusCode == 400'))] },
      {},
      {
        failureActions: [goto('retake', 'send'), goto('other', 'check', when('$statusCode == 500'))],
      },
    );
    const own = play(document, { inputs: BOTH });
    expect(own.answer(400)).toMatchObject({ stepId: 'check' });
    const inherited = play(document, { inputs: BOTH });
    expect(inherited.answer(500)).toMatchObject({ stepId: 'check' });
    const none = play(document, { inputs: BOTH });
    none.answer(401);
    expect(none.ended()?.status).toBe('failed');
  });

  it('passes a workflow parameter to every step, but where it has its own of that name and place', () => {
    const document = documentOf({
      parameters: [
        { name: 'q', in: 'query', value: 'all' },
        { name: 'page', in: 'query', value: 1 },
      ],
      steps: [
        { stepId: 'a', operationId: 'search' },
        { stepId: 'b', operationId: 'search', parameters: [{ name: 'q', in: 'query', value: 'mine' }] },
      ],
    });
    const run = play(document);
    run.answer(200);
    run.answer(200);
    expect(run.requests).toEqual(['GET /items?q=all&page=1', 'GET /items?q=mine&page=1']);
  });

  it('resolves reusable objects, with their own value where they have one', () => {
    const document = documentOf(
      {
        steps: [
          {
            stepId: 'a',
            operationId: 'search',
            parameters: [{ reference: '$components.parameters.query', value: 'mine' }],
            onFailure: [{ reference: '$components.failureActions.stop' }],
          },
        ],
      },
      {
        components: {
          parameters: { query: { name: 'q', in: 'query', value: 'all' } },
          failureActions: { stop: { name: 'stop', type: 'end' } },
        },
      },
    );
    const run = play(document);
    run.answer(400);
    expect(run.requests).toEqual(['GET /items?q=mine']);
    expect(run.ended()?.failure).toMatchObject({ reason: 'stop', endedBy: 'stop' });
  });

  it('leaves out a payload member and a parameter that have no value', () => {
    const document = documentOf({
      inputs: inputs({ a: text, p: text }),
      steps: [
        send({ a: '$inputs.a', list: ['$inputs.a', 1] }),
        {
          stepId: 'find',
          operationId: 'search',
          parameters: [
            { name: 'q', in: 'query', value: 'x' },
            { name: 'page', in: 'query', value: '$inputs.p' },
          ],
        },
      ],
    });
    const run = play(document);
    run.answer(200);
    run.answer(200);
    expect(run.requests).toEqual(['POST /codes {"list":[null,1]}', 'GET /items?q=x']);
  });

  it('sends nothing where a text in the payload or in a replacement cannot be made', () => {
    const none = '<{$steps.none.outputs.x}>';
    expect(play(documentOf({ steps: [send({ none })] })).situation()).toMatchObject({ kind: 'unsendable' });
    const replacements = [{ target: '/a', value: none }];
    const step = { stepId: 'send', operationId: 'send', requestBody: { payload: {}, replacements } };
    expect(play(documentOf({ steps: [step] })).situation()).toMatchObject({ kind: 'unsendable' });
  });

  it('sets the replacements in the payload', () => {
    const document = documentOf({
      steps: [
        {
          stepId: 'send',
          operationId: 'send',
          requestBody: {
            payload: { a: { b: 1 }, list: [1] },
            replacements: [
              { target: '/a/b', value: 2 },
              { target: '/list/-', value: 'x' },
              { target: '/new', value: true },
            ],
          },
        },
      ],
    });
    expect(play(document).requests).toEqual(['POST /codes {"a":{"b":2},"list":[1,"x"],"new":true}']);
  });

  it('replaces what a JSONPath selects, and sends nothing where a target leads nowhere', () => {
    const replacing = (...replacements: JsonObject[]) =>
      documentOf({
        steps: [
          {
            stepId: 'send',
            operationId: 'send',
            requestBody: { payload: { list: [{ a: 1 }, { a: 2 }] }, replacements },
          },
        ],
      });
    const all = { target: '$.list[*].a', targetSelectorType: 'jsonpath', value: 0 };
    const version = { type: 'jsonpath', version: 'rfc9535' };
    const sent = ['POST /codes {"list":[{"a":0},{"a":0}]}'];
    expect(play(replacing(all)).requests).toEqual(sent);
    expect(play(replacing({ ...all, targetSelectorType: version })).requests).toEqual(sent);
    expect(play(replacing({ target: '$.list[*].a', value: 0 })).requests).toEqual(sent);
    expect(play(replacing({ target: '/none/a', value: 0 })).situation()).toMatchObject({
      kind: 'unsendable',
    });
    expect(play(replacing({ target: '/none/a', value: '$inputs.none' })).requests).toHaveLength(1);
  });

  it('takes what a Selector Object selects', () => {
    const selected = { context: '$response.body', selector: '$.items[?@.n > 1].n', type: 'jsonpath' };
    const document = documentOf({
      steps: [send({}, { outputs: { many: selected } }), check({ code: '$steps.send.outputs.many' })],
    });
    const run = play(document);
    run.answer(200, { items: [{ n: 1 }, { n: 2 }, { n: 3 }] });
    expect(run.requests.at(-1)).toBe('POST /sessions {"code":[2,3]}');
  });

  it('ends after as many visits of steps as maxSteps allows', () => {
    const document = documentOf({ steps: [send({}, { onSuccess: [goto('again', 'send')] })] });
    const run = play(document, { maxSteps: 2 });
    run.answer(200);
    expect(run.answer(200)).toBeUndefined();
    expect(run.requests).toHaveLength(2);
    expect(run.ended()?.failure).toMatchObject({ kind: 'maxSteps', stepId: 'send' });
  });

  it('is cancelled wherever it stands, with the outputs that there are', () => {
    const document = login({}, {}, { outputs: { method: '$steps.send.outputs.method' } });
    const waiting = play(document, { inputs: PHONE });
    waiting.answer(200, { method: 'm' });
    waiting.on({ type: 'cancel' });
    expect(waiting.ended()).toEqual({ status: 'cancelled', outputs: { method: 'm' } });
    const busy = play(document, { inputs: PHONE });
    busy.on({ type: 'cancel' });
    expect(busy.ended()).toEqual({ status: 'cancelled', outputs: {} });
  });

  it('ignores what does not fit', () => {
    const run = play(login(), { inputs: PHONE });
    expect(run.on(submit({ code: '123' }))).toMatchObject({ kind: 'request', stepId: 'send' });
    run.answer(200);
    expect(run.answer(200)).toMatchObject({ kind: 'input' });
    expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'input' });
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'input' });
  });
});

describe('inputs', () => {
  it.each([
    [
      'a path parameter',
      { operationId: 'read', parameters: [{ name: 'id', in: 'path', value: '$inputs.x' }] },
    ],
    [
      'a required parameter',
      { operationId: 'search', parameters: [{ name: 'q', in: 'query', value: '$inputs.x' }] },
    ],
    ['a required body property', { operationId: 'check', requestBody: { payload: { code: '$inputs.x' } } }],
    ['the whole required body', { operationId: 'check', requestBody: { payload: '$inputs.x' } }],
    ['a text', { operationId: 'send', requestBody: { payload: { note: ['for {$inputs.x}'] } } }],
  ])('asks for an undeclared input that is %s', (_, step) => {
    const run = play(documentOf({ steps: [{ stepId: 'one', ...step }] }));
    expect(run.situation()).toMatchObject({ kind: 'input', missing: ['x'] });
  });

  it('asks for the value of a path parameter that the API does not declare, not for an optional body', () => {
    const step = {
      stepId: 'one',
      operationId: 'note',
      parameters: [{ name: 'id', in: 'path', value: '$inputs.id' }],
      requestBody: { payload: '$inputs.body' },
    };
    expect(play(documentOf({ steps: [step] })).situation()).toMatchObject({ missing: ['id'] });
  });

  it.each([
    ['a success criterion', { successCriteria: [{ condition: '$inputs.x == 1' }] }],
    ['a criterion of an action', { onFailure: [{ name: 'stop', type: 'end', ...when('$inputs.x == 1') }] }],
    ['an output', { outputs: { x: '$inputs.x' } }],
    ['an optional body property', { requestBody: { payload: { deep: ['$inputs.x'] } } }],
  ])('asks for a required input that stands in %s', (_, step) => {
    const document = documentOf({
      inputs: inputs({ x: { type: 'integer' } }, 'x'),
      steps: [{ stepId: 'one', operationId: 'send', ...step }],
    });
    expect(play(document).situation()).toMatchObject({ kind: 'input', missing: ['x'] });
  });

  it('asks for what is required through $ref and allOf', () => {
    const document = documentOf(
      {
        inputs: { allOf: [{ $ref: '#/components/inputs/base' }, inputs({ b: text }, 'b')] },
        steps: [send({ a: '$inputs.a', b: '$inputs.b', c: '$inputs.c' })],
      },
      { components: { inputs: { base: inputs({ a: { type: 'integer' }, c: text }, 'a') } } },
    );
    const run = play(document);
    expect(run.situation()).toMatchObject({ missing: ['a', 'b'] });
    expect(run.on(submit({ a: 'one', b: 'two' }))).toMatchObject({
      rejection: [{ input: 'a', rule: 'type' }],
    });
    run.on(submit({ a: 1, b: 'two' }));
    expect(run.requests).toEqual(['POST /codes {"a":1,"b":"two"}']);
  });

  it('never asks for an input with a default, which it applies', () => {
    const document = documentOf({
      inputs: inputs({ minutes: { type: 'integer', default: 5 } }, 'minutes'),
      steps: [send({ minutes: '$inputs.minutes' })],
    });
    expect(play(document).requests).toEqual(['POST /codes {"minutes":5}']);
    expect(play(document, { inputs: { minutes: 7 } }).requests).toEqual(['POST /codes {"minutes":7}']);
  });

  it('never asks for an optional input, but takes it', () => {
    const document = documentOf({
      inputs: inputs({ a: text, locale: text }, 'a'),
      steps: [send({ a: '$inputs.a', locale: '$inputs.locale' })],
    });
    const run = play(document);
    expect(run.situation()).toMatchObject({ missing: ['a'] });
    expect(run.on(submit({ locale: 'en' }))).toMatchObject({ kind: 'input', missing: ['a'] });
    run.on(submit({ a: 'x' }));
    expect(run.requests).toEqual(['POST /codes {"a":"x","locale":"en"}']);
  });

  it('takes a part of what is missing and asks for the rest', () => {
    const document = documentOf({
      inputs: inputs({ a: text, b: text }, 'a', 'b'),
      steps: [send({ a: '$inputs.a', b: '$inputs.b' })],
    });
    const run = play(document);
    expect(run.on(submit({ a: 'x' }))).toMatchObject({ missing: ['b'] });
    expect(run.on(submit({ b: 'y' }))).toMatchObject({ kind: 'request' });
  });

  it('keeps no value of a submit of which one is wrong, and forgets the rejection with the next good one', () => {
    const document = documentOf({
      inputs: inputs({ a: text, b: text }, 'a', 'b'),
      steps: [send({ a: '$inputs.a', b: '$inputs.b' })],
    });
    const run = play(document);
    expect(run.on(submit({ a: 'x', b: 2 }))).toMatchObject({
      missing: ['a', 'b'],
      rejection: [{ input: 'b', rule: 'type' }],
    });
    expect(run.on(submit({ b: 'y' }))).toEqual({ kind: 'input', path: [], stepId: 'send', missing: ['a'] });
  });

  it('takes inputs of later steps and refuses those of earlier ones and unknown ones', () => {
    const run = play(login());
    run.on(submit(BOTH));
    run.answer(200);
    expect(run.requests).toHaveLength(2);
    const late = play(login(), { inputs: PHONE });
    late.answer(200);
    expect(late.on(submit({ phone: '+2', other: 1, code: '123' }))).toMatchObject({
      missing: ['code'],
      rejection: [
        { input: 'phone', rule: 'notAsked' },
        { input: 'other', rule: 'notAsked' },
      ],
    });
  });

  it('checks the inputs together when the last of them is in', () => {
    const schema = {
      ...inputs({ a: { type: 'integer' }, b: { type: 'integer' } }, 'a', 'b'),
      not: { properties: { a: { const: 1 }, b: { const: 1 } }, required: ['a', 'b'] },
    };
    const document = documentOf({ inputs: schema, steps: [send({ a: '$inputs.a', b: '$inputs.b' })] });
    const run = play(document);
    run.on(submit({ a: 1 }));
    expect(run.on(submit({ b: 1 }))).toMatchObject({ missing: ['b'], rejection: [{ rule: 'not' }] });
    expect(run.on(submit({ b: 2 }))).toMatchObject({ kind: 'request' });
  });

  it('refuses given inputs that are wrong before the first request', () => {
    const run = play(login(), { inputs: { phone: 1 } });
    expect(run.ended()).toMatchObject({
      status: 'failed',
      outputs: {},
      failure: { kind: 'request', attempt: 0 },
    });
    expect(run.requests).toEqual([]);
  });

  it('refuses at the start what only an alternative requires', () => {
    const schema = {
      ...inputs({ a: text, b: text, code: text }, 'code'),
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    };
    const document = documentOf({ inputs: schema, steps: [send({ a: '$inputs.a', code: '$inputs.code' })] });
    expect(play(document).ended()).toMatchObject({ failure: { kind: 'request' } });
    expect(play(document, { inputs: { a: 'x' } }).situation()).toMatchObject({ missing: ['code'] });
  });

  it('refuses absent inputs at the start when none is asked', () => {
    const run = play(login(), { inputs: PHONE, deferredInputs: false });
    expect(run.ended()).toMatchObject({ status: 'failed', failure: { kind: 'request' } });
    expect(play(login(), { inputs: BOTH, deferredInputs: false }).situation()).toMatchObject({
      kind: 'request',
    });
  });

  it('takes names like __proto__ for names', () => {
    const document = documentOf({ steps: [send({ note: 'is {$inputs.constructor}' })] });
    const run = play(document);
    expect(run.situation()).toMatchObject({ missing: ['constructor'] });
    const values = JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject;
    expect(run.on(submit(values))).toMatchObject({ rejection: [{ input: '__proto__', rule: 'notAsked' }] });
    run.on(submit({ constructor: 'good' }));
    expect(run.requests).toEqual(['POST /codes {"note":"is good"}']);
  });
});

describe('failure', () => {
  it('tells the error of the body in its customary forms', () => {
    const known = { kind: 'response', stepId: 'send', attempt: 1, statusCode: 400 };
    expect(ended({ error_type: 'bad_phone', error_message: 'No.' })).toEqual({
      ...known,
      errorType: 'bad_phone',
      message: 'No.',
    });
    expect(ended({ type: 'urn:bad', title: 'Bad', detail: 'Very bad.' })).toMatchObject({
      errorType: 'urn:bad',
      message: 'Very bad.',
    });
    expect(ended({ error: 'invalid_grant', error_description: 'Expired.' })).toMatchObject({
      errorType: 'invalid_grant',
      message: 'Expired.',
    });
    expect(ended('oops')).toMatchObject(known);
  });

  it('names the action that ended the run', () => {
    const run = play(login({ onFailure: [{ name: 'locked', type: 'end' }] }), { inputs: BOTH });
    run.answer(429);
    expect(failure(run)).toMatchObject({ reason: 'locked', endedBy: 'locked', statusCode: 429 });
  });

  it('takes the failure actions without a status code when the connection is lost', () => {
    const onFailure = [
      { name: 'answered', type: 'end', ...when('$statusCode >= 400') },
      { name: 'lost', type: 'end', ...when('$statusCode == null') },
    ];
    const run = play(login({ onFailure }), { inputs: BOTH });
    run.on({ type: 'lost', kind: 'interrupted' });
    expect(failure(run)).toMatchObject({ kind: 'interrupted', stepId: 'send', attempt: 1, reason: 'lost' });
  });

  it('is of kind request where no request can be made, and takes the failure actions', () => {
    const step = {
      stepId: 'item',
      operationId: 'read',
      parameters: [{ name: 'id', in: 'path', value: '$steps.send.outputs.id' }],
      onFailure: [{ name: 'noItem', type: 'end' }],
    };
    const run = play(documentOf({ steps: [send({}, { outputs: { id: '$response.body#/id' } }), step] }));
    expect(run.answer(200, {})).toMatchObject({ kind: 'unsendable', stepId: 'item', attempt: 1 });
    run.on({ type: 'lost', kind: 'request' });
    expect(failure(run)).toMatchObject({ kind: 'request', stepId: 'item', reason: 'noItem' });
  });

  it('gives the outputs that there are', () => {
    const document = login(
      {},
      {},
      { outputs: { method: '$steps.send.outputs.method', token: '$steps.check.outputs.token' } },
    );
    const run = play(document, { inputs: BOTH });
    run.answer(200, { method: 'm' });
    run.answer(500, { token: 'even now' });
    expect(run.ended()).toMatchObject({ status: 'failed', outputs: { method: 'm', token: 'even now' } });
  });

  it('is cleared by the next success and by a good submit', () => {
    const run = play(login({}, { onFailure: [goto('wrong', 'check')] }), { inputs: BOTH });
    run.answer(200);
    expect(run.answer(404)).toMatchObject({ kind: 'input', failure: { reason: 'wrong', statusCode: 404 } });
    expect(run.on(submit({ code: 'x' }))).toMatchObject({ failure: { reason: 'wrong' } });
    run.on(submit({ code: '456' }));
    run.answer(200, { token: 't' });
    expect(run.ended()).toEqual({ status: 'done', outputs: { token: 't' } });
  });

  it('is gone in a later wait once a step succeeded, and after a part of what is missing was submitted', () => {
    const document = documentOf({
      inputs: inputs({ a: text, b: text }, 'a', 'b'),
      steps: [
        send({ n: 1 }, { stepId: 'one', onFailure: [goto('on', 'two')] }),
        send({ n: 2 }, { stepId: 'two', onSuccess: [], onFailure: [goto('on', 'three')] }),
        send({ a: '$inputs.a', b: '$inputs.b' }, { stepId: 'three' }),
      ],
    });
    const passing = play(document);
    passing.answer(500);
    expect(passing.answer(200)).not.toHaveProperty('failure');
    const failing = play(document);
    failing.answer(500);
    expect(failing.answer(500)).toHaveProperty('failure.stepId', 'two');
    expect(failing.on(submit({ a: 'x' }))).toEqual({
      kind: 'input',
      path: [],
      stepId: 'three',
      missing: ['b'],
    });
  });

  it('keeps the outputs of an earlier success where a failed run gives none, and replaces them by a success', () => {
    const document = login(
      {},
      { onFailure: [goto('expired', 'send')], onSuccess: [goto('again', 'send')] },
      { outputs: { method: '$steps.send.outputs.method' } },
    );
    const failing = play(document, { inputs: PHONE });
    failing.answer(200, { method: 'm' });
    failing.on(submit({ code: '123' }));
    failing.answer(401);
    failing.answer(500, {});
    expect(failing.ended()?.outputs).toEqual({ method: 'm' });
    const passing = play(document, { inputs: BOTH });
    passing.answer(200, { method: 'm' });
    passing.answer(200);
    passing.answer(200, {});
    passing.on({ type: 'cancel' });
    expect(passing.ended()?.outputs).toEqual({});
  });
});

describe('asking again', () => {
  const GIVEN = { a: 'a', b: 'b', c: 'c', o: 'o' };

  it('forgets the inputs of the step itself when it goes to itself', () => {
    const run = play(three([goto('again', 'three')]), { inputs: GIVEN });
    run.answer(200);
    run.answer(200);
    expect(run.answer(400)).toMatchObject({ kind: 'input', stepId: 'three', missing: ['c'] });
  });

  it('forgets the inputs of the steps after an earlier one, up to itself, and no others', () => {
    const run = play(three([goto('back', 'one')]), { inputs: GIVEN });
    run.answer(200);
    run.answer(200);
    expect(run.answer(400)).toMatchObject({ kind: 'request', stepId: 'one' });
    expect(run.answer(200)).toMatchObject({ kind: 'input', stepId: 'two', missing: ['b'] });
    run.on(submit({ b: 'B' }));
    expect(run.requests.at(-1)).toBe('POST /codes {"b":"B","o":"o","d":"d"}');
    expect(run.answer(200)).toMatchObject({ missing: ['c'] });
  });

  it('keeps the inputs that later steps ask for', () => {
    for (const target of ['one', 'two']) {
      const run = play(leadingBackTo(target), { inputs: { a: 'a', b: 'b', c: 'c' } });
      run.answer(200);
      run.answer(400);
      if (target === 'one') run.answer(200);
      run.on(submit({ b: 'B' }));
      expect(run.answer(200)).toMatchObject({ kind: 'request', stepId: 'three' });
    }
  });

  it('forgets what a success action says', () => {
    const document = login({}, { onSuccess: [goto('another', 'send', { 'x-xstate': { ask: ['phone'] } })] });
    const run = play(document, { inputs: BOTH });
    run.answer(200);
    expect(run.answer(200)).toMatchObject({ kind: 'input', stepId: 'send', missing: ['phone'] });
  });

  it('forgets what the action says instead', () => {
    const run = play(three([goto('back', 'two', { 'x-xstate': { ask: ['a'] } })]), { inputs: GIVEN });
    run.answer(200);
    run.answer(200);
    expect(run.answer(400)).toMatchObject({ kind: 'request', stepId: 'two' });
    expect(run.answer(200)).toMatchObject({ kind: 'input', stepId: 'three', missing: ['a'] });
    expect(run.on(submit({ a: 'A' }))).toMatchObject({ kind: 'request' });
    const nothing = play(three([goto('same', 'three', { 'x-xstate': { ask: [] } })]), { inputs: GIVEN });
    nothing.answer(200);
    nothing.answer(200);
    expect(nothing.answer(400)).toMatchObject({ kind: 'request', stepId: 'three', attempt: 1 });
  });

  it('forgets nothing on a success action or on a failure action that leads forward', () => {
    const back = play(login({}, { onSuccess: [goto('again', 'send')] }), { inputs: BOTH });
    back.answer(200);
    back.answer(200);
    expect(back.answer(200)).toMatchObject({ kind: 'request', stepId: 'check' });
    const forward = play(login({ onFailure: [goto('on', 'check')] }), { inputs: BOTH });
    expect(forward.answer(500)).toMatchObject({ kind: 'request', stepId: 'check' });
  });

  it('forgets nothing when no input is asked', () => {
    const run = play(login({}, { onFailure: [goto('again', 'check')] }), {
      inputs: BOTH,
      deferredInputs: false,
    });
    run.answer(200);
    expect(run.answer(404)).toMatchObject({ kind: 'request', stepId: 'check' });
    expect(run.requests.at(-1)).toBe('POST /sessions {"code":"123"}');
  });

  it('takes an input in a step that is not its home where that one was skipped', () => {
    const document = documentOf({
      inputs: inputs({ a: text }, 'a'),
      steps: [
        {
          stepId: 'start',
          operationId: 'search',
          parameters: [{ name: 'q', in: 'query', value: 1 }],
          onSuccess: [goto('skip', 'last')],
        },
        send({ a: '$inputs.a' }),
        send({ a: '$inputs.a' }, { stepId: 'last' }),
      ],
    });
    const run = play(document);
    expect(run.answer(200)).toMatchObject({ stepId: 'last', missing: ['a'] });
    expect(run.on(submit({ a: 'x' }))).toMatchObject({ kind: 'request', stepId: 'last' });
  });
});

describe('retry', () => {
  it('is made once when there is no limit, and the next action is taken then', () => {
    const run = play(login({ onFailure: [retry(), { name: 'over', type: 'end' }] }), { inputs: BOTH });
    expect(run.answer(503)).toEqual({ kind: 'delay', path: [], stepId: 'send', until: START });
    expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'request', attempt: 2 });
    run.answer(503);
    expect(run.ended()?.failure).toMatchObject({ attempt: 2, reason: 'over' });
  });

  it('is made as often as its limit says', () => {
    const document = login({ onFailure: [retry({ retryLimit: 2 })] });
    const run = play(document, { inputs: BOTH });
    for (const attempt of [1, 2]) {
      expect(run.answer(503)).toMatchObject({ kind: 'delay' });
      expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'request', attempt: attempt + 1 });
    }
    run.answer(503);
    expect(run.ended()?.failure).toMatchObject({ kind: 'response', attempt: 3 });
  });

  it('counts against the budget of steps', () => {
    const run = play(login({ onFailure: [retry({ retryLimit: 2 })] }), { inputs: BOTH, maxSteps: 1 });
    run.answer(503);
    run.on({ type: 'elapsed' });
    expect(run.ended()?.failure).toMatchObject({ kind: 'maxSteps' });
  });

  it('waits for retryAfter, or for what the response says', () => {
    const document = login({ onFailure: [retry({ retryAfter: 1.5, retryLimit: 3 })] });
    const until = (headers?: Record<string, string>) => {
      const run = play(document, { inputs: BOTH });
      const situation = run.answer(503, {}, headers);
      return situation?.kind === 'delay' ? situation.until - START : situation;
    };
    expect(until()).toBe(1500);
    expect(until({ 'Retry-After': '7' })).toBe(7000);
    expect(until({ 'retry-after': new Date(START + 9000).toUTCString() })).toBe(9000);
    expect(until({ 'retry-after': new Date(START - 9000).toUTCString() })).toBe(0);
    expect(until({ 'retry-after': 'soon' })).toBe(1500);
  });

  it('does not match when the response asks for more time than the cap', () => {
    const run = play(login({ onFailure: [retry(), { name: 'later', type: 'end' }] }), { inputs: BOTH });
    run.answer(429, {}, { 'retry-after': '61' });
    expect(run.ended()?.failure).toMatchObject({ reason: 'later', retryAt: START + 61_000 });
    const atCap = play(login({ onFailure: [retry()] }), { inputs: BOTH });
    expect(atCap.answer(429, {}, { 'retry-after': '60' })).toMatchObject({ kind: 'delay' });
  });

  it('has a budget for each action, and a new one with each visit', () => {
    const onFailure = [
      retry({ name: 'busy', ...when('$statusCode == 503') }),
      retry({ name: 'slow', ...when('$statusCode == 504') }),
      goto('again', 'send', when('$statusCode == 503')),
    ];
    const run = play(login({ onFailure }), { inputs: BOTH });
    run.answer(503);
    run.on({ type: 'elapsed' });
    run.answer(504);
    expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'request', attempt: 3 });
    expect(run.answer(503)).toMatchObject({ kind: 'input', missing: ['phone'] });
    expect(run.on(submit(PHONE))).toMatchObject({ kind: 'request', attempt: 1 });
    expect(run.answer(503)).toMatchObject({ kind: 'delay' });
  });

  it('is cut by maxRetries', () => {
    const run = play(login({ onFailure: [retry({ retryLimit: 9 })] }), { inputs: BOTH, maxRetries: 1 });
    run.answer(503);
    run.on({ type: 'elapsed' });
    run.answer(503);
    expect(run.ended()?.status).toBe('failed');
  });

  it('runs the step that it refers to first', () => {
    const document = documentOf({
      steps: [
        send({ n: 1 }, { outputs: { token: '$response.body#/token' } }),
        check(
          { code: 'c', token: '$steps.send.outputs.token' },
          { onFailure: [retry({ stepId: 'send', ...when('$statusCode == 401') })] },
        ),
      ],
    });
    const run = play(document);
    run.answer(200, { token: 'old' });
    run.answer(401);
    expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'request', stepId: 'send' });
    expect(run.answer(200, { token: 'new' })).toMatchObject({ stepId: 'check', attempt: 2 });
    expect(run.requests.at(-1)).toBe('POST /sessions {"code":"c","token":"new"}');
  });
});

describe('a waiting state', () => {
  it('repeats the nearest earlier repeatable step once the cooldown is over', () => {
    const run = play(login(repeatable(15)), { inputs: PHONE });
    expect(run.answer(200, { method: 'm1' })).toMatchObject({ repeatAt: START + 15_000 });
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'input' });
    run.advance(15);
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'request', stepId: 'send', attempt: 1 });
    expect(run.answer(200, { method: 'm2' })).toMatchObject({ kind: 'input', repeatAt: START + 30_000 });
    run.on(submit({ code: '123' }));
    expect(run.requests.at(-1)).toBe('POST /sessions {"code":"123","method":"m2"}');
  });

  it('comes back with the failure when a repeat fails, after its retries, whatever its other actions say', () => {
    const onFailure = [
      { name: 'retry', type: 'retry', ...when('$statusCode == 503') },
      { name: 'give up', type: 'end' },
    ];
    const run = play(login({ onFailure, 'x-xstate': { repeatable: true } }), { inputs: PHONE });
    run.answer(200, { method: 'm1' });
    run.on({ type: 'repeat' });
    expect(run.answer(503)).toMatchObject({ kind: 'delay' });
    run.on({ type: 'elapsed' });
    const back = run.answer(503);
    expect(back).toMatchObject({ kind: 'input', stepId: 'check', failure: { stepId: 'send', attempt: 2 } });
    expect(back).not.toHaveProperty('failure.reason');
    run.on(submit({ code: '123' }));
    expect(run.requests.at(-1)).toBe('POST /sessions {"code":"123","method":"m1"}');
  });

  it('forgets the failure on a repeat', () => {
    const again = goto('again', 'check', { 'x-xstate': { ask: ['phone', 'code'] } });
    const run = play(login({ 'x-xstate': { repeatable: true } }, { onFailure: [again] }), { inputs: BOTH });
    run.answer(200);
    expect(run.answer(404)).toMatchObject({ stepId: 'check', failure: { reason: 'again' } });
    expect(run.on({ type: 'repeat' })).toEqual({
      kind: 'input',
      path: [],
      stepId: 'send',
      missing: ['phone'],
    });
  });

  it('forgets on a repeat what was asked between the two steps', () => {
    const document = documentOf({
      inputs: inputs({ a: text, b: text, c: text, d: text }, 'a', 'b', 'c', 'd'),
      steps: [
        send({ n: 0 }, { stepId: 'zero', 'x-xstate': { repeatable: true } }),
        send({ a: '$inputs.a' }, { stepId: 'one', 'x-xstate': { repeatable: true } }),
        send({ b: '$inputs.b' }, { stepId: 'two' }),
        send({ c: '$inputs.c' }, { stepId: 'three' }),
        send({ d: '$inputs.d' }, { stepId: 'four' }),
      ],
    });
    const run = play(document, { inputs: { a: 'a', b: 'b', d: 'd' } });
    run.answer(200);
    run.answer(200);
    run.answer(200);
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'request', stepId: 'one' });
    expect(run.answer(200)).toMatchObject({ kind: 'input', stepId: 'two', missing: ['b'] });
    run.on(submit({ b: 'B' }));
    run.answer(200);
    run.on(submit({ c: 'C' }));
    expect(run.answer(200)).toMatchObject({ kind: 'request', stepId: 'four' });
  });

  it('goes back to where an input was asked and forgets it and all that were asked later', () => {
    const document = documentOf({
      inputs: inputs({ a: text, a2: text, b: text, c: text, d: text }, 'a', 'a2', 'b', 'c', 'd'),
      steps: [
        send({ a: '$inputs.a', a2: '$inputs.a2' }, { stepId: 'one' }),
        send({ b: '$inputs.b' }, { stepId: 'two' }),
        send({ c: '$inputs.c' }, { stepId: 'three' }),
        send({ d: '$inputs.d' }, { stepId: 'four' }),
      ],
    });
    const run = play(document, { inputs: { a: 'a', a2: 'a2', b: 'b' } });
    run.answer(200);
    run.answer(200);
    expect(run.on({ type: 'revise', input: 'unknown' })).toMatchObject({ stepId: 'three' });
    expect(run.on({ type: 'revise', input: 'd' })).toMatchObject({ stepId: 'three' });
    expect(run.on({ type: 'revise', input: 'a' })).toMatchObject({ stepId: 'one', missing: ['a'] });
    run.on(submit({ a: 'A' }));
    expect(run.answer(200)).toMatchObject({ stepId: 'two', missing: ['b'] });
  });

  it('takes the failure actions when its time is over', () => {
    const more = {
      'x-xstate': { timeoutSeconds: 60 },
      onFailure: [goto('expired', 'send', when('$statusCode == null'))],
    };
    const run = play(login({}, more), { inputs: PHONE });
    expect(run.answer(200)).toMatchObject({ expiresAt: START + 60_000 });
    run.advance(30);
    expect(run.on(submit({ code: 'bad' }))).toMatchObject({ expiresAt: START + 60_000 });
    expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'request', stepId: 'send' });
    const none = play(login({}, { 'x-xstate': { timeoutSeconds: 60 } }), { inputs: PHONE });
    none.answer(200);
    none.on({ type: 'elapsed' });
    expect(none.ended()?.failure).toMatchObject({ kind: 'timeout', stepId: 'check', attempt: 0 });
  });
});

it('finds operations by path and by qualified name', () => {
  const other = openApi({
    openapi: '3.1.0',
    info: { title: 'Other', version: '1' },
    servers: [{ url: 'https://other.example' }],
    paths: { '/b': { get: { operationId: 'send', responses: {} } } },
  });
  const document = documentOf({
    steps: [
      {
        stepId: 'a',
        operationPath: '{$sourceDescriptions.api.url}#/paths/~1items~1{id}/get',
        parameters: [{ name: 'id', in: 'path', value: 'x' }],
      },
      { stepId: 'b', operationId: '$sourceDescriptions.other.send' },
    ],
  });
  const run = play(document, { sources: { api: API, other } });
  run.answer(200);
  run.answer(200);
  expect(run.requests).toEqual(['GET /items/x', 'GET https://other.example/b']);
});

describe('what is sent', () => {
  const again = { name: 'again', type: 'retry', retryLimit: 1, retryAfter: 1, stepId: 'send' };
  const sending = (run: ReturnType<typeof play>) => {
    const situation = run.situation();
    return situation?.kind === 'request' ? [situation.stepId, situation.sending] : situation?.kind;
  };

  it('is counted, each retry, each visit and what runs before a retry for itself', () => {
    const run = play(login({}, { onFailure: [again, goto('back', 'check', { 'x-xstate': { ask: [] } })] }), {
      inputs: BOTH,
    });
    const seen = [sending(run)];
    for (const happening of [
      { type: 'response', statusCode: 200, body: { method: 'm' } },
      { type: 'response', statusCode: 500 },
      { type: 'elapsed' },
      { type: 'response', statusCode: 200 },
      { type: 'response', statusCode: 500 },
      { type: 'response', statusCode: 200 },
    ] as const) {
      run.on(happening);
      seen.push(sending(run));
    }
    expect(seen).toEqual([
      ['send', 1],
      ['check', 2],
      'delay',
      ['send', 3],
      ['check', 4],
      ['check', 5],
      undefined,
    ]);
  });

  it('is the same after something that does not fit', () => {
    const run = play(login(), { inputs: BOTH });
    run.on({ type: 'repeat' });
    expect(sending(run)).toEqual(['send', 1]);
  });

  it('goes out once at most where the step says so', () => {
    const run = play(login({ 'x-xstate': { atMostOnce: true } }), { inputs: BOTH });
    expect(run.situation()).toMatchObject({ isAtMostOnce: true });
    run.answer(200, { method: 'm' });
    expect(run.situation()).not.toHaveProperty('isAtMostOnce');
  });
});
