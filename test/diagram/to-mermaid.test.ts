import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMermaidId, mermaidLabel } from '../../src/diagram/mermaid-text.ts';
import { toMermaid } from '../../src/diagram/to-mermaid.ts';
import { compileMachine } from '../../src/index.ts';
import { smsOtpLogin, smsOtpLoginPlan } from '../../src/machines/stytch/index.ts';
import { createFlow } from '../../src/plan/create-flow.ts';
import { planOfSteps, planThatCalls } from './support.ts';

const arrows = (text: string): readonly string[] => text.split('\n').filter((line) => line.includes('-->'));

describe('toMermaid', () => {
  test('draws every state of the machine in full, and all but the pauses before a retry in the overview', () => {
    const names = createFlow(smsOtpLoginPlan).states.map(({ name }) => name);
    const declared = (text: string): readonly string[] =>
      names.filter((name) => text.includes(`\n  ${name}\n`) || text.includes(`as ${name}\n`));
    expect(declared(toMermaid(smsOtpLoginPlan, { detail: 'full' }))).toEqual(names);
    expect(declared(toMermaid(smsOtpLoginPlan))).toEqual(names.filter((name) => !name.endsWith('Backoff')));
  });

  test('draws every edge of every state in full', () => {
    const edges = createFlow(smsOtpLoginPlan).states.flatMap((state) => {
      if (state.kind === 'call') {
        const lostOnly = state.lost.filter(
          ({ action }) => action !== undefined && !state.failed.some((edge) => edge.action === action),
        );
        return [...state.succeeded, ...state.failed, ...lostOnly];
      }
      if (state.kind === 'backoff') return [state.resume];
      return state.kind === 'wait'
        ? [state.proceed, ...(state.repeat === undefined ? [] : [state.repeat])]
        : [];
    });
    const text = toMermaid(smsOtpLoginPlan, { detail: 'full' });
    // Beside these: the start, and the revision of the number.
    expect(arrows(text)).toHaveLength(edges.length + 2);
    expect(text).toContain(
      "authenticating --> awaitingCode : ✗\u00A0askCodeAgain · $response.body#35;/error_type == 'otp_code_not_found' · forget code\n",
    );
  });

  test('draws one arrow from a state to another in the overview', () => {
    const pairs = arrows(toMermaid(smsOtpLoginPlan)).map((line) => line.split(' : ')[0]);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  test('draws a machine as it draws its plan', () => {
    expect(toMermaid(smsOtpLogin)).toBe(toMermaid(smsOtpLoginPlan));
  });

  test('draws the machine as it was compiled', () => {
    const machine = compileMachine(smsOtpLoginPlan, { deferredInputs: false });
    expect(toMermaid(machine)).not.toContain('awaitingCode');
  });

  test('tells what may be cancelled once', () => {
    expect(toMermaid(smsOtpLoginPlan, { detail: 'full' }).match(/cancel\b/g)).toHaveLength(1);
  });

  test('gives a state whose name Mermaid would not take another id, and shows its name', async () => {
    const plan = await planOfSteps([
      { stepId: 'note', operationId: 'act' },
      { stepId: 'constructor', operationId: 'act', 'x-xstate': { state: 'constructor' } },
    ]);
    const text = toMermaid(plan);
    const odd = createFlow(plan).states.filter(({ name }) => !isMermaidId(name));
    expect(odd.length).toBeGreaterThan(0);
    for (const { name } of odd) expect(text).toMatch(new RegExp(`state "${name}" as state\\d_*\\n`));
  });

  test('lets nothing out of a criterion into its syntax', async () => {
    const plan = await planOfSteps([
      {
        stepId: 'go',
        operationId: 'act',
        successCriteria: [{ context: '$response.body', type: 'regex', condition: 'x"; --> [*] : %%<b>`' }],
      },
    ]);
    expect(arrows(toMermaid(plan, { detail: 'full' }))[1]).toMatch(
      /^ {2}\w+ --> \w+ : [^:;"<>`%]*(?:#\d+;[^:;"<>`%]*)*$/,
    );
  });

  test('refuses a machine of another origin', () => {
    expect(() => toMermaid({ config: {} })).toThrow(TypeError);
  });
});

describe('mermaidLabel', () => {
  test('holds no character that means anything to Mermaid, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const label = mermaidLabel(text, 40).replaceAll(/#\d+;/g, '');
        expect(label).not.toMatch(/[\n\r"<>`;:#%{}[\]\\~*^]|--|\$\$|&[#\w]/);
      }),
    );
  });

  test('shows the text that it was given', () => {
    const decoded = (label: string): string =>
      label.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
        expect(decoded(mermaidLabel(text, 40))).toBe(text.replaceAll(/\s+/g, ' ').trim());
      }),
    );
  });

  test('cuts a long text and says so', () => {
    expect(mermaidLabel('abcdefgh', 5)).toBe('abcd…');
  });

  test('keeps whole characters when it cuts', () => {
    expect(mermaidLabel('😀😀😀', 2)).toBe('#128512;…');
  });
});

describe('isMermaidId', () => {
  test.each(['note', 'State', 'end', 'classDef', 'accTitle', 'toString', '__proto__', '1a', 'a-b', 'ä', ''])(
    'refuses %j',
    (name) => {
      expect(isMermaidId(name)).toBe(false);
    },
  );

  test.each(['sending', 'awaitingCode', 'sending_2', 'notes'])('takes %j', (name) => {
    expect(isMermaidId(name)).toBe(true);
  });
});

describe('called workflows', () => {
  const inner = {
    ...smsOtpLoginPlan,
    workflowId: 'place-order',
    steps: smsOtpLoginPlan.steps.slice(0, 1),
  };
  const outer = planThatCalls(inner);

  test('are drawn inside the state that calls them', () => {
    const text = toMermaid(outer);
    const inside = text.slice(text.indexOf('state placing {'), text.indexOf('\n  }'));
    expect(inside).toContain('state "sending" as placing__sending');
    expect(inside).toContain('[*] --> placing__awaitingPhoneNumber');
    expect(inside).not.toContain('cancelled');
    expect(text).toMatch(/placing --> done : ✓\splace-order\sdone/);
  });
});
