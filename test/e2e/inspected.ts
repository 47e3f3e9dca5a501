import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { createActor, type Actor } from 'xstate';
import type { JsonObject } from '../../src/document/json.ts';
import { createInspector, type Inspector, type InspectorOptions } from '../../src/inspector/index.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowMachine } from '../../src/machines/workflow-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { provideServices, type ServicesOptions } from '../../src/run/provide-services.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';

/** Starts Debian's Chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
}

/** A page, and all that it complained of or asked for elsewhere. */
export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and violations of the policy. */
  readonly complaints: string[];
  /** The hosts that were asked for anything. */
  readonly hosts: Set<string>;
}

/** Opens a page and watches it from the beginning. */
export async function watch(
  browser: Browser,
  options: {
    readonly width?: number;
    readonly colorScheme?: 'light' | 'dark';
    readonly hasTouch?: boolean;
  } = {},
): Promise<Watched> {
  const { width = 1280, ...rest } = options;
  const context = await browser.newContext({ viewport: { width, height: 844 }, ...rest });
  const page = await context.newPage();
  // As long as a test may take: other work may hold the machine up.
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  return { context, page, complaints, hosts };
}

/** An inspector with a workflow that its page starts. */
export interface Played {
  readonly inspector: Inspector;
  readonly close: () => Promise<void>;
  /** Lets the machine's clock go on. */
  readonly advance: (milliseconds: number) => void;
  readonly actor: () => Actor<WorkflowMachine>;
}

/** Makes an inspector that plays plans, the first at once. */
export async function play(
  plans: readonly WorkflowPlan[],
  services: ServicesOptions,
  options: InspectorOptions & { readonly inputs?: () => JsonObject } = {},
): Promise<Played> {
  let ahead = 0;
  let running: Actor<WorkflowMachine> | undefined;
  const { inputs, ...rest } = options;
  const start = (workflowId: string): void => {
    const plan = plans.find((one) => one.workflowId === workflowId);
    if (plan === undefined) return;
    running?.stop();
    const machine = compileMachine(plan, { now: () => Date.now() + ahead });
    running = createActor(provideServices(machine, services), {
      input: { inputs: inputs?.() ?? {} },
      inspect: inspector.inspect,
    });
    running.start();
  };
  const inspector = await createInspector({ ...rest, workflows: { plans, start } });
  start(plans[0]?.workflowId ?? '');
  return {
    inspector,
    close: async () => {
      running?.stop();
      await inspector.close();
    },
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    actor: () => {
      if (running === undefined) throw new Error('Nothing runs.');
      return running;
    },
  };
}

/** Waits until the page says that its machine is in a state. */
export async function reach(page: Page, state: string): Promise<void> {
  const text = new RegExp(`^${state.replaceAll('.', '\\.')}$`);
  await page.locator('#state', { hasText: text }).waitFor();
}

/** The states that the picture marks. */
export async function marked(page: Page, mark: 'active' | 'visited'): Promise<readonly string[]> {
  await page.locator('#canvas svg').waitFor();
  return page.evaluate(
    (name) =>
      [...document.querySelectorAll<SVGElement>(`#canvas [data-state].${name}`)].map(
        ({ dataset }) => dataset['state'] ?? '',
      ),
    mark,
  );
}
