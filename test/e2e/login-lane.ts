import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { startLoginServer, type PageFiles } from '../../examples/login/server.ts';
import { createManualClock } from '../../src/testing/manual-clock.ts';
import { startScriptedServer, type PathUser, type WorkflowPath } from '../../src/testing/index.ts';

/** Nobody types that fast. */
const ANY = { count: 100_000, perSeconds: 1 };
const DESTINATIONS: Readonly<Record<string, string>> = {
  phone_number: 'Phone number',
  mfa_phone_number: 'Phone number',
  email_address: 'Work e-mail',
};
/** The page's clock goes on far enough for another code, and not so far that the code expires. */
const COOLDOWN_MS = 16_000;
const PATHS_PER_PAGE = 100;
const PATIENCE_MS = 10_000;

export interface LaneOptions {
  /** How many retries the server makes at most. */
  readonly maxRetries: number;
  /** The name of the method on the page. */
  readonly method: string;
  readonly page: PageFiles;
  readonly startsAt: number;
}

/** A page with a server and an API of its own, so that paths can be played beside each other. */
export interface LoginLane {
  play(path: WorkflowPath): Promise<void>;
  close(): Promise<void>;
}

export async function openLane(
  browser: Browser,
  { maxRetries, method, page: files, startsAt }: LaneOptions,
): Promise<LoginLane> {
  const clock = createManualClock(startsAt);
  const api = await startScriptedServer();
  const server = await startLoginServer({
    environment: {
      ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: 'project-test-1:secret-test-1',
      ARAZZO_AUTH_STYTCHB2BAPI_BASICAUTH: 'project-test-1:secret-test-1',
    },
    apiUrl: api.url,
    page: files,
    clock,
    maxRetries,
    limits: {
      start: { perAddress: ANY },
      submit: { perRun: ANY, perAddress: ANY },
      repeat: { perRun: ANY, perAddress: ANY },
      other: { perRun: ANY, perAddress: ANY },
    },
  });
  let context: BrowserContext | undefined;
  let page: Page;
  let played = PATHS_PER_PAGE;

  const button = (name: string | RegExp): Locator => page.getByRole('button', { name });
  const openPage = async (): Promise<void> => {
    await context?.close();
    context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    await page.clock.install();
    await page.goto(server.url);
    await page.getByText(method, { exact: true }).click();
    played = 0;
  };
  /** Waits for a state of the run by looking at nothing but what changes. */
  const reachState = async (state: string): Promise<void> => {
    const reached = page.evaluate(
      (wanted) =>
        new Promise<void>((resolve) => {
          const root = document.documentElement;
          const look = (): boolean => root.dataset['state'] === wanted;
          if (look()) return resolve();
          const observer = new MutationObserver(() => {
            if (!look()) return;
            observer.disconnect();
            resolve();
          });
          observer.observe(root, { attributes: true });
        }),
      state,
    );
    await inTime(reached, async () => {
      const seen: unknown = await page.evaluate('document.documentElement.dataset.state');
      return `The page is in "${String(seen)}" and not in "${state}".`;
    });
  };

  const userOf = (path: WorkflowPath): PathUser => {
    const repeats = path.events.filter(({ happening }) => happening.type === 'repeat');
    /** Before the first destination is sent there is no run: the page has a screen of its own for that. */
    let hasBegun = false;
    let left: string | null = null;
    const heading = (name: string): Promise<void> =>
      page.getByRole('heading', { name, exact: true }).waitFor({ timeout: PATIENCE_MS });
    const send = async (input: string, value: string): Promise<void> => {
      const isCode = input === 'code' || input === 'sms_code';
      const label = isCode ? 'Code' : DESTINATIONS[input];
      if (label === undefined) return page.locator('.choices button').first().click();
      const isWrong = isCode ? !/^\d{6}$/.test(value) : !/^\+\d{7,}$|^[^@]+@[^@]+\.[^@]+$/.test(value);
      await page.getByLabel(label).fill(value);
      // Six digits send themselves.
      if (!isCode || isWrong) await button(isCode ? 'Log in' : 'Send the code').click();
      if (isWrong) return page.locator('input[aria-invalid="true"]').waitFor({ timeout: PATIENCE_MS });
      hasBegun = true;
    };
    return {
      begin: async () => {
        const back = played >= PATHS_PER_PAGE ? undefined : button(/^(?:Begin again|Log out)$/);
        played += 1;
        if (back === undefined || (await back.count()) === 0) return openPage();
        await back.click();
        await heading('Log in');
      },
      reach: async (state) => {
        if (!hasBegun) return heading('Log in');
        if (state !== 'cancelled') return reachState(state);
        await heading('Log in');
        await inTime(
          page.evaluate(async (id) => {
            for (;;) {
              const response = await fetch(`/runs/${id}`);
              if (((await response.json()) as { status: string }).status === 'cancelled') return;
            }
          }, left),
          async () => 'The run that the page has left is not cancelled.',
        );
      },
      submit: async (values) => {
        for (const [input, value] of Object.entries(values)) await send(input, String(value));
      },
      repeat: async () => {
        if (repeats.shift()?.isEarly !== true) {
          await page.clock.fastForward(COOLDOWN_MS);
          return button('Send a new code').click();
        }
        if (await button(/^New code in/).isEnabled())
          throw new Error('A new code can be asked for although it is too early.');
      },
      revise: () => button('Back').click(),
      cancel: async () => {
        left = await page.evaluate(() => sessionStorage.getItem('login-run'));
        await button(/^(?:Back|Another way to log in)$/).click();
      },
      // The page's own clock is of use only where it counts down to another code.
      advance: (milliseconds) => clock.advance(milliseconds),
    };
  };

  return {
    play: async (path) => {
      try {
        await path.run({ user: userOf(path), server: api });
      } catch (error) {
        played = PATHS_PER_PAGE;
        throw error;
      }
    },
    close: async () => {
      await context?.close();
      await server.close();
      await api.close();
    },
  };
}

/** Waits in real time, but not for ever. */
async function inTime(promise: Promise<void>, problem: () => Promise<string>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, 'late')));
  try {
    if ((await Promise.race([promise, late])) === 'late') throw new Error(await problem());
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
