// Takes the pictures of the inspector for the documentation: npm run pictures. Needs Debian's Chromium.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch, marked, play, reach, watch } from '../test/e2e/inspected.ts';
import { planOf } from '../src/machines/registry.ts';
import { smsOtpLogin } from '../src/machines/stytch/index.ts';
import { startSandbox } from '../src/sandbox/index.ts';

const FOLDER = new URL('../docs/pictures/', import.meta.url);
const NUMBER = '+14155550134';

const PICTURES = [
  { name: 'inspector-light', width: 1280, colorScheme: 'light', tab: 'Events' },
  { name: 'inspector-dark', width: 1280, colorScheme: 'dark', tab: 'Requests' },
  { name: 'inspector-phone', width: 390, colorScheme: 'light', tab: 'Events' },
] as const;

await mkdir(FOLDER, { recursive: true });
const browser = await launch();
for (const { name, width, colorScheme, tab } of PICTURES) {
  const api = await startSandbox({ generateCode: () => '482913' });
  const played = await play(
    [planOf(smsOtpLogin)],
    {
      credentials: () => ({ username: api.sandbox.projectId, password: api.sandbox.secret }),
      servers: { stytchConsumerApi: api.url },
    },
    { title: 'Log in with a code by SMS' },
  );
  const { page, context } = await watch(browser, { width, colorScheme });
  await page.goto(played.inspector.url);
  await reach(page, 'awaitingPhoneNumber');
  await page.getByLabel('Phone number').fill(NUMBER);
  await page.keyboard.press('Enter');
  await reach(page, 'awaitingCode');
  for (const { channel, to, code, at } of api.sandbox.outbox)
    played.inspector.delivered({ channel, to, code, at });
  await page.locator('[name=code]').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('#failure', { hasText: /passcode/ }).waitFor();
  await page.getByRole('tab', { name: tab }).click();
  await marked(page, 'active');
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({
    path: fileURLToPath(new URL(`${name}.png`, FOLDER)),
    animations: 'disabled',
    caret: 'hide',
  });
  await context.close();
  await played.close();
  await api.close();
}
await browser.close();
