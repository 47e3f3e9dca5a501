import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { createActor, type ActorRefFrom } from 'xstate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
// As the example has it: the built package, whose login the inspector must be of, too.
import { provideServices } from 'arazzo-xstate';
import { createInspector, type Inspector } from 'arazzo-xstate/inspector';
import { startSandbox, type SandboxServer } from 'arazzo-xstate/sandbox';
import { smsOtpLogin } from 'arazzo-xstate/stytch';
import { shop } from '../../examples/parent-machine/shop.ts';
import { launch, marked, reach, watch, type Watched } from './inspected.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const NUMBER = '+14155550134';

let browser: Browser;
let api: SandboxServer;
let inspector: Inspector;
let actor: ActorRefFrom<typeof shop>;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

beforeEach(async () => {
  api = await startSandbox();
  inspector = await createInspector();
  const login = provideServices(smsOtpLogin, {
    credentials: () => ({ username: api.sandbox.projectId, password: api.sandbox.secret }),
    servers: { stytchConsumerApi: api.url },
  });
  actor = createActor(shop.provide({ actors: { login } }), { inspect: inspector.inspect });
  actor.start();
});
afterEach(async () => {
  actor.stop();
  await inspector.close();
  await api.close();
});

const code = (): string => api.sandbox.outbox.at(-1)?.code ?? 'none was sent';

/** What axe finds. It runs by the debugger, which the page's policy does not concern. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations: found } = await page.evaluate<{
    readonly violations: readonly { readonly id: string; readonly nodes: readonly unknown[] }[];
  }>('axe.run(document)');
  return found.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 400)}`);
}

const LOOKS = {
  'a desktop in the light': { width: 1280, colorScheme: 'light' },
  'a phone in the dark': { width: 390, colorScheme: 'dark', hasTouch: true },
} as const;

describe.each(Object.entries(LOOKS))('on %s', (name, look) => {
  let watched: Watched;
  beforeEach(async () => {
    watched = await watch(browser, look);
  });
  afterEach(async () => {
    expect(watched.complaints).toEqual([]);
    await watched.context.close();
  });

  test('a shop with a login as its child is played from the page to its end', async () => {
    const { page } = watched;
    const picture = async (title: string): Promise<void> => {
      const folder = process.env['SCREENSHOTS'];
      if (folder !== undefined)
        await page.screenshot({
          path: `${folder}/${name.replaceAll(' ', '-')}-${title}.png`,
          fullPage: true,
        });
    };
    await page.goto(inspector.url);
    await reach(page, 'browsing');
    expect(await page.locator('#machines').isVisible()).toBe(false);
    actor.send({ type: 'checkOut' });

    // The login waits: it is shown without being chosen, and its field has the focus.
    await reach(page, 'awaitingPhoneNumber');
    await page.locator('#canvas [data-state="awaitingPhoneNumber"].active').waitFor();
    const choice = (machine: string) => page.getByRole('radio', { name: machine });
    expect(await choice('login').isChecked()).toBe(true);
    expect(await page.getByText('awaitingPhoneNumber, waits for you').isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await picture('asked');
    await page.keyboard.type(NUMBER);
    await page.keyboard.press('Enter');
    await reach(page, 'awaitingCode');
    await expect
      .poll(() => page.getByRole('button', { name: /^Repeat/ }).count(), { timeout: 15_000 })
      .toBe(1);

    // The shop by click, the login again by the keyboard.
    await choice('shop').click();
    await reach(page, 'loggingIn');
    await page.locator('#canvas [data-state="loggingIn"].active').waitFor();
    expect(await page.locator('form').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture('shop');
    await page.keyboard.press('ArrowDown');
    await reach(page, 'awaitingCode');
    await page.getByRole('button', { name: /^Change/ }).click();
    await reach(page, 'awaitingPhoneNumber');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await reach(page, 'cancelled');
    expect(actor.getSnapshot().value).toBe('browsing');

    // Another login, while the first is looked at by hand.
    actor.send({ type: 'checkOut' });
    await page.getByText('awaitingPhoneNumber, waits for you').waitFor();
    await reach(page, 'cancelled');
    await page.getByRole('button', { name: 'Show what waits' }).click();
    await reach(page, 'awaitingPhoneNumber');
    expect(await choice('login').last().isChecked()).toBe(true);
    await page.getByLabel('Phone number').fill(NUMBER);
    await page.keyboard.press('Enter');
    await reach(page, 'awaitingCode');
    await page.locator('[name=code]').fill(code());
    await page.keyboard.press('Enter');
    await reach(page, 'paying');
    expect(actor.getSnapshot().status).toBe('done');
    await expect.poll(() => marked(page, 'active'), { timeout: 15_000 }).toEqual(['paying']);
    await picture('end');

    // Backwards, what was waited for then is shown, and nothing can be sent.
    await page.getByRole('tab', { name: 'Data' }).click();
    const shown = await page.content();
    expect(shown).not.toContain(api.sandbox.secret);
    await page.locator('#cursor').focus();
    for (let step = 0; step < 60; step += 1) {
      if ((await page.locator('#state').textContent()) === 'awaitingCode') break;
      await page.keyboard.press('ArrowLeft');
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await reach(page, 'awaitingCode');
    expect(await page.locator('form').isVisible()).toBe(false);
  });
});
