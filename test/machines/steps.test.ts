import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { actorNameOf } from '../../src/machines/actor-names.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { drive, START } from './drive.ts';

const when = (...conditions: readonly string[]): JsonObject => ({
  criteria: conditions.map((condition) => ({ condition })),
});
const retry = (more: JsonObject = {}): JsonObject => ({
  name: 'again',
  type: 'retry',
  retryLimit: 2,
  retryAfter: 3,
  ...more,
});
const one = (more: JsonObject = {}) =>
  planOf({ steps: [stepOf('s', {}, more)], outputs: { o: '$steps.s.outputs.o' } });

describe('a request', () => {
  it('holds the values that expressions refer to, their types kept', () => {
    const plan = planOf({
      inputs: { type: 'object', properties: { a: {}, b: {} } },
      steps: [stepOf('s', { a: '$inputs.a', text: 'b is {$inputs.b}', fixed: 1 })],
    });
    expect(drive(plan, { a: { deep: [1, null] }, b: true }).calls).toEqual([
      {
        stepId: 's',
        attempt: 1,
        key: 'run/s/1/1',
        parameters: [],
        body: { payload: { a: { deep: [1, null] }, text: 'b is true', fixed: 1 } },
      },
    ]);
  });

  it('leaves out what is absent, keeps null, and has null for an absent item of an array', () => {
    const plan = planOf({
      inputs: { type: 'object', properties: { a: {}, b: {}, n: {} } },
      steps: [stepOf('s', { a: '$inputs.a', list: ['$inputs.b', 1], n: '$inputs.n' })],
    });
    expect(drive(plan, { n: null }).calls[0]?.body?.payload).toEqual({ list: [null, 1], n: null });
  });

  it('that cannot be made says why, and its failure is of kind request', () => {
    const plan = planOf({
      steps: [
        {
          stepId: 's',
          operationId: 'read',
          parameters: [{ name: 'id', in: 'path', value: '$steps.t.outputs.x' }],
        },
        stepOf('t', {}, { outputs: { x: '$statusCode' } }),
      ],
    });
    const run = drive(plan);
    expect(run.calls[0]?.problem).toContain('"id"');
    expect(run.reject({ kind: 'request', message: 'No.' }).output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'request' },
    });
  });

  it('says how long it may take and that it may go out once at most, where the document does', () => {
    const plan = planOf(
      { steps: [stepOf('s', {}, { timeout: 700, 'x-xstate': { atMostOnce: true } })] },
      { arazzo: '1.1.0' },
    );
    expect(drive(plan).calls[0]).toMatchObject({ timeoutMs: 700, atMostOnce: true });
  });

  it('has another key for each attempt, and for each visit of its step', () => {
    const plan = one({ onFailure: [retry({ retryLimit: 1 }), { name: 'back', type: 'goto', stepId: 's' }] });
    const run = drive(plan).respond(500).elapse().respond(500).respond(500).elapse();
    expect(run.calls.map(({ key }) => key)).toEqual(['run/s/1/1', 'run/s/1/2', 'run/s/2/1', 'run/s/2/2']);
  });

  it('has another key each time that its workflow is called', () => {
    const onSuccess = [{ name: 'onceMore', type: 'goto', stepId: 'call' }];
    const workflows = [
      { workflowId: 'w', steps: [{ stepId: 'call', workflowId: 'called', onSuccess }] },
      { workflowId: 'called', steps: [stepOf('s')] },
    ];
    const run = drive(planOf({}, { workflows }));
    const actorId = actorNameOf('calling', 's');
    const respond = () =>
      run.send({ type: `xstate.done.actor.${actorId}`, output: { statusCode: 200, headers: {} }, actorId });
    respond();
    respond();
    expect(run.calls.map(({ key }) => key)).toEqual([
      'run/calling/1/1/s/1/1',
      'run/calling/2/1/s/1/1',
      'run/calling/3/1/s/1/1',
    ]);
  });

  it('has another key each time that it is sent before a retry, also of a wait that ended before its own request', () => {
    const before = { retryLimit: 2, retryAfter: 0, stepId: 'wake' };
    const plan = planOf({
      inputs: inputsOf(['code']),
      steps: [
        stepOf('verify', uses('code'), {
          'x-xstate': { timeoutSeconds: 60 },
          onFailure: [retry(before)],
        }),
        stepOf('wake'),
      ],
    });
    const actorId = actorNameOf('', 'wake');
    const run = drive(plan);
    for (let times = 0; times < 2; times += 1) {
      // The wait is over, and so is the pause before the retry.
      run.elapse().elapse();
      run.send({ type: `xstate.done.actor.${actorId}`, output: { statusCode: 200, headers: {} }, actorId });
    }
    expect(run.calls.map(({ key }) => key)).toEqual(['run/verify/1/before/wake', 'run/verify/2/before/wake']);
  });
});

describe('a success', () => {
  it('is a 2xx where the document does not say', () => {
    expect([200, 204, 299, 300, 199, 404].map((code) => drive(one()).respond(code).state())).toEqual([
      'done',
      'done',
      'done',
      'failed',
      'failed',
      'failed',
    ]);
  });

  it('needs all of the criteria', () => {
    const plan = one({
      successCriteria: [{ condition: '$statusCode == 200' }, { condition: '$response.body#/ok == true' }],
    });
    expect(drive(plan).respond(200, { ok: true }).state()).toBe('done');
    expect(drive(plan).respond(200, { ok: false }).state()).toBe('failed');
    expect(drive(plan).respond(500, { ok: true }).state()).toBe('failed');
  });

  it('may be any status, where the criteria say so', () => {
    expect(
      drive(one({ successCriteria: [{ condition: '$statusCode == 404' }] }))
        .respond(404)
        .state(),
    ).toBe('done');
  });

  it('takes the first action whose criteria hold', () => {
    const plan = planOf({
      steps: [
        stepOf(
          's',
          {},
          {
            onSuccess: [
              { name: 'a', type: 'goto', stepId: 'u', ...when('$statusCode == 201') },
              { name: 'b', type: 'end', ...when('$statusCode >= 201') },
            ],
          },
        ),
        stepOf('t'),
        stepOf('u'),
      ],
    });
    expect([200, 201, 202].map((code) => drive(plan).respond(code).state())).toEqual(['t', 'u', 'done']);
  });

  it('keeps the outputs that resolve, and replaces those of an earlier run', () => {
    const plan = one({
      outputs: { o: '$response.body#/o', p: '$response.body#/p' },
      onSuccess: [{ name: 'more', type: 'goto', stepId: 's', ...when('$statusCode == 202') }],
    });
    const run = drive(plan).respond(202, { o: 1, p: 2 });
    expect(run.context().steps).toEqual({ s: { outputs: { o: 1, p: 2 } } });
    expect(run.respond(200, { p: 3 }).context().steps).toEqual({ s: { outputs: { p: 3 } } });
    expect(run.output()).toEqual({ status: 'done', outputs: {} });
  });

  it('clears the failure', () => {
    const plan = planOf({ steps: [stepOf('s', {}, { onFailure: [retry()] }), stepOf('t')] });
    const run = drive(plan).respond(500);
    expect(run.context().failure).toMatchObject({ statusCode: 500 });
    expect(run.elapse().respond(200).context().failure).toBeUndefined();
  });
});

describe('a failure', () => {
  const gone = { name: 'gone', type: 'end', ...when('$statusCode == 404') };

  it('takes the first action whose criteria hold, and names it as its reason', () => {
    const plan = one({ onFailure: [gone, { name: 'other', type: 'end' }] });
    expect(drive(plan).respond(404).output()).toMatchObject({
      failure: { reason: 'gone', endedBy: 'gone', statusCode: 404 },
    });
    expect(drive(plan).respond(500).output()).toMatchObject({
      failure: { reason: 'other', endedBy: 'other' },
    });
  });

  it('ends the run where no action matches, without a reason', () => {
    const output = drive(one({ onFailure: [gone] }))
      .respond(500, { error_type: 'broken', error_message: 'It broke.' })
      .output();
    expect(output).toEqual({
      status: 'failed',
      outputs: {},
      failure: {
        kind: 'response',
        stepId: 's',
        attempt: 1,
        statusCode: 500,
        errorType: 'broken',
        message: 'It broke.',
        body: { error_type: 'broken', error_message: 'It broke.' },
      },
    });
  });

  it.each(['network', 'timeout', 'interrupted', 'internal', 'request'] as const)(
    'of kind %s takes the actions that need no response',
    (kind) => {
      const plan = one({ onFailure: [gone, { name: 'lost', type: 'end', ...when('$statusCode == null') }] });
      expect(drive(plan).lose(kind).output()).toMatchObject({
        failure: { kind, reason: 'lost', attempt: 1 },
      });
    },
  );

  it('has no status code and no body of a response that never came', () => {
    const { failure } = drive(one()).lose().output() as { failure: object };
    expect(failure).toEqual({ kind: 'network', stepId: 's', attempt: 1, message: 'It is lost.' });
  });

  it('keeps the outputs that resolve, beside those of an earlier success', () => {
    const plan = planOf({
      steps: [
        stepOf('s', {}, { outputs: { o: '$response.body#/o', p: '$response.body#/p' } }),
        stepOf('t', {}, { onFailure: [{ name: 'b', type: 'goto', stepId: 's' }] }),
      ],
      outputs: { o: '$steps.s.outputs.o', p: '$steps.s.outputs.p' },
    });
    const run = drive(plan).respond(200, { o: 1 }).respond(500).respond(500, { p: 2 });
    expect(run.output()).toMatchObject({ status: 'failed', outputs: { o: 1, p: 2 } });
  });

  it('keeps what an earlier success gave where there is no response', () => {
    const plan = one({
      outputs: { o: '$response.body#/o' },
      onSuccess: [{ name: 'more', type: 'goto', stepId: 's' }],
    });
    expect(drive(plan).respond(200, { o: 1 }).lose().output()).toMatchObject({ outputs: { o: 1 } });
  });
});

describe('an output', () => {
  const plan = one({ outputs: { o: '$response.body#/o' } });

  it('of 1 MiB is kept, and a larger one fails the step', () => {
    const text = 'x'.repeat(1024 * 1024 - 2);
    expect(drive(plan).respond(200, { o: text }).state()).toBe('done');
    expect(
      drive(plan)
        .respond(200, { o: `${text}x` })
        .output(),
    ).toEqual({
      status: 'failed',
      outputs: {},
      failure: {
        kind: 'internal',
        stepId: 's',
        attempt: 1,
        message: 'The output "o" is larger than 1048576 bytes.',
      },
    });
  });

  it('may be limited otherwise, in bytes', () => {
    expect(drive(plan, {}, { maxOutputBytes: 6 }).respond(200, { o: 'öö' }).state()).toBe('done');
    expect(drive(plan, {}, { maxOutputBytes: 5 }).respond(200, { o: 'öö' }).state()).toBe('failed');
  });

  it('of a failed attempt is left out where it is too large', () => {
    expect(
      drive(plan, {}, { maxOutputBytes: 6 }).respond(500, { o: 'far too long' }).context().steps,
    ).toEqual({});
  });
});

describe('a retry', () => {
  it('waits for its time and sends again, as often as it may, and no more', () => {
    const run = drive(one({ onFailure: [retry()] }));
    for (const attempt of [1, 2]) {
      run.respond(503);
      expect(run.state()).toBe('sBackoff');
      expect(run.context()).toMatchObject({
        attempts: { again: attempt },
        retryAt: START + 3000,
        failure: { attempt },
      });
      run.elapse();
      expect(run.context().retryAt).toBeUndefined();
    }
    expect(run.respond(503).state()).toBe('failed');
    expect(run.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(run.waits).toEqual([START + 3000, START + 3000]);
  });

  it('happens once where the document does not say how often', () => {
    const plan = one({ onFailure: [{ name: 'again', type: 'retry' }] });
    expect(drive(plan).respond(500).elapse().respond(500).state()).toBe('failed');
    expect(drive(plan).respond(500).waits).toEqual([START]);
  });

  it('has a budget of its own beside other retries of the step', () => {
    const plan = one({
      onFailure: [
        retry({ name: 'a', retryLimit: 1, ...when('$statusCode == 500') }),
        retry({ name: 'b', retryLimit: 1 }),
      ],
    });
    const run = drive(plan).respond(500).elapse().respond(500).elapse();
    expect(run.context().attempts).toEqual({ a: 1, b: 1 });
    expect(run.respond(500).state()).toBe('failed');
  });

  it('has its whole budget again at the next visit of the step', () => {
    const plan = planOf({
      steps: [
        stepOf('s', {}, { onFailure: [retry({ retryLimit: 1 })] }),
        stepOf('t', {}, { onFailure: [{ name: 'b', type: 'goto', stepId: 's' }] }),
      ],
    });
    const run = drive(plan).respond(500).elapse().respond(200);
    expect(run.context()).toMatchObject({ attempt: 1, attempts: {} });
    expect(run.respond(500).respond(500).state()).toBe('sBackoff');
  });

  it('may be limited for all steps', () => {
    expect(
      drive(one({ onFailure: [retry({ retryLimit: 9 })] }), {}, { maxRetries: 1 })
        .respond(500)
        .elapse()
        .respond(500)
        .state(),
    ).toBe('failed');
  });

  it('waits as long as Retry-After says, in seconds or until a date', () => {
    const plan = one({ onFailure: [retry()] });
    expect(drive(plan).respond(503, undefined, { 'retry-after': '60' }).waits).toEqual([START + 60_000]);
    expect(
      drive(plan).respond(503, undefined, { 'Retry-After': new Date(START + 5000).toUTCString() }).waits,
    ).toEqual([START + 5000]);
  });

  it('does not match where Retry-After is above the cap, and the failure says when', () => {
    const plan = one({ onFailure: [retry(), { name: 'later', type: 'end' }] });
    const run = drive(plan).respond(503, undefined, { 'retry-after': '61' });
    expect(run.output()).toMatchObject({ failure: { reason: 'later', retryAt: START + 61_000 } });
    expect(
      drive(plan, {}, { retryAfterCapSeconds: 100 }).respond(503, undefined, { 'retry-after': '61' }).state(),
    ).toBe('sBackoff');
  });

  it('goes where a timer that breaks ends the run', () => {
    const run = drive(one({ onFailure: [retry()] }))
      .respond(503)
      .send({ type: 'xstate.error.actor.wait', error: new Error('x'), actorId: 'wait' });
    expect(run.output()).toMatchObject({ status: 'failed', failure: { kind: 'internal' } });
  });
});

describe('a run without end', () => {
  it('fails once it has prepared as many requests as it may', () => {
    const plan = one({ onFailure: [{ name: 'back', type: 'goto', stepId: 's' }] });
    const run = drive(plan, {}, { maxSteps: 3 }).respond(500).respond(500).respond(500);
    expect(run.output()).toMatchObject({ status: 'failed', failure: { kind: 'maxSteps' } });
    expect(run.calls.map(({ problem }) => problem === undefined)).toEqual([true, true, true, false]);
    expect(run.emitted.filter(({ type }) => type === 'step.started')).toHaveLength(3);
  });
});

describe('cancel', () => {
  it('ends the run from any state, with the outputs so far', () => {
    const plan = planOf({
      inputs: inputsOf(['a']),
      steps: [stepOf('s', {}, { outputs: { o: '$statusCode' } }), stepOf('t', uses('a'))],
      outputs: { o: '$steps.s.outputs.o' },
    });
    expect(drive(plan).send({ type: 'cancel' }).output()).toEqual({ status: 'cancelled', outputs: {} });
    expect(drive(plan).respond().send({ type: 'cancel' }).output()).toEqual({
      status: 'cancelled',
      outputs: { o: 200 },
    });
  });
});

describe('the emitted events', () => {
  it('tell of each attempt and of each wait, in order', () => {
    const plan = planOf({
      inputs: inputsOf(['a']),
      steps: [stepOf('s', {}, { onFailure: [retry()] }), stepOf('t', uses('a'))],
    });
    const run = drive(plan).respond(503).elapse().respond(200).submit({ a: 'x' }).lose();
    expect(
      run.emitted.map((event) => [
        event.type,
        event.stepId,
        'attempt' in event ? event.attempt : event.inputs,
      ]),
    ).toEqual([
      ['step.started', 's', 1],
      ['step.failed', 's', 1],
      ['step.retrying', 's', 2],
      ['step.started', 's', 2],
      ['step.succeeded', 's', 2],
      ['input.required', 't', ['a']],
      ['step.started', 't', 1],
      ['step.failed', 't', 1],
    ]);
    expect(run.emitted[2]).toEqual({
      type: 'step.retrying',
      stepId: 's',
      attempt: 2,
      delayMs: 3000,
      retryAt: START + 3000,
    });
  });

  it('do not speak of a wait that is passed at once', () => {
    const plan = planOf({ inputs: inputsOf(['a']), steps: [stepOf('t', uses('a'))] });
    expect(drive(plan, { a: 'x' }).emitted.map(({ type }) => type)).toEqual(['step.started']);
  });

  it('mask the secrets in the body of a failure, by their names and by the document', () => {
    const plan = planOf({
      inputs: { type: 'object', properties: { pin: { 'x-xstate': { secret: true } } } },
      steps: [stepOf('s', uses('pin'))],
    });
    const run = drive(plan, { pin: '1234' }).respond(400, {
      pin: '1234',
      nested: [{ token: 'abc' }],
      note: 'shown',
    });
    expect(run.emitted.at(-1)).toMatchObject({
      failure: { body: { pin: '•••', nested: [{ token: '•••' }], note: 'shown' } },
    });
    expect(JSON.stringify(run.emitted)).not.toMatch(/1234|abc/);
    expect(run.context().failure?.body).toMatchObject({ pin: '1234' });
  });
});

it('judges an event anew that is sent to another snapshot', async () => {
  const { transition } = await import('xstate');
  const plan = planOf({
    inputs: inputsOf([], { ok: {} }),
    steps: [stepOf('s', uses('ok'), { successCriteria: [{ condition: '$inputs.ok == true' }] })],
  });
  const event = { type: 'xstate.done.actor.s', output: { statusCode: 200 }, actorId: 's' };
  const ends = [true, false].map((ok) => {
    const run = drive(plan, { ok });
    return transition(run.machine, run.snapshot(), event)[0].value;
  });
  expect(ends).toEqual(['done', 'failed']);
});
