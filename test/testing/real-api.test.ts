import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { MASK } from '../../src/machines/mask.ts';
import { isSecretName } from '../../src/plan/secret-name.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { loadDocument } from '../../src/run/load-document.ts';
import { createWorkflowModel } from '../../src/testing/create-workflow-model.ts';
import { maskDifference } from '../../src/testing/mask-difference.ts';
import { isPathFailure } from '../../src/testing/path-failure.ts';
import type { RunPathOptions } from '../../src/testing/run-options.ts';

const NUMBER = '+14155550134';

describe('a path against a real API', async () => {
  const document = new URL('../../workflows/sms-otp-login.arazzo.yaml', import.meta.url);
  const { value } = await loadDocument(document.href);
  if (value === undefined) throw new Error('The document cannot be loaded.');
  const model = createWorkflowModel(value);
  const { paths } = model.paths({ strategy: 'edges' });
  const { url, sandbox, close } = await startSandbox();
  afterAll(close);
  const options: RunPathOptions = {
    baseUrl: url,
    credentials: () => ({ username: sandbox.projectId, password: sandbox.secret }),
    values: { phone_number: NUMBER, code: () => sandbox.lastCodeFor(NUMBER) ?? '' },
  };
  const real = paths.filter(({ onRealApi }) => onRealApi.possible);

  const happy = model.path([
    { type: 'submit', values: { phone_number: NUMBER } },
    { type: 'response', statusCode: 200, body: { phone_id: 'p' } },
    { type: 'submit', values: { code: '000000' } },
    { type: 'response', statusCode: 200, body: { user_id: 'u', session_token: 's', session_jwt: 'j' } },
  ]);

  it('logs in with a real code, and is compared with the document', async () => {
    expect(happy.onRealApi).toEqual({ possible: true });
    await happy.run(options);
  });

  it('is one in which a user causes what happens, or says why it cannot be run', async () => {
    expect(real.length).toBeGreaterThan(2);
    const other = paths.find(({ onRealApi }) => !onRealApi.possible);
    expect(other?.onRealApi).toMatchObject({
      why: expect.stringContaining('nobody can make a real API do this'),
    });
    await expect(other?.run(options)).rejects.toThrow(/cannot be run against a real API/);
  });

  it('fails where the API does otherwise', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ phone_id: 'p', user_id: 'u', session_token: '' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const failure: unknown = await happy.run({ ...options, baseUrl }).catch((error: unknown) => error);
    server.closeAllConnections();
    server.close();
    expect(isPathFailure(failure)).toBe(true);
  });
});

describe('a difference', () => {
  it('is told without the values of secrets', () => {
    const difference = {
      what: 'request',
      index: 1,
      expected:
        'POST https://api.example/a?api_key=k-1&page=2\ncontent-type: text/plain\n\n{"session_token":"t-1","name":"Ada"}',
      actual:
        'failed\noutputs {"pin":1234,"name":"Ada","password":{"a":["}\\"",{}],"b":1},"secret":["s"],"token":null}',
    } as const;
    expect(maskDifference(difference, (name) => name === 'pin' || isSecretName(name))).toEqual({
      ...difference,
      expected: `POST https://api.example/a?api_key=${MASK}&page=2\ncontent-type: text/plain\n\n{"session_token":"${MASK}","name":"Ada"}`,
      actual: `failed\noutputs {"pin":"${MASK}","name":"Ada","password":"${MASK}","secret":"${MASK}","token":null}`,
    });
  });

  it('is told without the values of secrets in a text of JSON that is sent', () => {
    const sent = (password: string) =>
      JSON.stringify({ payload: `{"password":${password},"name":"Ada"}`, other: '[x "y"' });
    const difference = {
      what: 'request',
      index: 0,
      expected: sent('"p-1"'),
      actual: sent('{"a":"p-1"}'),
    } as const;
    const masked = sent(`"${MASK}"`);
    expect(maskDifference(difference, isSecretName)).toEqual({
      ...difference,
      expected: masked,
      actual: masked,
    });
  });
});
