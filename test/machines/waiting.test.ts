import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { drive, START } from './drive.ts';

const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });
const login = planOf({
  inputs: inputsOf(['phone', 'code'], {
    phone: { type: 'string', minLength: 3 },
    code: { type: 'string', pattern: '^[0-9]{6}$' },
    note: { type: 'string' },
  }),
  steps: [
    stepOf('send', uses('phone'), {
      'x-xstate': { repeatable: { afterSeconds: 15 } },
      onFailure: [
        { name: 'again', type: 'retry', retryAfter: 2, ...when('$statusCode == 503') },
        { name: 'badPhone', type: 'goto', stepId: 'send', ...when('$statusCode == 400') },
      ],
    }),
    stepOf('verify', uses('code', 'note'), {
      'x-xstate': { timeoutSeconds: 300 },
      onFailure: [
        { name: 'wrong', type: 'goto', stepId: 'verify', ...when('$statusCode == 400') },
        { name: 'expired', type: 'goto', stepId: 'send', ...when('$statusCode == 410') },
        { name: 'tooLate', type: 'end', ...when('$statusCode == null') },
      ],
    }),
  ],
});
const atCode = () => drive(login, { phone: '+15' }).respond();

describe('submit', () => {
  it('is asked for before the step that needs it, and goes on once it is there', () => {
    const run = drive(login);
    expect([run.state(), run.calls.length]).toEqual(['awaitingPhone', 0]);
    run.submit({ phone: '+15' });
    expect([run.state(), run.calls[0]?.body?.payload]).toEqual(['sending', { phone: '+15' }]);
  });

  it('may give inputs of later steps, which are not asked for then', () => {
    const run = drive(login).submit({ phone: '+15', code: '123456', note: 'x' }).respond();
    expect([run.state(), run.calls.at(-1)?.body?.payload]).toEqual([
      'verifying',
      { code: '123456', note: 'x' },
    ]);
  });

  it('may be partial', () => {
    const plan = planOf({ inputs: inputsOf(['a', 'b']), steps: [stepOf('s', uses('a', 'b'))] });
    const run = drive(plan).submit({ a: 'x' });
    expect([run.state(), run.context().inputs]).toEqual(['awaitingInputs', { a: 'x' }]);
    expect(run.submit({ b: 'y' }).state()).toBe('s');
  });

  it('keeps nothing where one value is bad, and never the value', () => {
    const run = drive(login).submit({ phone: '1', code: 'S3CRET', note: 'fine' });
    expect(run.context().inputs).toEqual({});
    expect(run.context().rejection?.map(({ input, rule }) => [input, rule])).toEqual([
      ['phone', 'minLength'],
      ['code', 'pattern'],
    ]);
    expect(JSON.stringify(run.context())).not.toContain('S3CRET');
  });

  it('forgets the rejection at the next good one', () => {
    const plan = planOf({ inputs: inputsOf(['a', 'b']), steps: [stepOf('s', uses('a', 'b'))] });
    const run = drive(plan).submit({ a: 1 });
    expect(run.context().rejection).toHaveLength(1);
    expect(run.submit({ a: 'x' }).context().rejection).toBeUndefined();
  });

  it('is not taken for an input whose home is an earlier step, or that nobody knows', () => {
    const run = atCode().submit({ phone: '+99', code: '123456', nobody: 1 });
    expect(run.context().rejection?.map(({ input, rule }) => [input, rule])).toEqual([
      ['phone', 'notAsked'],
      ['nobody', 'notAsked'],
    ]);
    expect(run.context().inputs).toEqual({ phone: '+15' });
  });

  it('checks all inputs together once the last required one is there', () => {
    const plan = planOf({
      inputs: {
        ...inputsOf(['a', 'b']),
        not: { properties: { a: { const: 'x' }, b: { const: 'x' } }, required: ['a', 'b'] },
      },
      steps: [stepOf('s', uses('a')), stepOf('t', uses('b'))],
    });
    const run = drive(plan).submit({ a: 'x' }).respond().submit({ b: 'x' });
    expect([run.state(), run.context().rejection?.map(({ input }) => input)]).toEqual(['awaitingB', ['']]);
    expect(run.submit({ b: 'y' }).state()).toBe('t');
  });

  it('is ignored outside of a waiting state', () => {
    const run = drive(login, { phone: '+15' }).submit({ code: '123456' });
    expect([run.state(), run.context().inputs]).toEqual(['sending', { phone: '+15' }]);
  });

  it('clears the failure', () => {
    const run = atCode().submit({ code: '123456' }).respond(400);
    expect(run.context().failure).toMatchObject({ reason: 'wrong' });
    expect(run.submit({ code: '654321' }).context().failure).toBeUndefined();
  });
});

describe('a failure action that leads back', () => {
  it('asks again for what is at home in its step', () => {
    const run = atCode().submit({ code: '123456', note: 'kept' }).respond(400);
    expect([run.state(), run.context().inputs]).toEqual(['awaitingCode', { phone: '+15', note: 'kept' }]);
  });

  it('runs an earlier step with what it had, and then asks for what came after', () => {
    const run = atCode().submit({ code: '123456' }).respond(410);
    expect([run.state(), run.context().inputs]).toEqual(['sending', { phone: '+15' }]);
    expect(run.respond().state()).toBe('awaitingCode');
  });

  it('asks again for an input that was given up front', () => {
    const run = drive(login, { phone: '+15', code: '123456' }).respond().respond(400);
    expect(run.state()).toBe('awaitingCode');
  });

  it('to the first step asks for its own inputs', () => {
    expect(drive(login, { phone: '+15' }).respond(400).state()).toBe('awaitingPhone');
  });
});

describe('repeat', () => {
  it('runs the nearest earlier repeatable step again, once its cooldown is over', () => {
    const run = atCode().send({ type: 'repeat' });
    expect(run.state()).toBe('awaitingCode');
    expect(run.context().rejection).toEqual([
      { input: '', rule: 'cooldown', message: expect.stringContaining('15 seconds') },
    ]);
    run.advance(14_999).send({ type: 'repeat' });
    expect(run.state()).toBe('awaitingCode');
    run.advance(1).send({ type: 'repeat' });
    expect([run.state(), run.context().rejection, run.calls.length]).toEqual(['sending', undefined, 2]);
    expect(run.respond().state()).toBe('awaitingCode');
  });

  it('that fails comes back with the failure, and takes no action of the step', () => {
    const run = atCode().advance(15_000).send({ type: 'repeat' }).respond(400);
    expect([run.state(), run.context().failure?.statusCode, run.context().inputs]).toEqual([
      'awaitingCode',
      400,
      { phone: '+15' },
    ]);
    expect(run.context().repeat).toBeUndefined();
  });

  it('is retried as the step says before it comes back', () => {
    const run = atCode().advance(15_000).send({ type: 'repeat' }).respond(503);
    expect(run.state()).toBe('sendingBackoff');
    expect(run.elapse().respond(503).state()).toBe('awaitingCode');
  });

  it('that is lost comes back too', () => {
    expect(atCode().advance(15_000).send({ type: 'repeat' }).lose().state()).toBe('awaitingCode');
  });

  it('is ignored where no earlier step is repeatable', () => {
    expect(drive(login).send({ type: 'repeat' }).context().rejection).toBeUndefined();
  });

  it('is over where a person goes back in the middle of it', () => {
    const plan = planOf({
      inputs: inputsOf(['a', 'b', 'c']),
      steps: [
        stepOf('one', uses('a')),
        stepOf('two', uses('b'), { 'x-xstate': { repeatable: true } }),
        stepOf('three', uses('c'), {
          onFailure: [{ name: 'x', type: 'goto', stepId: 'three', 'x-xstate': { ask: ['b', 'c'] } }],
        }),
      ],
    });
    const run = drive(plan, { a: '1', b: '2', c: '3' }).respond().respond().respond(500);
    run
      .send({ type: 'repeat' })
      .send({ type: 'revise', input: 'a' })
      .submit({ a: '4' })
      .respond()
      .submit({ b: '5' });
    expect(run.context().repeat).toBeUndefined();
    expect(run.respond(500).state()).toBe('failed');
  });
});

describe('revise', () => {
  it('goes back to where the input was asked, and forgets it and all later homes', () => {
    const run = atCode().submit({ code: 'bad' }).send({ type: 'revise', input: 'phone' });
    expect([run.state(), run.context().inputs, run.context().rejection]).toEqual([
      'awaitingPhone',
      {},
      undefined,
    ]);
  });

  it.each(['note', 'nobody', '__proto__', 'constructor'])('of "%s" is ignored', (input) => {
    const run = atCode().send({ type: 'revise', input });
    expect([run.state(), run.context().inputs]).toEqual(['awaitingCode', { phone: '+15' }]);
  });
});

describe('the time limit of a wait', () => {
  it('is absolute, and its end takes the failure edges with kind timeout', () => {
    const run = atCode();
    expect([run.waits, run.context().expiresAt]).toEqual([[START + 300_000], START + 300_000]);
    expect(run.elapse().output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout', stepId: 'verify', attempt: 0, reason: 'tooLate' },
    });
  });

  it('is over once the wait is', () => {
    expect(atCode().submit({ code: '123456' }).context().expiresAt).toBeUndefined();
  });

  it('sends an input.required only where it is waited', () => {
    const run = drive(login, { phone: '+15', code: '123456' }).respond();
    expect(run.emitted.some(({ type }) => type === 'input.required')).toBe(false);
  });
});

describe('inputs at the start', () => {
  it('that are bad are refused before the first request', () => {
    const run = drive(login, { phone: 3 });
    expect(run.output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'request', message: expect.stringContaining('"phone"') },
    });
    expect([run.calls.map(({ problem }) => problem), run.emitted]).toEqual([
      ['The run has ended before this request.'],
      [],
    ]);
  });

  it('have the defaults of the document, through allOf and $ref', () => {
    const plan = planOf(
      {
        inputs: { allOf: [{ properties: { a: { default: 1 } } }, { $ref: '#/components/inputs/base' }] },
        steps: [stepOf('s', uses('a', 'b'))],
      },
      { components: { inputs: { base: { properties: { b: { default: null } } } } } },
    );
    expect(drive(plan).calls[0]?.body?.payload).toEqual({ a: 1, b: null });
    expect(drive(plan, { a: 2, b: undefined }).calls[0]?.body?.payload).toEqual({ a: 2, b: null });
  });

  it('are all needed where nothing is deferred, also those that no step refers to', () => {
    const options = { deferredInputs: false };
    expect(drive(login, { phone: '+15' }, options).output()).toMatchObject({
      failure: { kind: 'request', message: expect.stringContaining('"code"') },
    });
    const plan = planOf({ inputs: inputsOf(['a']), steps: [stepOf('s')] });
    expect(drive(plan, {}, options).state()).toBe('failed');
    expect(drive(plan).state()).toBe('s');
    expect(drive(login, { phone: '+15', code: '123456' }, options).respond().respond(400).state()).toBe(
      'verifying',
    );
  });
});

describe('a secret input', () => {
  const plan = planOf({
    inputs: inputsOf(['password', 'code'], { token: {} }),
    steps: [stepOf('s', uses('password')), stepOf('t'), stepOf('u', uses('code'))],
  });

  it('is gone once nothing that can still run refers to it', () => {
    const run = drive(plan, { password: 'p', code: 'c' });
    expect(run.context().inputs).toEqual({ password: 'p', code: 'c' });
    run.respond().respond();
    expect(run.context().inputs).toEqual({ code: 'c' });
  });

  it('is gone however the run ends', () => {
    const inputs = { password: 'p', code: 'c' };
    for (const run of [
      drive(plan, inputs).send({ type: 'cancel' }),
      drive(plan, inputs).lose(),
      drive(plan, inputs, { maxSteps: 1 }).respond(),
      drive(plan, { ...inputs, code: 1 }),
    ]) {
      expect(run.snapshot().status).toBe('done');
      expect(JSON.stringify(run.context())).not.toContain('"p"');
    }
  });

  it('that nothing refers to is gone from the start', () => {
    expect(drive(plan, { token: 'x' }).context().inputs).toEqual({});
  });
});
