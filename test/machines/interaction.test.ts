import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { describeWait, pendingInputs } from '../../src/machines/describe-wait.ts';
import { persist } from '../../src/machines/persist.ts';
import { createActor, type AnyStateMachine } from 'xstate';
import { link, documentOf, planOf, stepOf } from '../plan/small-documents.ts';
import { drive, START, type Drive } from './drive.ts';

const DRAFT = { arazzo: '1.2.0' };
const HOUR = 3_600_000;

const approval: JsonObject = {
  prompt: 'Take **{$inputs.what}**?',
  context: { found: '$steps.look.outputs.value', fixed: 1, absent: '$steps.look.outputs.none' },
  inputSchema: {
    type: 'object',
    required: ['approved'],
    properties: {
      approved: { type: 'boolean' },
      note: { type: 'string', maxLength: 5, default: 'none' },
      pin: { type: 'string', format: 'password' },
    },
  },
};

const look = stepOf('look', { what: '$inputs.what' }, { outputs: { value: '$response.body#/value' } });

function approvalOf(more: JsonObject = {}, interaction: JsonObject = approval): JsonObject {
  return {
    inputs: { type: 'object', required: ['what'], properties: { what: { type: 'string' } } },
    steps: [
      look,
      {
        stepId: 'approve',
        interaction,
        successCriteria: [{ condition: '$interaction.payload#/approved == true' }],
        outputs: { note: '$interaction.payload#/note', hidden: '$interaction.payload#/pin' },
        ...more,
      },
      stepOf('take', { note: '$steps.approve.outputs.note' }),
    ],
  };
}

/** A run that has come to the question. */
function atQuestion(more: JsonObject = {}, interaction?: JsonObject): Drive {
  return drive(planOf(approvalOf(more, interaction), DRAFT), { what: 'the bus' }).respond(200, { value: 7 });
}

describe('a step with an interaction', () => {
  it('waits in a state of its name, with the question as it was when it was come to', () => {
    const run = atQuestion();
    expect(run.state()).toBe('approving');
    expect([...run.snapshot().tags].toSorted()).toEqual(['step:approve', 'waiting']);
    expect(describeWait(run.snapshot())).toMatchObject({
      state: 'approving',
      stepId: 'approve',
      interaction: { mode: 'form', prompt: 'Take **the bus**?', context: { found: 7, fixed: 1 } },
    });
    expect(describeWait(run.snapshot())?.interaction?.context).not.toHaveProperty('absent');
    expect(run.emitted.at(-1)).toEqual({ type: 'input.required', stepId: 'approve', inputs: ['approved'] });
  });

  it('tells the members of the answer, the secret ones masked', () => {
    expect(pendingInputs(atQuestion().snapshot())).toEqual([
      { name: 'approved', schema: { type: 'boolean' }, required: true, secret: false },
      expect.objectContaining({ name: 'note', required: false, secret: false }),
      expect.objectContaining({ name: 'pin', required: false, secret: true }),
    ]);
  });

  it('gives its answer to criteria, outputs and what comes after, defaults applied', () => {
    const run = atQuestion().submit({ approved: true });
    expect(run.state()).toBe('take');
    expect(run.calls.at(-1)?.body?.payload).toEqual({ note: 'none' });
    expect(run.context().question).toBeUndefined();
    expect(run.emitted).toContainEqual({ type: 'step.succeeded', stepId: 'approve', attempt: 1 });
  });

  it('refuses an answer that is not what its schema says, and never repeats it', () => {
    const run = atQuestion().submit({ approved: 'secret answer', note: 'too long' });
    expect(run.state()).toBe('approving');
    expect(run.context().rejection?.map(({ input, rule }) => [input, rule])).toEqual([
      ['approved', 'type'],
      ['note', 'maxLength'],
    ]);
    expect(JSON.stringify(run.snapshot())).not.toContain('secret answer');
    expect(run.submit({}).context().rejection).toMatchObject([{ input: '', rule: 'required' }]);
    expect(run.submit({ approved: true }).context().rejection).toBeUndefined();
  });

  it.each([
    ['no JSON', { approved: 1n }, 'json'],
    ['too large', { approved: true, pin: 'x'.repeat(1024 * 1024) }, 'size'],
  ])('refuses what is %s', (_what, values, rule) => {
    const run = atQuestion().send({ type: 'submit', values });
    expect(run.context().rejection).toMatchObject([{ input: '', rule }]);
  });

  it('fails with another answer, and takes its failure actions by what was answered', () => {
    const onFailure = [
      {
        name: 'again',
        type: 'goto',
        stepId: 'approve',
        criteria: [{ condition: "$interaction.payload#/note == 'later'" }],
      },
      { name: 'rejected', type: 'end' },
    ];
    const run = atQuestion({ onFailure }).submit({ approved: false, note: 'later' });
    expect(run.state()).toBe('approving');
    expect(run.context()).toMatchObject({
      visits: { approve: 2 },
      failure: { kind: 'answer', reason: 'again' },
    });
    expect(run.submit({ approved: false }).output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'answer', stepId: 'approve', endedBy: 'rejected' },
    });
  });

  it('ends when the person declines: by onCancel, else by onFailure', () => {
    const onFailure = [{ name: 'failed', type: 'end' }];
    expect(atQuestion({ onFailure }).send({ type: 'decline' }).output()).toMatchObject({
      failure: { kind: 'declined', endedBy: 'failed' },
    });
    const onCancel = { name: 'left', type: 'goto', stepId: 'look' };
    expect(atQuestion({ onFailure, onCancel }).send({ type: 'decline' }).state()).toBe('look');
    const criteria = [{ condition: "$inputs.what == 'the bus'" }];
    expect(
      atQuestion({ onFailure, onCancel: [{ ...onCancel, criteria }] })
        .send({ type: 'decline' })
        .state(),
    ).toBe('look');
    expect(atQuestion({ onFailure, onCancel }).submit({ approved: false }).output()).toMatchObject({
      failure: { kind: 'answer', endedBy: 'failed' },
    });
  });

  it('is over after its timeout: by onTimeout in order, else by onFailure', () => {
    const onTimeout = [
      { name: 'never', type: 'end', criteria: [{ condition: '$inputs.what == 1' }] },
      { name: 'escalate', type: 'goto', stepId: 'take' },
    ];
    const run = atQuestion({ timeout: 'PT8H', onTimeout });
    expect(run.waits).toEqual([START + 8 * HOUR]);
    expect(describeWait(run.snapshot())?.expiresAt).toBe(START + 8 * HOUR);
    expect(run.elapse().state()).toBe('take');
    expect(run.context().failure).toMatchObject({ kind: 'timeout', reason: 'escalate' });
    expect(atQuestion({ timeout: 1000 }).elapse().output()).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout', stepId: 'approve' },
    });
  });

  it('asks again after a retry, which counts for itself in each list', () => {
    const retry = { name: 'again', type: 'retry', retryAfter: 5, retryLimit: 1 };
    const run = atQuestion({ timeout: 'PT1H', onTimeout: retry, onFailure: [retry] }).elapse();
    expect(run.state()).toBe('approvingBackoff');
    run.elapse();
    expect(run.state()).toBe('approving');
    run.submit({ approved: false });
    expect(run.state()).toBe('approvingBackoff');
    expect(run.context().attempts).toEqual({ again: 1, 'onTimeout again': 1 });
    expect(run.elapse().elapse().output()).toMatchObject({ failure: { kind: 'timeout', attempt: 3 } });
  });

  it('is left at once where it cannot be asked', () => {
    const interaction = { prompt: '{$steps.look.outputs.value}?', inputSchema: {} };
    const onFailure = [{ name: 'unasked', type: 'end' }];
    const plan = planOf(approvalOf({ onFailure }, interaction), DRAFT);
    const run = drive(plan, { what: 'it' }).respond(200, {});
    expect(run.output()).toMatchObject({ failure: { kind: 'request', endedBy: 'unasked' } });
    expect(run.emitted.map(({ type }) => type)).not.toContain('input.required');
  });

  it.each([
    ['{$inputs.what.size}?', { what: {} }, 'failed'],
    ['{$inputs.what.size}?', { what: { size: 1 } }, 'asking'],
    ['{$inputs.usual}?', {}, 'asking'],
  ])('asks %s with %o only where all of it is there', (prompt, given, state) => {
    const properties = { what: { type: 'object' }, usual: { default: 1 } };
    const steps = [{ stepId: 'asking', interaction: { prompt, inputSchema: {} } }];
    expect(drive(planOf({ inputs: { type: 'object', properties }, steps }, DRAFT), given).state()).toBe(
      state,
    );
  });

  it('ends by the limit of steps where it leads to itself and cannot be asked', () => {
    const interaction = { prompt: '{$steps.look.outputs.value}?', inputSchema: {} };
    const onFailure = [{ name: 'again', type: 'goto', stepId: 'approve' }];
    const plan = planOf(approvalOf({ onFailure }, interaction), DRAFT);
    const run = drive(plan, { what: 'it' }).respond(200, {});
    expect(run.output()).toMatchObject({ failure: { kind: 'maxSteps' } });
  });

  it('stays the same when the run is stored, and goes on', () => {
    const plan = planOf(approvalOf({ timeout: 'PT8H' }), DRAFT);
    const machine = compileMachine(plan, { now: () => START }) as unknown as AnyStateMachine;
    const before = drive(plan, { what: 'the bus' }).respond(200, { value: 7 });
    const actor = createActor(machine, {
      snapshot: persist({
        getPersistedSnapshot: () => machine.getPersistedSnapshot(before.snapshot()),
      }) as never,
    }).start();
    expect(describeWait(actor.getSnapshot())).toEqual(describeWait(before.snapshot()));
    actor.send({ type: 'submit', values: { approved: true } });
    expect(actor.getSnapshot().value).toBe('take');
    actor.stop();
  });

  it('is cancelled with the run', () => {
    expect(atQuestion().send({ type: 'cancel' }).output()).toMatchObject({ status: 'cancelled' });
  });

  it('can be asked inside of a called workflow', () => {
    const child = { ...approvalOf(), workflowId: 'child' };
    const call = { stepId: 'call', workflowId: 'child', parameters: [{ name: 'what', value: 'the bus' }] };
    const own = documentOf({ steps: [call] }, DRAFT);
    const { plans } = link({ ...own, workflows: [...(own['workflows'] as JsonObject[]), child] });
    const [plan] = plans;
    if (plan === undefined) throw new Error('It cannot be linked.');
    const run = drive(plan);
    run.send({
      type: 'xstate.done.actor.calling.look',
      output: { statusCode: 200 },
      actorId: 'calling.look',
    });
    const wait = describeWait(run.snapshot());
    expect(wait).toMatchObject({ state: 'calling.approving', path: 'calling', interaction: { context: {} } });
    run.submit({ approved: true });
    expect(run.snapshot().value).toEqual({ calling: 'take' });
  });

  it('takes what is made of a secret part of the answer for a secret', () => {
    const step = planOf(approvalOf(), DRAFT).steps[1];
    expect(step?.outputs.map(({ name, secret }) => [name, secret])).toEqual([
      ['note', false],
      ['hidden', true],
    ]);
  });
});

describe('an acknowledgement', () => {
  const interaction = { mode: 'acknowledge', prompt: 'Ready?' };
  const start = (more: JsonObject = {}): Drive =>
    drive(planOf({ steps: [{ stepId: 'confirm', interaction, ...more }] }, DRAFT));

  it('asks whether to proceed', () => {
    expect(pendingInputs(start().snapshot())).toMatchObject([{ name: 'acknowledged', required: true }]);
    expect(start().submit({ acknowledged: true }).output()).toMatchObject({ status: 'done' });
  });

  it('fails when it is not acknowledged, unless criteria say otherwise', () => {
    const refused = { acknowledged: false };
    expect(start().submit(refused).output()).toMatchObject({ failure: { kind: 'answer' } });
    const successCriteria = [{ condition: '$interaction.payload != null' }];
    expect(start({ successCriteria }).submit(refused).output()).toMatchObject({ status: 'done' });
  });
});

describe('a redirect', () => {
  const inputSchema = { type: 'object', required: ['code'], properties: { code: { type: 'string' } } };
  const url = 'https://auth.example/a?redirect_uri={$inputs.back}&state={$inputs.proof}&x=1';
  const visit = (interaction: JsonObject, inputs: JsonObject = {}): JsonObject => ({
    inputs: { type: 'object', properties: { back: {}, proof: {}, ...inputs } },
    steps: [
      {
        stepId: 'visit',
        interaction: { mode: 'redirect', prompt: 'Sign in', inputSchema, ...interaction },
        successCriteria: [{ condition: '$interaction.query.state == $inputs.proof' }],
        outputs: { code: '$interaction.query.code' },
      },
    ],
    outputs: { code: '$steps.visit.outputs.code' },
  });
  const given = { back: 'http://127.0.0.1:9/callback', proof: 'p1' };

  it('says where the browser goes and comes back to, and takes the query as the answer', () => {
    const run = drive(planOf(visit({ url }), DRAFT), given);
    expect(describeWait(run.snapshot())?.interaction).toMatchObject({
      url: 'https://auth.example/a?redirect_uri=http://127.0.0.1:9/callback&state=p1&x=1',
      callback: { url: 'http://127.0.0.1:9/callback', state: 'p1' },
    });
    expect(run.submit({ state: 'p1', code: 'abc' }).output()).toEqual({
      status: 'done',
      outputs: { code: 'abc' },
    });
  });

  it('is no success with another state', () => {
    const run = drive(planOf(visit({ url }), DRAFT), given);
    expect(run.submit({ state: 'p2', code: 'abc' }).output()).toMatchObject({ failure: { kind: 'answer' } });
  });

  it('leads to an operation, on the server that is used', () => {
    const parameters = [
      { name: 'q', in: 'query', value: '$inputs.back' },
      { name: 'page', in: 'query', value: '$inputs.none' },
    ];
    const run = drive(
      planOf(
        visit({ operationId: 'search', parameters }, { back: { 'x-xstate': { callback: 'url' } } }),
        DRAFT,
      ),
      given,
    );
    const at = (server?: string): string | undefined =>
      describeWait(run.snapshot(), server === undefined ? {} : { servers: { api: server } })?.interaction
        ?.url;
    expect(at()).toBe('https://api.example/items?q=http%3A%2F%2F127.0.0.1%3A9%2Fcallback');
    expect(at('http://localhost:1/v2')).toMatch(/^http:\/\/localhost:1\/v2\/items\?q=/);
    expect(describeWait(run.snapshot())?.interaction?.callback).toEqual({ url: given.back });
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'not a url'])('never leads to %s', (back) => {
    const run = drive(planOf(visit({ url: '$inputs.back' }), DRAFT), { ...given, back });
    expect(run.output()).toMatchObject({ failure: { kind: 'request' } });
  });

  it.each([
    ['call', []],
    [
      'read',
      [
        { name: 'id', in: 'path', value: 'a' },
        { name: 'x', in: 'header', value: 'a' },
      ],
    ],
  ])('does not lead to an operation that no link reaches (%s)', (operationId, parameters) => {
    const { plans, diagnostics } = link(documentOf(visit({ operationId, parameters }), DRAFT));
    expect(plans).toEqual([]);
    expect(diagnostics.map(({ code, location }) => [code, location.pointer])).toContainEqual([
      'plan/redirect-operation',
      '/workflows/0/steps/0/interaction/operationId',
    ]);
  });
});

describe('onTimeout of a step that sends a request', () => {
  const onTimeout = { name: 'late', type: 'goto', stepId: 'other' };
  const onFailure = [{ name: 'lost', type: 'end' }];
  const start = (): Drive =>
    drive(planOf({ steps: [stepOf('one', {}, { onTimeout, onFailure }), stepOf('other')] }, DRAFT));

  it('is tried when no response came in time, and then only', () => {
    expect(start().lose('timeout').state()).toBe('other');
    expect(start().lose('network').output()).toMatchObject({ failure: { endedBy: 'lost' } });
    expect(start().respond(500).output()).toMatchObject({ failure: { endedBy: 'lost' } });
  });
});

it('refuses a retry that asks a person first', () => {
  const retry = { name: 'again', type: 'retry', stepId: 'confirm' };
  const interaction = { mode: 'acknowledge', prompt: 'Ready?' };
  const steps = [{ stepId: 'confirm', interaction }, stepOf('send', {}, { onFailure: [retry] })];
  const { plans, diagnostics } = link(documentOf({ steps }, DRAFT));
  expect(plans).toEqual([]);
  expect(diagnostics).toMatchObject([
    { code: 'plan/not-supported', location: { pointer: '/workflows/0/steps/1/onFailure/0/stepId' } },
  ]);
});
