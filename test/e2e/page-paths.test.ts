import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBePlayed, pathUserOf } from '../../examples/browser/path-user.ts';
import { startLoginServer } from '../../examples/browser/server.ts';
import { loadDocument } from '../../src/run/load-document.ts';
import { createWorkflowModel, isPathFailure, startScriptedServer } from '../../src/testing/index.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';

const DOCUMENT = fileURLToPath(new URL('../../workflows/sms-otp-login.arazzo.yaml', import.meta.url));

describe('the login page, played by the paths of its workflow', async () => {
  const { value } = await loadDocument(DOCUMENT);
  if (value === undefined) throw new Error('The document cannot be loaded.');
  // The page retries as often as the document says.
  const model = createWorkflowModel(value, { maxRetries: 3 });
  const paths = model.paths({ strategy: 'edges', limits: false }).paths.filter(canBePlayed);
  const api = await startScriptedServer();
  const server = await startLoginServer({
    environment: { ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: 'project-test-1:secret-test-1' },
    apiUrl: api.url,
  });
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    page = await context.newPage();
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await api.close();
  });

  test.each(paths)('$description', async (path) => {
    await path.run({ user: pathUserOf(page, server.url), server: api });
  });

  test('are most of the paths that take every edge', () => {
    expect(paths.length).toBeGreaterThan(15);
    expect(new Set(paths.map(({ status }) => status))).toEqual(new Set(['done', 'failed', 'cancelled']));
  });

  test('fail where the page does something else', async () => {
    const path = paths.find(({ events }) => events[1]?.by === 'api');
    const user = pathUserOf(page, server.url);
    const failure: unknown = await path
      ?.run({ user: { ...user, submit: () => user.submit({ phone_number: '+19999999999' }) }, server: api })
      .catch((error: unknown) => error);
    expect(isPathFailure(failure) ? failure.difference : failure).toMatchObject({
      what: 'request',
      stepId: 'sendSmsOtp',
      actual: expect.stringContaining('+19999999999'),
    });
  });
});
