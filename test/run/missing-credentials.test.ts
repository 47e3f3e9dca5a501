import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import type { Operation } from '../../src/openapi/operation.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { missingCredentials } from '../../src/run/missing-credentials.ts';
import { planOf, stepOf } from '../plan/small-documents.ts';

const basic = { kind: 'basic', name: 'login' } as const;
const key = { kind: 'apiKey', name: 'key', in: 'header', parameter: 'X-Key' } as const;
const token = { kind: 'bearer', name: 'token' } as const;

type Security = Operation['security'];

/** A plan of steps whose operations ask for these credentials. */
function secured(security: Security, parameters: readonly JsonObject[] = []): WorkflowPlan {
  const plan = planOf({ steps: [stepOf('one', {}, { parameters }), stepOf('two', {}, { parameters })] });
  return {
    ...plan,
    steps: plan.steps.map((step) =>
      step.kind === 'operation' ? { ...step, operation: { ...step.operation, security } } : step,
    ),
  };
}

const names = async (plan: WorkflowPlan, options: Parameters<typeof missingCredentials>[1] = {}) =>
  (await missingCredentials(plan, options)).map(
    ({ source, scheme, stepId }) => `${source} ${scheme.name} ${stepId}`,
  );

describe('missingCredentials', () => {
  it('names each scheme once, with the first step that needs it', async () => {
    expect(await names(secured([[basic, key]]))).toEqual(['api login one', 'api key one']);
  });

  it('names none where the operations ask for none, or sending without is wanted', async () => {
    expect(await names(secured([]))).toEqual([]);
    expect(await names(secured([[basic]]), { noAuth: true })).toEqual([]);
  });

  it('names none that the provider gives', async () => {
    const credentials = (scheme: { readonly kind: string }) =>
      Promise.resolve(scheme.kind === 'basic' ? ({ username: 'a', password: 'b' } as never) : undefined);
    expect(await names(secured([[basic]]), { credentials })).toEqual([]);
    expect(await names(secured([[basic, key]]), { credentials })).toEqual(['api key one']);
  });

  it('asks the provider with the source, so that two APIs can have schemes of one name', async () => {
    const asked: string[] = [];
    await names(secured([[basic]]), {
      credentials: (scheme, { source }) => {
        asked.push(`${source} ${scheme.name}`);
        return undefined;
      },
    });
    expect(asked).toContain('api login');
  });

  it('is content with one alternative, and names the first where none is there', async () => {
    const credentials = (scheme: { readonly kind: string }) =>
      scheme.kind === 'bearer' ? ('t' as never) : undefined;
    expect(await names(secured([[basic], [token]]), { credentials })).toEqual([]);
    expect(await names(secured([[basic], [token]]))).toEqual(['api login one']);
    expect(await names(secured([[basic], []]))).toEqual([]);
  });

  it('takes a parameter in the place of a scheme for the credential', async () => {
    expect(await names(secured([[key]], [{ name: 'x-key', in: 'header', value: 'k' }]))).toEqual([]);
    expect(await names(secured([[key]], [{ name: 'x-key', in: 'query', value: 'k' }]))).toEqual([
      'api key one',
    ]);
    expect(
      await names(secured([[basic]], [{ name: 'Authorization', in: 'header', value: 'Basic x' }])),
    ).toEqual([]);
  });
});
