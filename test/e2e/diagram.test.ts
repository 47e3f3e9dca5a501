import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toMermaid } from '../../src/diagram/to-mermaid.ts';
import { toSvg } from '../../src/diagram/to-svg.ts';
import type { Mermaid } from 'mermaid';
import type { WorkflowPlan } from '../../src/index.ts';
import { planOfSize, planOfSteps } from '../diagram/support.ts';
import { allWorkflows } from '../docs/workflow-pages.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';

declare const mermaid: Mermaid;

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});

afterAll(async () => {
  await browser.close();
});

async function allPlans(): Promise<readonly (readonly [name: string, plan: WorkflowPlan])[]> {
  const own = (await allWorkflows()).map(({ plan }) => [plan.workflowId, plan] as const);
  const sizes = [3, 10, 30, 60];
  return [
    ...own,
    ...(await Promise.all(sizes.map(async (size) => [`${size} steps`, await planOfSize(size)] as const))),
  ];
}

interface Drawn {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a browser really draws: the boxes of all words, with what they stand on, and of all states. */
async function drawnIn(page: Page): Promise<{
  readonly picture: Drawn;
  readonly words: readonly (Drawn & { readonly owner: string })[];
  readonly states: readonly (Drawn & { readonly hasInside: boolean })[];
}> {
  return page.evaluate(() => {
    const boxOf = (element: Element, name: string) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { name, x: left, y: top, right, bottom };
    };
    const svg = document.querySelector('svg.arazzo-diagram');
    if (svg === null) throw new Error('no picture');
    const kinds = new Set(['compound', 'parallel', 'region']);
    return {
      picture: boxOf(svg, 'picture'),
      words: [...svg.querySelectorAll('text')].map((text) => ({
        ...boxOf(text, text.textContent ?? ''),
        owner: text.closest('[data-state]')?.getAttribute('data-state') ?? '',
      })),
      states: [...svg.querySelectorAll('[data-state]')].map((state) => ({
        ...boxOf(state.querySelector('.shape') ?? state, state.getAttribute('data-state') ?? ''),
        hasInside: kinds.has(state.getAttribute('data-kind') ?? ''),
      })),
    };
  });
}

/** Letters may reach a little beyond the box that is theirs. */
const SLACK = 1;

function meet(one: Drawn, other: Drawn): boolean {
  return (
    one.right > other.x + SLACK &&
    other.right > one.x + SLACK &&
    one.bottom > other.y + SLACK * 3 &&
    other.bottom > one.y + SLACK * 3
  );
}

function isInside(inner: Drawn, outer: Drawn): boolean {
  return (
    inner.x >= outer.x - SLACK &&
    inner.y >= outer.y - SLACK &&
    inner.right <= outer.right + SLACK &&
    inner.bottom <= outer.bottom + SLACK
  );
}

async function faultsIn(page: Page): Promise<readonly string[]> {
  const { picture, words, states } = await drawnIn(page);
  expect(words.length).toBeGreaterThan(5);
  return [
    ...words.flatMap((one, index) =>
      words
        .slice(index + 1)
        .flatMap((other) => (meet(one, other) ? [`"${one.name}" on "${other.name}"`] : [])),
    ),
    ...words.flatMap((word) =>
      states.flatMap((state) => {
        const mayBeInside = state.name === word.owner || state.hasInside;
        const fits = !meet(word, state) || (mayBeInside && isInside(word, state));
        return fits ? [] : [`"${word.name}" on the border of state ${state.name}`];
      }),
    ),
    ...[...words, ...states].flatMap((one) => (isInside(one, picture) ? [] : [`"${one.name}" is cut off`])),
  ];
}

describe.each(['light', 'dark'] as const)('the pictures in Chromium, %s', (colorScheme) => {
  test(
    'have no words on words or on states that are not theirs, and nothing is cut off',
    { timeout: 180_000 },
    async () => {
      const page = await browser.newPage({ colorScheme });
      const found: string[] = [];
      for (const [name, plan] of await allPlans()) {
        for (const detail of ['full', 'overview'] as const) {
          await page.setContent(`<body style="margin:0">${await toSvg(plan, { detail })}</body>`);
          found.push(...(await faultsIn(page)).map((fault) => `${name}, ${detail}: ${fault}`));
        }
      }
      await page.close();
      expect(found).toEqual([]);
    },
  );

  test('have words that stand out from what they stand on by 4.5 to 1 at least', async () => {
    const page = await browser.newPage({ colorScheme });
    const [, plan] = (await allPlans()).find(([name]) => name === 'ship-order') ?? [];
    if (plan === undefined) throw new Error('no such workflow');
    await page.setContent(await toSvg(plan));
    const contrasts = await page.evaluate(() => {
      const luminance = (colour: string): number => {
        const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
          const share = Number(part) / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        const [red = 0, green = 0, blue = 0] = parts;
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const fillOf = (element: Element | null): string =>
        element === null ? '' : getComputedStyle(element).fill;
      return [...document.querySelectorAll('svg.arazzo-diagram text')].flatMap((text) => {
        const shape = text.closest('[data-state]')?.querySelector('.shape') ?? null;
        // Words on lines stand on the canvas, or inside a state that has others inside.
        const grounds =
          shape === null
            ? ['.canvas', '.compound > .shape'].map((one) => document.querySelector(one))
            : [shape];
        return grounds.map((ground) => {
          const [one, other] = [luminance(fillOf(text)), luminance(fillOf(ground))].toSorted((a, b) => b - a);
          return ((one ?? 0) + 0.05) / ((other ?? 0) + 0.05);
        });
      });
    });
    await page.close();
    expect(contrasts.length).toBeGreaterThan(50);
    expect(Math.min(...contrasts)).toBeGreaterThan(4.5);
  });
});

test('a picture is an image with a name and a description to a screen reader', async () => {
  const page = await browser.newPage();
  const [, plan] = (await allPlans()).find(([name]) => name === 'sms-otp-login') ?? [];
  if (plan === undefined) throw new Error('no such workflow');
  await page.setContent(await toSvg(plan));
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const image = nodes.find(({ role }) => role?.value === 'image');
  expect(image?.name?.value).toBe('sms-otp-login');
  expect(image?.description?.value).toContain('starting in awaitingPhoneNumber');
  await page.close();
});

describe('Mermaid itself', () => {
  let page: Page;

  beforeAll(async () => {
    page = await browser.newPage();
    const library = new URL('../../node_modules/mermaid/dist/mermaid.min.js', import.meta.url);
    await page.setContent('<body></body>');
    await page.addScriptTag({ content: readFileSync(library, 'utf8') });
    await page.evaluate(() => {
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: 'strict',
        maxTextSize: 1_000_000,
        maxEdges: 5000,
      });
    });
  });

  afterAll(() => page.close());

  /** Reads a text as Mermaid does, and gives what is wrong with it; nothing, as a rule. */
  const problemOf = (text: string): Promise<string> =>
    page.evaluate(async (source) => {
      try {
        const { diagramType } = await mermaid.parse(source);
        return diagramType === 'stateDiagram' ? '' : diagramType;
      } catch (error) {
        return String(error);
      }
    }, text);

  /** The words that Mermaid draws. */
  const wordsOf = (text: string): Promise<string> =>
    page.evaluate(async (source) => {
      const { svg } = await mermaid.render('drawn', source);
      const parsed = new DOMParser().parseFromString(svg, 'text/html');
      parsed.querySelectorAll('style').forEach((style) => style.remove());
      return parsed.body.textContent ?? '';
    }, text);

  test('notices a text that is not valid', async () => {
    expect(await problemOf('stateDiagram-v2\n  a --> : b ] {')).not.toBe('');
    expect(await problemOf('flowchart TD\n  a --> b')).not.toBe('');
  });

  test(
    'takes what toMermaid makes of every workflow, and draws its states',
    { timeout: 180_000 },
    async () => {
      for (const [name, plan] of await allPlans()) {
        for (const detail of ['full', 'overview'] as const) {
          expect([name, detail, await problemOf(toMermaid(plan, { detail }))]).toEqual([name, detail, '']);
        }
      }
      const [, login] = (await allPlans()).find(([name]) => name === 'sms-otp-login') ?? [];
      if (login === undefined) throw new Error('no such workflow');
      const words = await wordsOf(toMermaid(login, { detail: 'full' }));
      for (const word of [
        'awaitingPhoneNumber',
        'sendingBackoff',
        'askCodeAgain',
        "$response.body#/error_type == 'otp_code_not_found'",
      ]) {
        expect(words.replaceAll(' ', ' ')).toContain(word);
      }
    },
  );

  test('takes any criterion and any name, and shows them as text', async () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            '"',
            ';',
            ':',
            '-->',
            '[*]',
            '%%',
            '%%{init: {}}%%',
            '#',
            '&lt;',
            '<b>',
            '</b>',
            '{',
            '}',
            '`',
            '$$',
            '**',
            '\n',
            '\\',
            'note',
            'end',
            ' ',
            '(',
            ')',
            '1. ',
            '- ',
          ),
          { minLength: 1, maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (condition, name) => {
        const plan = await planOfSteps([
          {
            stepId: 'go',
            operationId: 'act',
            successCriteria: [{ context: '$response.body', type: 'jsonpath', condition: '$.a' }],
            onFailure: [{ name: 'x', type: 'end' }],
          },
        ]);
        const [step] = plan.steps;
        const [criterion] = step?.successCriteria ?? [];
        if (step === undefined || criterion === undefined) throw new Error('no step');
        const marked = {
          ...plan,
          steps: [
            {
              ...step,
              successCriteria: [{ ...criterion, text: condition }],
              onFailure: step.onFailure.map((action) => ({ ...action, name })),
            },
          ],
        };
        expect(await problemOf(toMermaid(marked, { detail: 'full' }))).toBe('');
        expect(await problemOf(toMermaid(marked))).toBe('');
      }),
      { numRuns: 80 },
    );
  });
});
