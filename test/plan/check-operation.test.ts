import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { documentOf, link, openApiOf } from './small-documents.ts';

const PATHS: JsonObject = {
  '/pets/{petId}': {
    parameters: [{ name: 'X-Trace', in: 'header', schema: {} }],
    get: {
      operationId: 'read',
      parameters: [{ name: 'petId', in: 'path', required: true, schema: {} }],
      responses: { '200': { description: 'One' }, '4XX': { description: 'None' } },
    },
    put: {
      operationId: 'write',
      requestBody: { required: true, content: { 'application/json': {}, 'text/*': {} } },
      responses: { default: { description: 'Any' } },
    },
    head: { operationId: 'look', responses: {} },
  },
};

/** What linking one step says, in short. */
function problems(step: JsonObject): readonly string[] {
  const document = documentOf({ steps: [{ stepId: 's', ...step }] });
  return link(document, { api: openApiOf(PATHS) }).diagnostics.map(
    ({ severity, code, location }) =>
      `${severity} ${code} ${location.pointer.replace('/workflows/0/steps/0', '')}`,
  );
}

const petId: JsonObject = { name: 'petId', in: 'path', value: 1 };
const status = (code: number | string): JsonObject => ({ condition: `$statusCode == ${code}` });

describe('a step beside its operation', () => {
  it('that fits has nothing to say', () => {
    const step = { operationId: 'read', parameters: [petId, { name: 'x-trace', in: 'header', value: 1 }] };
    expect(problems({ ...step, successCriteria: [status(200)] })).toEqual([]);
  });

  it('is told of parameters that are missing or not declared', () => {
    const parameters = [
      { name: 'petid', in: 'query', value: 1 },
      { name: 'Accept', in: 'header', value: 'text/plain' },
    ];
    expect(problems({ operationId: 'read', parameters })).toEqual([
      'warning plan/parameter-missing ',
      'info plan/parameter-not-declared /parameters/0',
    ]);
  });

  it('may give a parameter of the path that only the template names', () => {
    expect(problems({ operationId: 'look', parameters: [petId] })).toEqual([]);
  });

  it('is told of a body that is not declared, and of one that is missing', () => {
    expect(problems({ operationId: 'look', requestBody: { payload: 1 } })).toEqual([
      'warning plan/body-not-declared /requestBody',
    ]);
    expect(problems({ operationId: 'write' })).toEqual(['warning plan/body-missing ']);
  });

  it.each([
    ['application/xml', ['warning plan/body-not-declared /requestBody/contentType']],
    ['Application/JSON; charset=utf-8', []],
    ['text/csv', []],
  ])('sends a body of %s', (contentType, expected) => {
    expect(problems({ operationId: 'write', requestBody: { contentType, payload: 'a' } })).toEqual(expected);
  });

  it.each([
    [200, true],
    ["'200'", true],
    [404, true],
    [201, false],
    ['500 || $statusCode == 200', false],
  ])('expects the status %s', (code, isDeclared) => {
    const step = { operationId: 'read', parameters: [petId], successCriteria: [status(code)] };
    expect(problems(step)).toEqual(
      isDeclared ? [] : ['warning plan/status-not-declared /successCriteria/0/condition'],
    );
  });

  it('is told of a status in an action, and not of ranges', () => {
    const onFailure = [
      { name: 'a', type: 'end', criteria: [{ condition: '302 == $statusCode' }] },
      {
        name: 'b',
        type: 'end',
        criteria: [{ condition: '$statusCode >= 500' }, { condition: '$statusCode != 501' }],
      },
    ];
    expect(problems({ operationId: 'read', parameters: [petId], onFailure })).toEqual([
      'warning plan/status-not-declared /onFailure/0/criteria/0/condition',
    ]);
  });

  it('may handle what any server answers with, declared or not', () => {
    const onFailure = [408, 429, 503].map((code) => ({
      name: `a${code}`,
      type: 'end',
      criteria: [status(code)],
    }));
    expect(problems({ operationId: 'read', parameters: [petId], onFailure })).toEqual([]);
  });

  it('may expect any status of an operation that declares none, or a default', () => {
    const successCriteria = [status(418)];
    expect(problems({ operationId: 'look', successCriteria })).toEqual([]);
    expect(problems({ operationId: 'write', requestBody: { payload: 1 }, successCriteria })).toEqual([]);
  });
});
