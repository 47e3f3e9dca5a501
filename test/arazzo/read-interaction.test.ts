import { describe, expect, it } from 'vitest';
import { check, problems, stepOf, withStep } from './support.ts';

const DRAFT = 'warning arazzo/draft-version /arazzo';
const STEP = '/workflows/0/steps/0';
const FORM = "interaction: { prompt: 'Take {$inputs.what}?', inputSchema: { type: object } }";

/** The problems of a step of the draft of 1.2, its warning apart. */
function found(members: string, options: { workflow?: string; after?: string } = {}): readonly string[] {
  const all = problems(withStep(members, { version: '1.2.0', ...options }));
  expect(all[0]).toBe(DRAFT);
  return all.slice(1);
}

function step(members: string) {
  return stepOf(withStep(members, { version: '1.2.0' }));
}

const WHAT = { workflow: 'inputs: { properties: { what: {} } }' };

describe('a step with an interaction', () => {
  it('is read in a document of 1.2, with a warning that it is a draft', () => {
    expect(found(FORM, WHAT)).toEqual([]);
    expect(step(FORM)?.target).toMatchObject({
      kind: 'interaction',
      interaction: { mode: 'form', context: [], prompt: { kind: 'text' }, inputSchema: { type: 'object' } },
    });
  });

  it.each(['1.0.1', '1.1.0'])('is unknown in a document of %s, with a hint', (version) => {
    const { diagnostics } = check(withStep(FORM, { version }));
    const [unknown] = diagnostics.filter(({ code }) => code === 'arazzo/unknown-field');
    expect(unknown?.location.pointer).toBe(`${STEP}/interaction`);
    expect(unknown?.message).toContain('arazzo: 1.2.0');
    expect(diagnostics.map(({ message }) => message).join(' ')).not.toContain('Did you mean "interaction"');
  });

  it('calls nothing', () => {
    expect(found(`${FORM}, operationId: send`, WHAT)).toEqual([`error arazzo/step-target ${STEP}`]);
    expect(found(`${FORM}, parameters: [], requestBody: {}`, WHAT)).toEqual([
      `warning arazzo/irrelevant-field ${STEP}/parameters`,
      `warning arazzo/irrelevant-field ${STEP}/requestBody`,
    ]);
  });

  it('may be one of the components', () => {
    const after = `components:\n  interactions:\n    ok: { mode: acknowledge, prompt: Ready? }\n`;
    expect(found('interaction: { reference: $components.interactions.ok }', { after })).toEqual([]);
    expect(found('interaction: { reference: $components.interactions.okay }', { after })).toEqual([
      `error arazzo/reusable-reference ${STEP}/interaction/reference`,
    ]);
  });

  it.each([
    ['interaction: { inputSchema: {} }', 'required-field', ''],
    ['interaction: { prompt: a, mode: popup, inputSchema: {} }', 'field-value', '/mode'],
    ['interaction: { prompt: 1, inputSchema: {} }', 'field-type', '/prompt'],
    ['interaction: { prompt: a, inputSchema: { type: text } }', 'invalid-schema', '/inputSchema/type'],
    ['interaction: { prompt: a, inputSchema: {}, schema: {} }', 'unknown-field', '/schema'],
    [
      'interaction: { mode: redirect, prompt: a, inputSchema: {}, url: "javascript:x" }',
      'field-value',
      '/url',
    ],
  ])('refuses %s', (members, code, pointer) => {
    expect(found(members)).toContain(`error arazzo/${code} ${STEP}/interaction${pointer}`);
  });
});

describe('the time of a step', () => {
  it.each([
    ['timeout: PT8H', 8 * 3_600_000],
    ['timeout: 2500', 2500],
  ])('is %s', (timeout, expected) => {
    expect(step(`${FORM}, ${timeout}`)?.timeoutMs).toBe(expected);
    expect(step(`operationId: send, ${timeout}`)?.timeoutMs).toBe(expected);
  });

  it.each(['8 hours', 'PT0S', 'P101Y', '0'])('cannot be %s', (timeout) => {
    expect(found(`operationId: send, timeout: ${timeout}`)).toEqual([
      `error arazzo/field-value ${STEP}/timeout`,
    ]);
  });

  it('is no duration before 1.2', () => {
    expect(problems(withStep('operationId: send, timeout: PT8H', { version: '1.1.0' }))).toEqual([
      `error arazzo/field-type ${STEP}/timeout`,
    ]);
  });
});

describe('what happens when nobody answers', () => {
  const END = '{ name: late, type: end }';

  it.each([END, `[${END}]`])('is said by %s', (actions) => {
    const read = step(`${FORM}, timeout: PT1H, onTimeout: ${actions}, onCancel: ${actions}`);
    expect(read?.onTimeout).toMatchObject([{ name: 'late', type: 'end' }]);
    expect(read?.onCancel).toMatchObject([{ name: 'late', type: 'end' }]);
  });

  it('may be one of the components', () => {
    const after = `components:\n  failureActions:\n    late: ${END}\n`;
    const members = 'operationId: send, onTimeout: { reference: $components.failureActions.late }';
    expect(found(members, { after })).toEqual([]);
  });

  it('leads to steps that exist, and only steps that ask can be declined', () => {
    const go = '{ name: go, type: goto, stepId: nowhere }';
    expect(found(`operationId: send, onTimeout: ${go}, onCancel: ${go}`)).toEqual([
      `warning arazzo/irrelevant-field ${STEP}/onCancel`,
      `error arazzo/step-reference-exists ${STEP}/onTimeout/stepId`,
      `error arazzo/step-reference-exists ${STEP}/onCancel/stepId`,
    ]);
  });
});

describe('$interaction', () => {
  const ASK = 'interaction: { prompt: a, inputSchema: {} }';

  it('is the answer, in the criteria, actions and outputs of the step', () => {
    expect(
      found(
        `${ASK}, successCriteria: [{ condition: $interaction.payload#/a == 1 }],` +
          ' onSuccess: [{ name: n, type: end, criteria: [{ condition: $interaction.payload.b == 2 }] }],' +
          ' outputs: { o: $interaction.payload#/a }',
      ),
    ).toEqual([]);
  });

  it.each([
    ['operationId: send, outputs: { o: $interaction.payload }', 'outputs/o'],
    ['interaction: { prompt: "{$interaction.payload}", inputSchema: {} }', 'interaction/prompt'],
    [
      'interaction: { prompt: a, inputSchema: {}, context: { x: $interaction.payload } }',
      'interaction/context/x',
    ],
    [`${ASK}, outputs: { o: $interaction.query.state }`, 'outputs/o'],
    [`${ASK}, outputs: { o: $response.body }`, 'outputs/o'],
    [`${ASK}, outputs: { o: $url }`, 'outputs/o'],
    [
      `${ASK}, timeout: 1, onTimeout: { name: n, type: end, criteria: [{ condition: $interaction.payload }] }`,
      'onTimeout/criteria/0/condition',
    ],
  ])('has no value in %s', (members, pointer) => {
    expect(found(members)).toEqual([`error arazzo/expression-place ${STEP}/${pointer}`]);
  });

  it('is suggested where it is misspelt', () => {
    const { diagnostics } = check(
      withStep(`${ASK}, outputs: { a: $interactions.payload, b: $interaction.body#/x }`, {
        version: '1.2.0',
      }),
    );
    expect(diagnostics.map(({ message }) => message).join(' ')).toMatch(
      /Did you mean "\$interaction\.payload"\?.*Did you mean "\$interaction\.payload#\/x"\?/,
    );
  });
});
