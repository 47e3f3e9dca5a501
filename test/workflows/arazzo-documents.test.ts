import { Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { at, dataOf, failureActionsOf, membersOf, objectsIn, workflowOf } from './documents.ts';

interface Expected {
  readonly source: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly steps: readonly (readonly [stepId: string, operationId: string, outputs: readonly string[]])[];
  readonly outputs: readonly string[];
  /** By step: the failure actions in order, and the ones that end the run. */
  readonly failureActions: Readonly<Record<string, readonly string[]>>;
}

const CONSUMER = './openapi/stytch-consumer-openapi.yml';
const B2B = './openapi/stytch-b2b-openapi.yml';
const ENDINGS = ['tooManyRequests', 'unavailable', 'locked', 'unauthorized'];

function phoneLogin(send: string, operationId: string): Expected {
  return {
    source: CONSUMER,
    required: ['phone_number', 'code'],
    optional: ['session_duration_minutes'],
    steps: [
      [send, operationId, ['userId', 'phoneId']],
      ['authenticateOtp', 'api_otp_v1_Authenticate', ['userId', 'sessionToken', 'sessionJwt']],
    ],
    outputs: ['userId', 'sessionToken', 'sessionJwt'],
    failureActions: {
      [send]: ['askNumberAgain', 'askNumberAfterLostConnection', 'retryLater', ...ENDINGS],
      authenticateOtp: [
        'askCodeAgain',
        'sendNewCode',
        'noSession',
        'retryLater',
        'askCodeAfterLostConnection',
        ...ENDINGS,
      ],
    },
  };
}

const MFA_ENDINGS = [
  'tooManyRequests',
  'unavailable',
  'startAgain',
  'memberUnknown',
  'locked',
  'unauthorized',
];

const WORKFLOWS: Readonly<Record<string, Expected>> = {
  'sms-otp-login': phoneLogin('sendSmsOtp', 'api_otp_v1_otp_sms_LoginOrCreate'),
  'whatsapp-otp-login': phoneLogin('sendWhatsappOtp', 'api_otp_v1_otp_whatsapp_LoginOrCreate'),
  'email-otp-login': {
    source: CONSUMER,
    required: ['email', 'code'],
    optional: ['session_duration_minutes'],
    steps: [
      ['sendEmailOtp', 'api_otp_v1_otp_email_LoginOrCreate', ['userId', 'emailId']],
      ['authenticateOtp', 'api_otp_v1_Authenticate', ['userId', 'sessionToken', 'sessionJwt']],
      ['getSession', 'api_session_v1_Get', ['sessions']],
    ],
    outputs: ['userId', 'sessionToken', 'sessionJwt'],
    failureActions: {
      sendEmailOtp: ['askAddressAgain', 'askAddressAfterLostConnection', 'retryLater', ...ENDINGS],
      authenticateOtp: [
        'askCodeAgain',
        'sendNewCode',
        'noSession',
        'retryLater',
        'askCodeAfterLostConnection',
        ...ENDINGS,
      ],
      getSession: [
        'noSession',
        'retryLater',
        'tooManyRequests',
        'unavailable',
        'connectionLost',
        'locked',
        'unauthorized',
      ],
    },
  },
  'sms-otp-mfa': {
    source: B2B,
    required: ['organization_id', 'member_id', 'code'],
    optional: [
      'mfa_phone_number',
      'session_duration_minutes',
      'intermediate_session_token',
      'session_token',
      'session_jwt',
    ],
    steps: [
      ['sendSmsOtp', 'api_b2b_otp_v1_b2b_otp_sms_Send', ['memberId']],
      [
        'authenticateSmsOtp',
        'api_b2b_otp_v1_b2b_otp_sms_Authenticate',
        ['memberId', 'organizationId', 'sessionToken'],
      ],
    ],
    outputs: ['memberId', 'organizationId', 'sessionToken'],
    failureActions: {
      sendSmsOtp: ['askNumberAgain', 'askNumberAfterLostConnection', 'retryLater', ...MFA_ENDINGS],
      authenticateSmsOtp: [
        'askCodeAgain',
        'sendNewCode',
        'retryLater',
        'askCodeAfterLostConnection',
        ...MFA_ENDINGS,
      ],
    },
  },
  'email-otp-discovery': {
    source: B2B,
    required: ['email_address', 'code', 'organization_id'],
    optional: ['session_duration_minutes'],
    steps: [
      ['sendDiscoveryOtp', 'api_b2b_otp_v1_b2b_otp_email_discovery_Send', ['requestId']],
      [
        'authenticateDiscoveryOtp',
        'api_b2b_otp_v1_b2b_otp_email_discovery_Authenticate',
        ['intermediateSessionToken', 'discoveredOrganizations'],
      ],
      [
        'exchangeIntoOrg',
        'api_discovery_v1_discovery_intermediate_sessions_Exchange',
        ['memberId', 'organizationId', 'sessionToken'],
      ],
    ],
    outputs: ['intermediateSessionToken', 'memberId', 'organizationId', 'sessionToken'],
    failureActions: {
      sendDiscoveryOtp: ['askAddressAgain', 'askAddressAfterLostConnection', 'retryLater', ...ENDINGS],
      authenticateDiscoveryOtp: [
        'askCodeAgain',
        'sendNewCode',
        'noOrganizations',
        'retryLater',
        'askCodeAfterLostConnection',
        ...ENDINGS,
      ],
      exchangeIntoOrg: [
        'primaryRequired',
        'mfaRequired',
        'startAgain',
        'organizationUnknown',
        'retryLater',
        'askOrganizationAfterLostConnection',
        ...ENDINGS,
      ],
    },
  },
};

const names = (value: Parameters<typeof membersOf>[0]): string[] => membersOf(value).map(([name]) => name);

describe.each(Object.entries(WORKFLOWS))('%s', (workflowId, expected) => {
  const file = `${workflowId}.arazzo.yaml`;
  const workflow = workflowOf(file);
  const steps = objectsIn(workflow['steps']);

  it('is an Arazzo 1.0.1 document with one workflow of this id', () => {
    expect(dataOf(file)['arazzo']).toBe('1.0.1');
    expect(workflow['workflowId']).toBe(workflowId);
  });

  it('cites one OpenAPI description', () => {
    expect(
      objectsIn(dataOf(file)['sourceDescriptions']).map((source) => [source['url'], source['type']]),
    ).toEqual([[expected.source, 'openapi']]);
  });

  it('has the required and optional inputs, and no others', () => {
    expect(at(workflow, 'inputs', 'required')).toEqual(expected.required);
    expect(names(at(workflow, 'inputs', 'properties')).toSorted()).toEqual(
      [...expected.required, ...expected.optional].toSorted(),
    );
  });

  it('says of each input what it is and how it looks', () => {
    const bare = membersOf(at(workflow, 'inputs', 'properties')).filter(
      ([, schema]) =>
        typeof at(schema, 'title') !== 'string' || typeof at(schema, 'description') !== 'string',
    );
    expect(bare).toEqual([]);
  });

  it('gives valid examples of its inputs', () => {
    const examples = membersOf(at(workflow, 'inputs', 'properties')).flatMap(([, schema]) => {
      const given = at(schema, 'examples');
      const validator = new Validator(schema as object, '2020-12');
      return Array.isArray(given) ? given.map((example) => validator.validate(example).valid) : [];
    });
    expect(examples.length).toBeGreaterThan(1);
    expect(examples).not.toContain(false);
  });

  it('has the steps, operations and outputs', () => {
    expect(steps.map((step) => [step['stepId'], step['operationId'], names(step['outputs'])])).toEqual(
      expected.steps,
    );
    expect(names(workflow['outputs'])).toEqual(expected.outputs);
  });

  it('has the failure actions in the order they are tried in', () => {
    for (const [stepId, actions] of Object.entries(expected.failureActions)) {
      expect(failureActionsOf(file, stepId).map((action) => action['name'])).toEqual(actions);
    }
    expect(Object.keys(expected.failureActions)).toEqual(steps.map((step) => step['stepId']));
  });

  it('uses every failure action of its components, under the name of its key', () => {
    const used = steps.flatMap((step) => objectsIn(step['onFailure']).map((action) => action['reference']));
    for (const [key, action] of membersOf(at(dataOf(file), 'components', 'failureActions'))) {
      expect(at(action, 'name')).toBe(key);
      expect(used).toContain(`$components.failureActions.${key}`);
    }
  });

  it('sends at most once, and again after a cooldown', () => {
    expect(
      steps.map((step) => step['x-xstate'] !== undefined && at(step, 'x-xstate', 'atMostOnce') === true),
    ).toEqual(steps.map((_, index) => index === 0));
    expect(at(steps[0], 'x-xstate', 'repeatable', 'afterSeconds')).toBe(15);
  });

  it('retries three times at most, in every step', () => {
    for (const { stepId } of steps) {
      const retries = failureActionsOf(file, String(stepId)).filter((action) => action['type'] === 'retry');
      expect(retries.map((action) => [action['retryAfter'], action['retryLimit']])).toEqual([[2, 3]]);
    }
  });

  it('asks again after a lost connection before a retry could send a message twice', () => {
    const types = failureActionsOf(file, String(steps[0]?.['stepId'])).map((action) => action['type']);
    expect(types.slice(0, 3)).toEqual(['goto', 'goto', 'retry']);
    expect(failureActionsOf(file, String(steps[0]?.['stepId']))[1]?.['criteria']).toEqual([
      { condition: '$statusCode == null' },
    ]);
  });

  it('masks what opens a session', () => {
    const secrets = names(workflow['outputs']).filter((name) => /token|jwt/i.test(name));
    expect(at(workflow, 'x-xstate', 'secret')).toEqual(secrets);
    for (const step of steps) {
      const own = names(step['outputs']).filter((name) => /token|jwt/i.test(name));
      expect(at(step, 'x-xstate', 'secret') ?? []).toEqual(own);
    }
    const inputs = membersOf(at(workflow, 'inputs', 'properties'));
    expect(inputs.filter(([, schema]) => at(schema, 'x-xstate', 'secret') === true)).toEqual(
      inputs.filter(([name]) => /token|jwt/i.test(name)),
    );
  });
});

it.each(['sms-otp-login', 'whatsapp-otp-login', 'email-otp-login'])(
  '%s asks for a session by default and succeeds only with one',
  (workflowId) => {
    const workflow = workflowOf(`${workflowId}.arazzo.yaml`);
    expect(at(workflow, 'inputs', 'properties', 'session_duration_minutes', 'default')).toBe(60);
    const step = objectsIn(workflow['steps']).find((candidate) => candidate['stepId'] === 'authenticateOtp');
    expect(objectsIn(at(step, 'successCriteria')).map((criterion) => criterion['condition'])).toEqual([
      '$statusCode == 200',
      '$response.body#/session_token != null',
      "$response.body#/session_token != ''",
    ]);
  },
);

it('offers the discovered organizations as choices', () => {
  const input = at(workflowOf('email-otp-discovery.arazzo.yaml'), 'inputs', 'properties', 'organization_id');
  expect(at(input, 'x-xstate', 'choices')).toEqual({
    from: '$steps.authenticateDiscoveryOtp.outputs.discoveredOrganizations',
    value: '/organization/organization_id',
    label: '/organization/organization_name',
  });
});

it.each([
  ['sms-otp-login', 'phone_number', '+10000000000', true],
  ['sms-otp-login', 'phone_number', '10000000000', false],
  ['sms-otp-login', 'phone_number', '+1 000 000', false],
  ['sms-otp-login', 'code', '012345', true],
  ['sms-otp-login', 'code', '12345', false],
  ['sms-otp-login', 'code', 123456, false],
  ['sms-otp-login', 'session_duration_minutes', 4, false],
  ['sms-otp-login', 'session_duration_minutes', 5, true],
  ['sms-otp-mfa', 'mfa_phone_number', '+12025550162', true],
  ['sms-otp-mfa', 'mfa_phone_number', '+0123', false],
  ['email-otp-login', 'email', 'sandbox@stytch.com', true],
  ['email-otp-login', 'email', 'sandbox', false],
  ['email-otp-discovery', 'email_address', 'sandbox', false],
  ['email-otp-discovery', 'session_duration_minutes', 527041, false],
])('%s: the input %s of %j is valid: %s', (workflowId, name, value, valid) => {
  const schema = at(workflowOf(`${workflowId}.arazzo.yaml`), 'inputs', 'properties', name);
  expect(new Validator(schema as object, '2020-12').validate(value).valid).toBe(valid);
});
