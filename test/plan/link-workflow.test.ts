import { operationsOf } from '../../src/machines/actor-names.ts';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import type { OperationStepPlan } from '../../src/plan/workflow-plan.ts';
import { documentOf, inputsOf, link, openApiOf, PATHS, planOf, stepOf, uses } from './small-documents.ts';

const codes = (
  document: JsonObject,
  sources = { api: openApiOf(PATHS) } as Parameters<typeof link>[1],
): readonly string[] =>
  link(document, sources).diagnostics.map(({ code, severity }) => `${severity} ${code}`);

const firstStep = (workflow: JsonObject, more: JsonObject = {}): OperationStepPlan => {
  const [step] = planOf(workflow, more).steps;
  if (step?.kind !== 'operation') throw new Error('There is no step.');
  return step;
};

function isFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen))
  );
}

describe('a plan', () => {
  const plan = planOf({
    summary: 'Small.',
    inputs: inputsOf(['a']),
    steps: [stepOf('s', uses('a'), { onFailure: [{ name: 'r', type: 'retry', retryAfter: 1.5 }] })],
    outputs: { o: '$steps.s.outputs.x' },
  });

  it('is frozen to its last member', () => {
    expect(isFrozen(plan)).toBe(true);
  });

  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('keeps the pointers of the document', () => {
    expect(plan.pointer).toBe('/workflows/0');
    expect(plan.steps[0]?.pointer).toBe('/workflows/0/steps/0');
    expect(plan.steps[0]?.onFailure[0]?.pointer).toBe('/workflows/0/steps/0/onFailure/0');
  });

  it('counts in milliseconds, and retries once where nothing is said', () => {
    expect(plan.steps[0]?.onFailure[0]).toMatchObject({ type: 'retry', delayMs: 1500, limit: 1 });
  });
});

describe('a step of a plan', () => {
  it('takes the extension over, in milliseconds', () => {
    const step = firstStep({
      steps: [
        stepOf(
          's',
          {},
          {
            'x-xstate': {
              state: 'working',
              repeatable: { afterSeconds: 15 },
              timeoutSeconds: 60,
              atMostOnce: true,
            },
          },
        ),
      ],
    });
    expect(step).toMatchObject({
      state: 'working',
      repeatable: { cooldownMs: 15_000 },
      waitLimitMs: 60_000,
      atMostOnce: true,
    });
  });

  it('has the parameters of the workflow, and its own in their place', () => {
    const step = firstStep({
      parameters: [
        { name: 'a', in: 'query', value: 'shared' },
        { name: 'b', in: 'query', value: 'shared' },
      ],
      steps: [
        stepOf(
          's',
          {},
          {
            parameters: [
              { name: 'a', in: 'query', value: 'own' },
              { name: 'a', in: 'header', value: 'own' },
            ],
          },
        ),
      ],
    });
    expect(
      step.parameters.map(({ name, in: place, value }) => [
        name,
        place,
        value.kind === 'constant' && value.value,
      ]),
    ).toEqual([
      ['a', 'query', 'own'],
      ['b', 'query', 'shared'],
      ['a', 'header', 'own'],
    ]);
  });

  it('has its own actions first, then those of the workflow whose names it does not use', () => {
    const step = firstStep({
      failureActions: [
        { name: 'a', type: 'end' },
        { name: 'b', type: 'end' },
      ],
      successActions: [{ name: 'a', type: 'end' }],
      steps: [
        stepOf(
          's',
          {},
          {
            onFailure: [
              { name: 'c', type: 'retry' },
              { name: 'a', type: 'retry' },
            ],
          },
        ),
      ],
    });
    expect(step.onFailure.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'c retry',
      'a retry',
      'b end',
    ]);
    expect(step.onSuccess.map(({ name }) => name)).toEqual(['a']);
  });

  it('knows which parameters no request can be made without', () => {
    const step = firstStep({
      steps: [
        {
          stepId: 's',
          operationId: 'search',
          parameters: [
            { name: 'q', in: 'query', value: 'x' },
            { name: 'page', in: 'query', value: 1 },
            { name: 'undeclared', in: 'query', value: 1 },
          ],
        },
      ],
    });
    expect(step.parameters.map(({ required }) => required)).toEqual([true, false, false]);
  });

  it('masks the outputs that are marked or look like secrets', () => {
    const step = firstStep({
      steps: [
        stepOf(
          's',
          {},
          {
            outputs: { a: '$statusCode', b: '$statusCode', token: '$statusCode' },
            'x-xstate': { secret: ['a'] },
          },
        ),
      ],
    });
    expect(step.outputs.map(({ name, secret }) => [name, secret])).toEqual([
      ['a', true],
      ['b', false],
      ['token', true],
    ]);
  });
});

describe('what stands in the way', () => {
  const one = (step: JsonObject) => documentOf({ steps: [step] });

  it('of an operation that does not exist is an error at the step', () => {
    const { plans, diagnostics } = link(one({ stepId: 's', operationId: 'cal' }));
    expect(plans).toEqual([]);
    expect(diagnostics).toMatchObject([
      {
        code: 'plan/operation-not-found',
        severity: 'error',
        location: { pointer: '/workflows/0/steps/0/operationId' },
      },
    ]);
    expect(diagnostics[0]?.message).toContain('"call"');
  });

  it('of a source that could not be read is a warning, and there is no plan', () => {
    const { plans, diagnostics } = link(one(stepOf('s')), { api: undefined });
    expect(plans).toEqual([]);
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning plan/source-missing',
    ]);
  });

  it('of a source that has the name of what every object inherits is the same', () => {
    const document = {
      ...one(stepOf('s')),
      sourceDescriptions: [{ name: 'constructor', url: 'a.json', type: 'openapi' }],
    };
    expect(codes(document, {})).toEqual(['warning plan/source-missing']);
  });

  it('of an operation in two sources is an error that says how to choose', () => {
    const sourceDescriptions = ['api', 'other'].map((name) => ({
      name,
      url: `${name}.json`,
      type: 'openapi',
    }));
    const document = { ...one(stepOf('s')), sourceDescriptions };
    expect(codes(document, { api: openApiOf(PATHS), other: openApiOf(PATHS) })).toEqual([
      'error plan/operation-ambiguous',
    ]);
    const chosen = {
      ...one(stepOf('s', {}, { operationId: '$sourceDescriptions.other.call' })),
      sourceDescriptions,
    };
    expect(
      link(chosen, { api: openApiOf(PATHS), other: openApiOf(PATHS) }).plans.flatMap(operationsOf)[0]?.source,
    ).toBe('other');
  });

  it('of a required parameter that is not given is a warning', () => {
    const { plans, diagnostics } = link(one({ stepId: 's', operationId: 'search' }));
    expect(plans).toHaveLength(1);
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning plan/parameter-missing',
    ]);
  });

  it('in one workflow leaves the others', () => {
    const document = documentOf({ steps: [stepOf('s', {}, { operationId: 'nothing' })] });
    const workflows = [...(document['workflows'] as JsonObject[]), { workflowId: 'v', steps: [stepOf('s')] }];
    expect(link({ ...document, workflows }).plans.map(({ workflowId }) => workflowId)).toEqual(['v']);
  });

  it('of a goto to a step that does not exist is that there is no plan', () => {
    const { plans } = link(
      one(stepOf('s', {}, { onFailure: [{ name: 'a', type: 'goto', stepId: 'nowhere' }] })),
    );
    expect(plans).toEqual([]);
  });

  it('of what is given to a workflow that has no such input is a warning, with what was meant', () => {
    const given = [
      { name: 'code', value: 1 },
      { name: 'cod', value: 1 },
    ];
    const document = documentOf({
      // Those of the workflow are for whichever of the called ones has them.
      parameters: [{ name: 'nobody', value: 1 }],
      steps: [
        { stepId: 's', workflowId: 'v', parameters: given },
        stepOf('t', {}, { onSuccess: [{ name: 'g', type: 'goto', workflowId: 'v', parameters: given }] }),
      ],
    });
    const called = { workflowId: 'v', steps: [stepOf('s', uses('code'))] };
    const { diagnostics } = link({
      ...document,
      workflows: [...(document['workflows'] as JsonObject[]), called],
    });
    const told = diagnostics.filter(({ code }) => code === 'plan/input-not-declared');
    expect(told.map(({ location }) => location.pointer)).toEqual([
      '/workflows/0/steps/0/parameters/1',
      '/workflows/0/steps/1/onSuccess/0/parameters/1',
    ]);
    expect(told[0]?.message).toContain('no input "cod". Did you mean "code"?');
  });

  it('of a machine above 5,000 states is an error', () => {
    const steps = Array.from({ length: 2501 }, (_, index) =>
      stepOf(`s${index}`, {}, { onFailure: [{ name: 'r', type: 'retry' }] }),
    );
    expect(codes(documentOf({ steps }))).toEqual(['error plan/too-many-states']);
  });

  it.each([50, 51, 400, 3000])('of %d workflows inside each other is an error above 50', (count) => {
    const workflows = Array.from({ length: count }, (_, index) => ({
      workflowId: `w${index}`,
      steps: [index === count - 1 ? stepOf('s') : { stepId: 's', workflowId: `w${index + 1}` }],
    }));
    for (const all of [workflows, workflows.toReversed()]) {
      const told = codes({ ...documentOf({}), workflows: all });
      expect([...new Set(told)]).toEqual(count > 50 ? ['error plan/too-many-states'] : []);
    }
  });

  it('of hundreds of inputs for hundreds of steps is an error, and takes no time', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `i${index}`);
    const steps = names.map((name, index) => stepOf(`s${index}`, uses(name)));
    expect(codes(documentOf({ inputs: inputsOf(names), steps }))).toEqual(['error plan/too-many-states']);
  });
});
