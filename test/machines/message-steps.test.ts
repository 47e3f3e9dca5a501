import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { toMermaid } from '../../src/diagram/to-mermaid.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { generateModule } from '../../src/machines/generate-module.ts';
import { readMessage } from '../../src/machines/exchange.ts';
import { CONFIRMED, PLACE, planOfMessages, TOLD } from '../asyncapi/order-workflow.ts';
import { drive } from './drive.ts';

const inputs = { item: 'book', request: 'r-1' };

describe('a step that uses a channel', async () => {
  const plan = await planOfMessages();

  it('is a busy state that invokes an actor of its name', () => {
    const { config } = compileMachine(plan);
    const { states } = config as unknown as { states: Record<string, JsonObject> };
    expect(states['confirmed']).toMatchObject({
      tags: ['busy', 'step:confirmed'],
      meta: { stepId: 'confirmed', operationId: 'placeOrder', action: 'receive', channel: 'confirmations' },
      invoke: { id: 'confirmed', src: 'confirmed' },
    });
    type Invoked = Record<string, { invoke: { onDone: { guard: { type: string } }[] } }>;
    const guardOf = (state: string): unknown =>
      (states as unknown as Invoked)[state]?.invoke.onDone[0]?.guard.type;
    expect([guardOf('placing'), guardOf('confirmed')]).toEqual(['message sent', 'message received']);
  });

  it('asks for the inputs that its message cannot be made without', () => {
    const run = drive(plan);
    expect(run.state()).toBe('awaitingInputs');
    expect(run.submit(inputs).state()).toBe('placing');
  });

  it('has sent what it was to send, where its actor says nothing', () => {
    for (const output of [undefined, null]) {
      const run = drive(plan, inputs).resolve(output);
      expect(run.state()).toBe('confirmed');
      expect(run.context().steps['place']?.outputs).toEqual({ request: 'r-1', item: 'book' });
    }
  });

  it('has sent what its actor says', () => {
    const run = drive(plan, inputs).resolve({
      message: { headers: { requestId: 7 }, payload: { item: 'pen' } },
    });
    expect(run.context().steps['place']?.outputs).toEqual({ request: '7', item: 'pen' });
    expect(run.calls[1]).toMatchObject({ correlationId: '7' });
  });

  it.each([undefined, null, 'x', 1, [], {}, { statusCode: 200 }, { payload: 1n }])(
    'has received nothing where its actor gives %s',
    (output) => {
      const run = drive(plan, inputs).resolve(undefined).resolve(output);
      expect(run.output()).toMatchObject({
        status: 'failed',
        failure: { kind: 'internal', stepId: 'confirmed' },
      });
    },
  );

  it('gives events without a status code', () => {
    const run = drive(plan, inputs).resolve(undefined);
    expect(run.emitted.filter(({ type }) => type === 'step.succeeded')).toEqual([
      { type: 'step.succeeded', stepId: 'place', attempt: 1 },
    ]);
  });

  it('may be lost like a request', () => {
    const run = drive(plan, inputs).lose('timeout');
    expect(run.output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout', stepId: 'place', attempt: 1 },
    });
  });
});

describe('a message that is no success', () => {
  it('fails the step with what it says, and can be retried by it', async () => {
    const again = {
      ...CONFIRMED,
      successCriteria: [{ condition: '$message.payload#/id != null' }],
      onFailure: [
        {
          name: 'again',
          type: 'retry',
          retryLimit: 1,
          criteria: [{ condition: "$message.payload#/code == 'busy'" }],
        },
      ],
    };
    const run = drive(await planOfMessages([PLACE, again]), inputs).resolve(undefined);
    run.resolve({ payload: { code: 'busy', message: 'Later.' } });
    expect(run.state()).toBe('confirmedBackoff');
    expect(run.context().failure).toEqual({
      kind: 'message',
      stepId: 'confirmed',
      attempt: 1,
      errorType: 'busy',
      message: 'Later.',
      body: { code: 'busy', message: 'Later.' },
    });
    run.elapse().resolve({ payload: { code: 'gone' } });
    expect(run.output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'message', attempt: 2, errorType: 'gone' },
    });
  });

  it('is seen by what an action hands to a workflow', async () => {
    const run = drive(await planOfMessages([PLACE, CONFIRMED, TOLD]), inputs)
      .resolve(undefined)
      .resolve({ payload: { id: 3 } });
    expect([run.state(), run.context().steps['confirmed']?.outputs]).toEqual(['tell', { id: 3 }]);
  });
});

describe('readMessage', () => {
  it('reads a message alone or as a member, with the names of its headers in lower case', () => {
    const message = { headers: { 'X-A': true, b: 1, none: { c: 1 } }, payload: null };
    const read = { headers: { 'x-a': 'true', b: '1' }, payload: null };
    expect([readMessage(message), readMessage({ message })]).toEqual([read, read]);
    expect(readMessage({ headers: {} })).toEqual({ headers: {} });
  });
});

describe('what is made of a plan with messages', () => {
  it('is a module that knows whose actors carry messages', async () => {
    const text = generateModule([await planOfMessages()]);
    expect(text).toContain('readonly steps: "place" | "confirmed" | "tell";');
    expect(text).toContain('readonly messages: "place" | "confirmed";');
    expect(generateModule([await planOfMessages([TOLD])])).not.toContain('readonly messages');
  });

  it('is a picture that says when a message was sent or received', async () => {
    const text = toMermaid(await planOfMessages(), { detail: 'full' });
    expect(text).toContain('placing --> confirmed : ✓\u00A0message sent');
    expect(text).toContain('confirmed --> tell : ✓\u00A0message received');
  });
});
