import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { generateModule } from '../../src/machines/generate-module.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'generated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the module to a file and imports it, as Node runs TypeScript. */
async function imported(plans: readonly WorkflowPlan[]): Promise<Readonly<Record<string, unknown>>> {
  const from = new URL('../../src/machine.ts', import.meta.url).href;
  const file = join(folder, `module-${Math.abs(plans.length * 31 + (plans[0]?.workflowId.length ?? 0))}.ts`);
  writeFileSync(file, generateModule(plans, { from: fileURLToPath(from) }));
  return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
}

const plan = planOf({
  summary: 'Ends */ a comment.',
  inputs: inputsOf(['code'], {
    count: { type: 'integer', description: 'How\nmany.' },
    kind: { enum: ['a', 'b', null] },
    list: { type: 'array', items: { type: ['string', 'null'] } },
    user: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, 'first-name': { const: 1 } },
    },
    any: {},
    nothing: { enum: [] },
  }),
  steps: [stepOf('send', uses('code')), stepOf('verify-it')],
  outputs: { token: '$steps.send.outputs.x' },
});

describe('a module', () => {
  const text = generateModule([plan], { document: 'w.arazzo.yaml' });

  it('says what it was made from and imports the core', () => {
    expect(text).toContain('from w.arazzo.yaml');
    expect(text).toContain('from "arazzo-xstate/machine"');
  });

  it('has the types of the inputs, those that are asked for not optional', () => {
    for (const line of [
      'readonly code: string;',
      'readonly count?: number;',
      'readonly kind?: "a" | "b" | null;',
      'readonly list?: readonly (string | null)[];',
      'readonly user?: { readonly name: string; readonly "first-name"?: 1 };',
      'readonly any?: unknown;',
      'readonly nothing?: never;',
      '/** How many. */',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('has the unions of the steps and of the states', () => {
    expect(text).toContain('readonly steps: "send" | "verify-it";');
    expect(text).toContain(
      'readonly states: "awaitingCode" | "sending" | "verifying" | "done" | "failed" | "cancelled";',
    );
  });

  it('lets no text of the document end its comment', () => {
    expect(text).toContain('/** Ends *\\/ a comment. */');
  });

  it('has the types of what people may answer, where they are asked', () => {
    const inputSchema = {
      type: 'object',
      required: ['approved'],
      properties: { approved: { type: 'boolean' }, note: { type: 'string' } },
    };
    const interaction = { prompt: 'Well?', inputSchema };
    const asking = planOf(
      { steps: [stepOf('send'), { stepId: 'ask-now', interaction }] },
      { arazzo: '1.2.0' },
    );
    expect(text).not.toContain('readonly answers');
    expect(generateModule([asking])).toContain(
      'readonly answers: {\n    readonly "ask-now": { readonly approved: boolean; readonly note?: string };\n  };',
    );
  });

  it('gives the machine of its plan', async () => {
    const { wPlan, w } = await imported([plan]);
    expect(wPlan).toEqual(plan);
    expect(JSON.stringify((w as { config: unknown }).config)).toBe(
      JSON.stringify(compileMachine(plan).config),
    );
  });
});

it('keeps members of the name __proto__ in the plan', async () => {
  const properties = JSON.parse(
    '{"__proto__":{"type":"string","title":"has \\" \\"__proto__\\": in it"}}',
  ) as JsonObject;
  const hostile = {
    ...planOf({ inputs: { type: 'object', properties }, steps: [stepOf('s', { a: '$inputs.__proto__' })] }),
    workflowId: 'proto',
  };
  const { protoPlan } = await imported([hostile]);
  expect(JSON.stringify(protoPlan)).toBe(JSON.stringify(hostile));
});

it('gives every workflow a name of its own that TypeScript can have', async () => {
  const ids = [
    'delete',
    'workflow-plan',
    'compile-machine',
    'workflow-machine',
    'a',
    'a-plan',
    'b-plan',
    'b',
    'x y',
    'x_y',
    '1',
    '__proto__',
    'await',
    '--',
  ];
  const module = await imported(
    ids.map((workflowId) => ({ ...planOf({ steps: [stepOf('s')] }), workflowId })),
  );
  const machines = Object.values(module).filter(
    (value) => typeof value === 'object' && value !== null && 'config' in value,
  );
  expect(machines.map((machine) => (machine as unknown as { id: string }).id).toSorted()).toEqual(
    ids.toSorted(),
  );
});
