import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildPage } from '../../examples/login/server.ts';
import { loadDocument } from '../../src/run/load-document.ts';
import { createWorkflowModel, type PathOptions, type WorkflowPath } from '../../src/testing/index.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';
import { openLane, type LoginLane } from './login-lane.ts';
import { createPageWays } from './login-ways.ts';

/** How many pages are played on at once. */
const LANES = 4;

/** How often each retry of the login by discovery is made at most. As often as its document says, three times, takes a quarter of an hour. */
const RETRIES = Number(process.env['LOGIN_RETRIES'] ?? 2);
/** How many simple paths it has, by how often each retry is made. */
const BY_DISCOVERY: Readonly<Record<number, number>> = { 1: 390, 2: 1737, 3: 5568 };

interface Login {
  /** The name of the method on the page. */
  readonly method: string;
  readonly document: URL;
  readonly secondFactor: boolean;
}

const SMS: Login = {
  method: 'SMS',
  document: new URL('../../workflows/sms-otp-login.arazzo.yaml', import.meta.url),
  secondFactor: false,
};
const DISCOVERY: Login = {
  method: 'Work',
  document: new URL('../../examples/login/workflows/work-login.arazzo.yaml', import.meta.url),
  secondFactor: false,
};
const BOTH: Login = { ...DISCOVERY, secondFactor: true };

// Else Vite takes React's build for developers.
vi.stubEnv('NODE_ENV', 'production');
const files = await buildPage();
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});

afterAll(() => browser.close());

interface Told {
  readonly strategy: NonNullable<PathOptions['strategy']>;
  /** How often each retry is made at most, by the server as well; the documents say three times. */
  readonly maxRetries: number;
  /** How many paths there are, by whether the page lets a person take them. */
  readonly count: Readonly<Record<string, number>>;
  /** How they end. */
  readonly ends: readonly WorkflowPath['status'][];
  /** What the machine takes and the page has no way to, with the states. */
  readonly noWayTo: Readonly<Record<string, readonly string[]>>;
}

function countOf(sorted: Readonly<Record<string, readonly unknown[]>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sorted).map(([name, paths]) => [name, paths.length]));
}

/** Plays all paths of a login that the page lets a person take, on several pages at once. */
function playPaths(title: string, login: Login, { strategy, maxRetries, ...told }: Told): void {
  const { method, secondFactor } = login;
  describe(title, async () => {
    const { value } = await loadDocument(fileURLToPath(login.document));
    if (value === undefined) throw new Error('The document cannot be loaded.');
    const ways = createPageWays({ secondFactor });
    const model = createWorkflowModel(value, { maxRetries, allows: ways.allows });
    const sorted = ways.sortOut(model.paths({ strategy, limits: false }).paths);
    const { played } = sorted;
    let lanes: readonly LoginLane[] = [];
    let free: LoginLane[] = [];
    const waiting: ((lane: LoginLane) => void)[] = [];
    const give = (lane: LoginLane): void => {
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else next(lane);
    };

    beforeAll(async () => {
      const options = { maxRetries, method, page: files, startsAt: played[0]?.startsAt ?? 0 };
      lanes = await Promise.all(Array.from({ length: LANES }, () => openLane(browser, options)));
      free = [...lanes];
    });

    afterAll(async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    });

    for (const path of played)
      test.concurrent(path.description, async () => {
        const lane = free.pop() ?? (await new Promise<LoginLane>((resolve) => waiting.push(resolve)));
        try {
          await lane.play(path);
        } finally {
          give(lane);
        }
      });

    test('leaves nothing out but what the page has no way to', () => {
      const ends = [...new Set(played.map(({ status }) => status))].toSorted();
      expect({ count: countOf(sorted), ends, noWayTo: ways.noWayTo() }).toEqual(told);
    });
  });
}

const NO_WAY_BY_SMS = {
  cancel: ['awaitingCode', 'busy'],
  'revise code': ['awaitingCode'],
  'revise phone_number': ['awaitingPhoneNumber'],
  'submit phone_number': ['awaitingCode'],
};
const NO_WAY_BY_DISCOVERY = {
  cancel: ['awaitingCode', 'busy'],
  repeat: ['awaitingOrganization'],
  'revise code': ['awaitingCode', 'awaitingOrganization'],
  'revise email_address': ['awaitingEmailAddress', 'awaitingOrganization'],
  'revise organization_id': ['awaitingOrganization'],
  'submit a wrong choice': ['awaitingOrganization'],
  'submit email_address': ['awaitingCode', 'awaitingOrganization'],
};
const NO_WAY_WITH_SECOND_FACTOR = {
  cancel: ['awaitingCode', 'awaitingSmsCode', 'busy'],
  repeat: ['awaitingMfaPhoneNumber', 'awaitingOrganization'],
  'revise code': ['awaitingCode', 'awaitingMfaPhoneNumber', 'awaitingOrganization', 'awaitingSmsCode'],
  'revise email_address': [
    'awaitingEmailAddress',
    'awaitingMfaPhoneNumber',
    'awaitingOrganization',
    'awaitingSmsCode',
  ],
  'revise mfa_phone_number': ['awaitingMfaPhoneNumber'],
  'revise organization_id': ['awaitingMfaPhoneNumber', 'awaitingOrganization'],
  'revise sms_code': ['awaitingSmsCode'],
  'submit a wrong choice': ['awaitingOrganization'],
  'submit email_address': [
    'awaitingCode',
    'awaitingMfaPhoneNumber',
    'awaitingOrganization',
    'awaitingSmsCode',
  ],
};

playPaths('every simple path of the login by SMS', SMS, {
  strategy: 'simple',
  maxRetries: 3,
  count: { played: 1195, inputsUpFront: 41, nothingBegun: 1, otherLogin: 0, otherBack: 0 },
  ends: ['cancelled', 'done', 'failed'],
  noWayTo: NO_WAY_BY_SMS,
});
playPaths(`every simple path of the login by discovery, each retry ${RETRIES} times at most`, DISCOVERY, {
  strategy: 'simple',
  maxRetries: RETRIES,
  // The others come to a second factor, and are among those below.
  count: {
    played: BY_DISCOVERY[RETRIES] ?? 0,
    inputsUpFront: 57,
    nothingBegun: 1,
    otherLogin: 6,
    otherBack: 0,
  },
  ends: ['cancelled', 'done', 'failed'],
  noWayTo: NO_WAY_BY_DISCOVERY,
});
playPaths('every simple path of the login by discovery with a second factor, without retries', BOTH, {
  strategy: 'simple',
  maxRetries: 0,
  count: { played: 238, inputsUpFront: 104, nothingBegun: 1, otherLogin: 0, otherBack: 74 },
  ends: ['cancelled', 'done', 'failed'],
  noWayTo: NO_WAY_WITH_SECOND_FACTOR,
});
playPaths('every edge of the login by discovery with a second factor, with all retries', BOTH, {
  strategy: 'edges',
  maxRetries: 3,
  count: { played: 94, inputsUpFront: 96, nothingBegun: 1, otherLogin: 0, otherBack: 1 },
  ends: ['cancelled', 'done', 'failed'],
  noWayTo: NO_WAY_WITH_SECOND_FACTOR,
});
