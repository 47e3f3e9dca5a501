import { Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { isJsonObject } from '../../src/document/json.ts';
import { at, dataOf, membersOf, objectsIn, workflowOf } from './documents.ts';

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'openapi/stytch-consumer-openapi.yml': [
    'POST /v1/otps/sms/login_or_create api_otp_v1_otp_sms_LoginOrCreate',
    'POST /v1/otps/whatsapp/login_or_create api_otp_v1_otp_whatsapp_LoginOrCreate',
    'POST /v1/otps/email/login_or_create api_otp_v1_otp_email_LoginOrCreate',
    'POST /v1/otps/authenticate api_otp_v1_Authenticate',
    'GET /v1/sessions api_session_v1_Get',
  ],
  'openapi/stytch-b2b-openapi.yml': [
    'POST /v1/b2b/otps/sms/send api_b2b_otp_v1_b2b_otp_sms_Send',
    'POST /v1/b2b/otps/sms/authenticate api_b2b_otp_v1_b2b_otp_sms_Authenticate',
    'POST /v1/b2b/otps/email/discovery/send api_b2b_otp_v1_b2b_otp_email_discovery_Send',
    'POST /v1/b2b/otps/email/discovery/authenticate api_b2b_otp_v1_b2b_otp_email_discovery_Authenticate',
    'POST /v1/b2b/discovery/intermediate_sessions/exchange api_discovery_v1_discovery_intermediate_sessions_Exchange',
  ],
};
const STATUSES = ['200', '400', '401', '403', '404', '429', '500', '503'];

interface FoundOperation {
  readonly title: string;
  readonly operation: JsonObject;
}

function operationsOf(document: JsonObject): readonly FoundOperation[] {
  return membersOf(document['paths']).flatMap(([path, item]) =>
    membersOf(item).map(([method, operation]) => ({
      title: `${method.toUpperCase()} ${path} ${String(at(operation, 'operationId'))}`,
      operation: operation as JsonObject,
    })),
  );
}

/** Follows a `$ref` inside a document. */
function resolved(document: JsonObject, value: JsonValue | undefined): JsonValue | undefined {
  const reference = at(value, '$ref');
  return typeof reference === 'string' ? at(document, ...reference.slice(2).split('/')) : value;
}

/** Every media type with a schema, as `title` and its examples. */
function mediaTypesOf(
  document: JsonObject,
): readonly { title: string; media: JsonObject; examples: JsonValue[] }[] {
  return operationsOf(document).flatMap(({ title, operation }) => {
    const request = at(operation, 'requestBody', 'content', 'application/json');
    const responses = membersOf(operation['responses']).map(
      ([status, response]) =>
        [`${title} → ${status}`, at(resolved(document, response), 'content', 'application/json')] as const,
    );
    return [...(request === undefined ? [] : [[`${title} ←`, request] as const]), ...responses].map(
      ([mediaTitle, media]) => ({
        title: mediaTitle,
        media: media as JsonObject,
        examples: [
          ...(at(media, 'example') === undefined ? [] : [at(media, 'example') as JsonValue]),
          ...membersOf(at(media, 'examples')).map(([, example]) => at(example, 'value') as JsonValue),
        ],
      }),
    );
  });
}

function validatorFor(document: JsonObject, schema: JsonValue | undefined): Validator {
  return new Validator({ allOf: [schema], components: document['components'] } as object, '2020-12', false);
}

/** Every schema in a document, wherever it is nested. */
function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item) => objectsOf(item as JsonValue));
  return isJsonObject(value) ? [value, ...Object.values(value).flatMap(objectsOf)] : [];
}

describe.each(Object.entries(OPERATIONS))('%s', (file, expected) => {
  const document = dataOf(file);

  it('is OpenAPI 3.1.0 with exactly the operations that the workflows need', () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(operationsOf(document).map(({ title }) => title)).toEqual(expected);
  });

  it('has the test environment as default server, the live one by a variable, and basic authentication', () => {
    expect(at(document, 'servers', 0, 'url')).toBe('https://{environment}.stytch.com');
    expect(at(document, 'servers', 0, 'variables', 'environment', 'default')).toBe('test');
    expect(at(document, 'servers', 0, 'variables', 'environment', 'enum')).toEqual(['test', 'api']);
    expect(document['security']).toEqual([{ basicAuth: [] }]);
    expect(at(document, 'components', 'securitySchemes', 'basicAuth', 'scheme')).toBe('basic');
  });

  it('describes success and the errors of every operation, all errors by one schema', () => {
    for (const { title, operation } of operationsOf(document)) {
      expect([title, ...Object.keys(operation['responses'] as JsonObject)]).toEqual([title, ...STATUSES]);
      for (const status of STATUSES.slice(1)) {
        const response = resolved(document, at(operation, 'responses', status));
        expect(at(response, 'content', 'application/json', 'schema', '$ref')).toBe(
          '#/components/schemas/StytchError',
        );
      }
    }
  });

  it('refers only to what it has', () => {
    const references = objectsOf(document).flatMap((node) =>
      typeof node['$ref'] === 'string' ? [node] : [],
    );
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((reference) => resolved(document, reference) === undefined)).toEqual([]);
  });

  it('uses every component it has', () => {
    const used = new Set(objectsOf(document).map((node) => node['$ref']));
    for (const kind of ['schemas', 'responses']) {
      for (const [name] of membersOf(at(document, 'components', kind))) {
        expect(used).toContain(`#/components/${kind}/${name}`);
      }
    }
  });

  it.each(mediaTypesOf(document))('has valid examples: $title', ({ media, examples }) => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const result = validatorFor(document, media['schema']).validate(example);
      expect(result.errors).toEqual([]);
    }
  });

  it('requires the fields of every example that its schema requires', () => {
    for (const { title, media, examples } of mediaTypesOf(document)) {
      const required = at(resolved(document, media['schema']), 'required');
      const validator = validatorFor(document, media['schema']);
      const missed = (required as readonly string[]).filter((name) => {
        const { [name]: _, ...rest } = examples[0] as JsonObject;
        return validator.validate(rest).valid;
      });
      expect({ title, missed }).toEqual({ title, missed: [] });
    }
  });
});

it.each([
  [0, false],
  [1, true],
  [10, true],
  [11, false],
])('a consumer code of %i minutes is valid: %s', (expiration_minutes, valid) => {
  const document = dataOf('openapi/stytch-consumer-openapi.yml');
  const validator = validatorFor(document, { $ref: '#/components/schemas/SendEmailRequest' });
  expect(validator.validate({ email: 'sandbox@stytch.com', expiration_minutes }).valid).toBe(valid);
});

it.each([
  [4, false],
  [5, true],
  [527040, true],
  [527041, false],
])('a session of %i minutes is valid: %s', (session_duration_minutes, valid) => {
  const document = dataOf('openapi/stytch-b2b-openapi.yml');
  const validator = validatorFor(document, { $ref: '#/components/schemas/ExchangeRequest' });
  const request = { intermediate_session_token: 'x', organization_id: 'y', session_duration_minutes };
  expect(validator.validate(request).valid).toBe(valid);
});

it.each([
  [[], false],
  [['intermediate_session_token'], true],
  [['session_token'], true],
  [['session_jwt'], true],
  [['session_token', 'session_jwt'], false],
])('the second factor with the tokens %j is valid: %s', (tokens, valid) => {
  const document = dataOf('openapi/stytch-b2b-openapi.yml');
  const validator = validatorFor(document, { $ref: '#/components/schemas/SmsAuthenticateRequest' });
  const request = { organization_id: 'o', member_id: 'm', code: '123456' };
  const given = Object.fromEntries(tokens.map((token) => [token, 'x']));
  expect(validator.validate({ ...request, ...given }).valid).toBe(valid);
});

it('every step calls an operation that its description has once, with members that the request knows', () => {
  const workflowIds = [
    'sms-otp-login',
    'whatsapp-otp-login',
    'email-otp-login',
    'sms-otp-mfa',
    'email-otp-discovery',
  ];
  for (const workflowId of workflowIds) {
    const file = `${workflowId}.arazzo.yaml`;
    const source = dataOf(String(at(dataOf(file), 'sourceDescriptions', 0, 'url')).slice(2));
    for (const step of objectsIn(workflowOf(file)['steps'])) {
      const found = operationsOf(source).filter(
        ({ operation }) => operation['operationId'] === step['operationId'],
      );
      expect(found).toHaveLength(1);
      const body = at(found[0]?.operation, 'requestBody', 'content', 'application/json', 'schema');
      const known = membersOf(at(resolved(source, body), 'properties')).map(([name]) => name);
      for (const [name] of membersOf(at(step, 'requestBody', 'payload'))) expect(known).toContain(name);
    }
  }
});
