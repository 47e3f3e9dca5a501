import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { check, withStep } from './support.ts';
import { parseDocument } from '../../src/document/parse-document.ts';

const SEED = withStep(
  `operationId: send, timeout: 5, dependsOn: [two], description: a,
   parameters: [{ name: a, in: query, value: $inputs.a }, { reference: $components.parameters.size, value: 1 }],
   requestBody: { contentType: application/json, payload: { a: ['{$inputs.a}', { context: $inputs.a, selector: /b, type: jsonpointer }] }, replacements: [{ target: /a, value: 1 }] },
   successCriteria: [{ condition: $statusCode == 200 }, { context: $response.body, condition: '^a$', type: regex }],
   onSuccess: [{ name: a, type: goto, stepId: one, criteria: [{ condition: $statusCode == 201 }] }, { reference: $components.successActions.stop }],
   onFailure: [{ name: b, type: retry, retryLimit: 2, retryAfter: 1, workflowId: other, parameters: [{ name: a, value: 1 }] }],
   outputs: { a: $response.body#/a }, x-xstate: { state: sending, repeatable: { afterSeconds: 1 }, secret: [a] } }, { stepId: two, workflowId: other`,
  {
    version: '1.1.0',
    workflow:
      "dependsOn: [other], inputs: { $ref: '#/components/inputs/in' }, successActions: [{ name: c, type: end }], failureActions: [], parameters: [], outputs: { a: $steps.one.outputs.a }",
    after: `  - { workflowId: other, steps: [{ stepId: a, operationId: b }] }
components:
  inputs: { in: { properties: { a: { x-xstate: { choices: { from: $steps.one.outputs.a, value: /id } } }, b: { $ref: '#/components/inputs/in' } } } }
  parameters: { size: { name: size, in: query, value: 10 } }
  successActions: { stop: { name: stop, type: end } }
`,
  },
);

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'x-xstate',
  'reference',
  '$ref',
  'a/b~c',
  '#',
  'stepId',
  'type',
];

const hostile: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<JsonValue>(null, true, false, 0, -1, 1.5, 1e308, '', [], {}, [null], [[]]),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...KEYS,
      '$',
      '$steps',
      '$steps.',
      '$inputs.__proto__',
      '{$',
      '{$inputs.a}',
      '$sourceDescriptions..a',
      '$components.parameters.',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue> },
);

interface Mutation {
  readonly where: number;
  readonly how: 'delete' | 'replace' | 'add' | 'copy';
  readonly key: string;
  readonly value: JsonValue;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(),
  how: fc.constantFrom('delete', 'replace', 'add', 'copy'),
  key: fc.constantFrom(...KEYS),
  value: hostile,
});

type Container = Record<string, unknown> | unknown[];

/** Every member of every object and list, as its owner and its key. */
function places(value: unknown): readonly (readonly [Container, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Container;
  return Object.entries(owner).flatMap(([key, member]) => [[owner, key] as const, ...places(member)]);
}

function mutate(document: unknown, { where, how, key, value }: Mutation): void {
  const all = places(document);
  const [owner, name] = all[where % all.length] ?? [];
  if (owner === undefined || name === undefined) return;
  const put = (member: string, content: unknown): void => {
    Object.defineProperty(owner, member, {
      value: content,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  };
  const current: unknown = (owner as Record<string, unknown>)[name];
  if (how === 'replace') put(name, structuredClone(value));
  else if (how === 'delete') {
    if (Array.isArray(owner)) owner.splice(Number(name), 1);
    else delete owner[name];
  } else if (Array.isArray(owner))
    owner.push(how === 'copy' ? structuredClone(current) : structuredClone(value));
  else put(key, how === 'copy' ? structuredClone(current) : structuredClone(value));
}

describe('a hostile document', () => {
  it('starts from one without errors', () => {
    expect(
      check(SEED).diagnostics.filter(
        ({ severity, code }) => severity === 'error' && code !== 'arazzo/step-reference-exists',
      ),
    ).toEqual([]);
    expect(check(SEED).model?.workflows).toHaveLength(2);
  });

  it('never makes the reader or the rules throw, and every diagnostic is located in it', () => {
    const seed = parseDocument(SEED, { uri: 'file:///seed.yaml' }).value?.value;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
        const document: unknown = structuredClone(seed);
        for (const one of mutations) mutate(document, one);
        const text = JSON.stringify(document);
        const { diagnostics } = check(text);
        for (const { location, message } of diagnostics) {
          expect(location.range.start).toBeLessThanOrEqual(text.length);
          expect(message).not.toMatch(/undefined|\[object/);
        }
      }),
      { numRuns: 1500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('gives no crash whatever JSON it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('info', 'workflows', 'sourceDescriptions', 'components'),
        (value, field) => {
          const text = JSON.stringify({ arazzo: '1.0.1', [field]: value });
          expect(check(text).diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives at most a hundred diagnostics a phase', () => {
    const steps = Array.from({ length: 300 }, (_, index) => `{ stepId: s${index}, nonsense: 1 }`).join(', ');
    const { diagnostics } = check(withStep(`operationId: send }, ${steps.slice(0, -1)}`));
    expect(diagnostics.length).toBeGreaterThan(90);
    expect(diagnostics.length).toBeLessThanOrEqual(200);
  });
});
