import { describe, expect, it } from 'vitest';
import { describeWait, pendingInputs } from '../../src/machines/describe-wait.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { drive, START, type Drive } from './drive.ts';

const wait = (run: Drive) => describeWait(run.snapshot() as never);

const plan = planOf({
  inputs: inputsOf(['email', 'organization', 'code'], {
    email: { type: 'string', title: 'E-mail' },
    organization: {
      type: 'string',
      'x-xstate': { choices: { from: '$steps.list.outputs.found', value: '/id', label: '/name' } },
    },
    minutes: { type: 'integer' },
    zone: { type: 'string', default: 'UTC' },
  }),
  steps: [
    stepOf('list', uses('email'), {
      outputs: { found: '$response.body#/found' },
      'x-xstate': { repeatable: { afterSeconds: 10 } },
    }),
    stepOf('pick', uses('organization', 'code', 'minutes', 'zone'), {
      description: 'Picks one.',
      'x-xstate': { timeoutSeconds: 60 },
      onFailure: [{ name: 'again', type: 'goto', stepId: 'pick' }],
    }),
  ],
});
const atPick = (found: unknown = []) => drive(plan, { email: 'a' }).respond(200, { found } as never);

describe('describeWait', () => {
  it('says what a person is asked, and for which step', () => {
    expect(wait(drive(plan))).toEqual({
      state: 'awaitingEmail',
      stepId: 'list',
      title: 'E-mail',
      inputs: [{ name: 'email', schema: { type: 'string', title: 'E-mail' }, required: true, secret: false }],
      canRepeat: false,
      revisable: [],
    });
  });

  it('has the required inputs first, then the optional ones that are absent', () => {
    expect(wait(atPick())?.inputs.map(({ name, required }) => [name, required])).toEqual([
      ['organization', true],
      ['code', true],
      ['minutes', false],
    ]);
  });

  it('leaves out what is there', () => {
    expect(wait(atPick().submit({ code: '1' }))?.inputs.map(({ name }) => name)).toEqual([
      'organization',
      'minutes',
    ]);
  });

  it('says when a repeat is taken again, and when the wait is over', () => {
    expect(wait(atPick())).toMatchObject({
      title: 'Picks one.',
      canRepeat: true,
      repeatAt: START + 10_000,
      expiresAt: START + 60_000,
    });
  });

  it('names the inputs that are there and can be revised', () => {
    expect(wait(atPick())?.revisable).toEqual(['email']);
    expect(wait(atPick().submit({ code: '1' }))?.revisable).toEqual(['email', 'code']);
  });

  it('says why a value was not taken, and why all of them were not', () => {
    const run = atPick().submit({ code: 1 });
    expect(wait(run)?.inputs.find(({ name }) => name === 'code')?.rejection).toMatchObject({ rule: 'type' });
    expect(wait(run)?.rejection).toBeUndefined();
    expect(wait(run.send({ type: 'repeat' }))?.rejection).toMatchObject({ input: '', rule: 'cooldown' });
  });

  it('has the last failure', () => {
    const run = atPick().submit({ organization: 'o', code: '1' }).respond(400, { error_type: 'wrong' });
    expect(wait(run)?.failure).toMatchObject({ statusCode: 400, errorType: 'wrong', reason: 'again' });
  });

  it('is undefined where nobody is waited for', () => {
    expect(wait(drive(plan, { email: 'a' }))).toBeUndefined();
    expect(wait(drive(plan).send({ type: 'cancel' }))).toBeUndefined();
  });
});

describe('choices', () => {
  const choices = (found: unknown) => wait(atPick(found))?.inputs[0]?.choices;

  it('are taken from what an earlier step returned', () => {
    expect(
      choices([
        { id: 'o1', name: 'Acme' },
        { id: 'o2', name: 'Umbrella' },
      ]),
    ).toEqual([
      { value: 'o1', label: 'Acme' },
      { value: 'o2', label: 'Umbrella' },
    ]);
  });

  it('are labelled by their value where there is no label, as JSON where it is no text', () => {
    expect(choices([{ id: 'o1' }, { id: 7, name: { de: 'Acme' } }])).toEqual([
      { value: 'o1', label: 'o1' },
      { value: 7, label: '{"de":"Acme"}' },
    ]);
  });

  it('leave out items without a value', () => {
    expect(choices([{ name: 'x' }, null, 3, { id: null }])).toEqual([{ value: null, label: 'null' }]);
  });

  it.each([[{}], ['x'], [null]])('are none where the step returned %j', (found) => {
    expect(choices(found)).toBeUndefined();
  });
});

it('pendingInputs gives the inputs alone, and nothing where nobody is waited for', () => {
  expect(pendingInputs(drive(plan).snapshot() as never).map(({ name }) => name)).toEqual(['email']);
  expect(pendingInputs(drive(plan, { email: 'a' }).snapshot() as never)).toEqual([]);
});

it('refuses the snapshot of another machine', () => {
  expect(() => pendingInputs({ value: 'x', context: {}, machine: { config: {} } })).toThrow(TypeError);
});
