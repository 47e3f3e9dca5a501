// npm run bench:inspector
// How soon the inspector shows a machine, and how it bears many events. Needs Debian's Chromium; judges nothing.
import { createActor, createMachine } from 'xstate';
import { createInspector } from '../../src/inspector/index.ts';
import { launch, watch } from '../e2e/inspected.ts';
import { median } from './measure.ts';

const ROUNDS = 7;
const STATES = 20;

/** A line of states, with a way back and a way out of each. */
function lineOf(count: number) {
  const states = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `state${index}`,
      index === count - 1
        ? { type: 'final' as const }
        : { on: { next: `state${index + 1}`, ...(index % 4 === 3 ? { back: `state${index - 3}` } : {}) } },
    ]),
  );
  return createMachine({ id: `line-of-${count}`, initial: 'state0', states });
}

async function measure(label: string, ready: (url: string) => Promise<void>): Promise<void> {
  const opened: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const inspector = await createInspector();
    createActor(lineOf(STATES), { inspect: inspector.inspect }).start();
    await ready(inspector.url);
    const { page, context } = await watch(browser);
    await page.goto(inspector.url);
    await page.locator('#canvas svg .active').first().waitFor();
    // Measured in the page, from the beginning of its navigation.
    opened.push(
      await page.evaluate(() => performance.getEntriesByName('picture')[0]?.startTime ?? Number.NaN),
    );
    await context.close();
    await inspector.close();
  }
  console.log(
    `First picture of ${STATES} states, ${label}: median ${Math.round(median(opened))} ms of ${opened.map(Math.round).join(', ')}`,
  );
}

const browser = await launch();
await measure(
  'page opened a moment after the start',
  () => new Promise((resolve) => setTimeout(resolve, 2000)),
);
await measure('page opened with the start', () => Promise.resolve());
await browser.close();
