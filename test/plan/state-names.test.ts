import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeName, nameOfWait, nameSteps, pascalCase, wordsOf } from '../../src/plan/state-names.ts';

const names = (...ids: readonly (string | readonly [stepId: string, pinned: string])[]): readonly string[] =>
  nameSteps(ids.map((id) => (typeof id === 'string' ? { stepId: id } : { stepId: id[0], pinned: id[1] })));

describe('wordsOf', () => {
  it.each([
    ['sendSmsOtp', ['send', 'sms', 'otp']],
    ['send-sms_otp', ['send', 'sms', 'otp']],
    ['sendSMSOtp', ['send', 'sms', 'otp']],
    ['getUser2Factor', ['get', 'user2', 'factor']],
    ['Login', ['login']],
    ['--', []],
    ['größeÄndern', ['größe', 'ändern']],
  ])('splits %s at capitals and signs', (id, words) => {
    expect(wordsOf(id)).toEqual(words);
  });

  it('splits a long id at once', () => {
    const started = performance.now();
    expect(wordsOf('A'.repeat(200_000))).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('nameSteps', () => {
  it.each([
    ['sendSmsOtp', 'sending'],
    ['authenticateOtp', 'authenticating'],
    ['exchangeIntoOrg', 'exchanging'],
    ['login-step', 'loggingIn'],
    ['pay', 'paying'],
  ])('names %s by the participle of its verb alone: %s', (id, name) => {
    expect(names(id)).toEqual([name]);
  });

  it.each([
    ['getSession', 'gettingSession'],
    ['list_pets', 'listingPets'],
    ['createOrder', 'creatingOrder'],
    ['run', 'running'],
  ])('keeps the rest of %s, whose verb says too little: %s', (id, name) => {
    expect(names(id)).toEqual([name]);
  });

  it('keeps the rest where two steps have the same participle', () => {
    expect(names('sendSmsOtp', 'sendMail', 'authenticate')).toEqual([
      'sendingSmsOtp',
      'sendingMail',
      'authenticating',
    ]);
  });

  it('takes an id without a verb as it is, in camel case', () => {
    expect(names('step-1', 'Otp_Code')).toEqual(['step1', 'otpCode']);
  });

  it('puts "_2" behind a name that an earlier step has', () => {
    expect(names('otp-code', 'otpCode', 'otp_code')).toEqual(['otpCode', 'otpCode_2', 'otpCode_3']);
  });

  it('gives no step the name of a final state', () => {
    expect(names('done', 'failed', 'cancelled')).toEqual(['done_2', 'failed_2', 'cancelled_2']);
  });

  it('names what has no letters', () => {
    expect(names('1', '42', '--', '__proto__')).toEqual(['step1', 'step42', 'step', 'proto']);
  });

  it('takes a pinned name as it is, and keeps other steps from having it', () => {
    expect(names('sendOtp', ['verify', 'sending'])).toEqual(['sending_2', 'sending']);
  });

  it.each(['done', 'a.b', '', '1st', '#x', 'two words'])(
    'does not take the pinned name "%s", which no state can have',
    (pin) => {
      expect(names(['sendOtp', pin])).toEqual(['sending']);
    },
  );

  it('lets only the first step have a name that two steps pin', () => {
    expect(names(['sendOtp', 'x'], ['verifyOtp', 'x'])).toEqual(['x', 'verifying']);
  });

  it('gives every step of any workflow a name of its own that XState can address', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 12 }), (ids) => {
        const given = names(...ids);
        expect(new Set(given).size).toBe(ids.length);
        for (const name of given) {
          expect(name).toMatch(/^\p{L}[\p{L}\p{N}_]*$/u);
          expect(['done', 'failed', 'cancelled']).not.toContain(name);
        }
      }),
    );
  });
});

describe('nameOfWait', () => {
  it.each([
    [['code'], 'awaitingCode'],
    [['phone_number'], 'awaitingPhoneNumber'],
    [['organization_id'], 'awaitingOrganization'],
    [['organizationId'], 'awaitingOrganizationId'],
    [['_id'], 'awaitingInput'],
    [['a', 'b'], 'awaitingInputs'],
    [['__proto__'], 'awaitingProto'],
  ])('of %j is %s', (inputs, name) => {
    expect(nameOfWait(inputs)).toBe(name);
  });
});

it('pascalCase begins every word with a capital', () => {
  expect(pascalCase(['authenticate', 'sms', 'otp'])).toBe('AuthenticateSmsOtp');
});

it('freeName counts on where numbers are taken as well', () => {
  expect(freeName('a', new Set(['a', 'a_2']))).toBe('a_3');
  expect(freeName('b', new Set(['a']))).toBe('b');
});
