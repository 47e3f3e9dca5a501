import * as fc from 'fast-check';
import { type JsonObject, type JsonValue, setMember } from '../../src/document/json.ts';
import {
  INPUT_NAMES,
  STEP_IDS,
  aStep,
  anAction,
  anInput,
  buildStep,
  chance,
  some,
  sometimes,
} from './random-parts.ts';
import type { RandomWorkflow } from './random-workflows.ts';

/** The workflows of a document; each leads to later ones only. */
const WORKFLOW_IDS = ['w', 'sub', 'constructor', 'deep'];
/** How often a workflow may name others: what it names is compiled into it. */
const MAX_REFERENCES = 3;

const CALL_CRITERIA = [
  undefined,
  undefined,
  undefined,
  '$statusCode == 200',
  '$outputs.out0 != null',
  '$response.body#/ok == true',
];
const CALL_CONDITIONS = [
  undefined,
  '$statusCode == 400',
  '$statusCode >= 400',
  '$statusCode == null',
  '$outputs.out0 != null',
  "$response.body#/error_type == 'wrong'",
];

function repeated<Value>(times: number, value: Value): Value[] {
  return Array.from({ length: times }, () => value);
}

/** Fewer required ones than a workflow alone has: each is asked again in every call. */
const aNestedInput = fc
  .record({ input: anInput, isRequired: chance(40) })
  .map(({ input, isRequired }) => ({ ...input, isRequired }));

const someArguments = fc.array(
  fc.record({
    input: fc.nat(4),
    from: fc.constantFrom(
      ...repeated(4, 'own'),
      ...repeated(4, 'constant'),
      ...repeated(2, 'step'),
      'text',
      'wrong',
      'unknown',
    ),
  }),
  { maxLength: 3, size: 'max' },
);

const aNestedAction = fc
  .record({
    action: anAction,
    leadsTo: sometimes(25, fc.record({ workflow: fc.nat(2), given: someArguments })),
    recoversBy: sometimes(25, fc.nat(2)),
    callCondition: fc.constantFrom(...CALL_CONDITIONS),
  })
  .map(({ action, ...more }) => ({ ...action, ...more }));

const aNestedStep = fc
  .record({
    step: aStep,
    calls: sometimes(45, fc.record({ workflow: fc.nat(2), given: someArguments })),
    callCriteria: fc.constantFrom(...CALL_CRITERIA),
    success: fc.array(aNestedAction, { maxLength: 1 }),
    failure: fc.array(aNestedAction, { maxLength: 2, size: 'max' }),
    dependsOn: sometimes(10, fc.nat(5)),
    dependsOnWorkflow: sometimes(4, fc.nat(2)),
  })
  .map(({ step, ...more }) => ({ ...step, ...more }));

const aWorkflow = fc.record({
  inputs: fc.array(aNestedInput, {
    minLength: INPUT_NAMES.length,
    maxLength: INPUT_NAMES.length,
    size: 'max',
  }),
  steps: fc.array(aNestedStep, { minLength: 1, maxLength: 3, size: 'max' }),
  failureActions: fc.array(aNestedAction, { maxLength: 1 }),
  dependsOn: fc.array(fc.nat(2), { maxLength: 2, size: 'max' }),
  hasDependencies: chance(25),
  parameter: sometimes(15, fc.constantFrom<JsonValue>('$inputs.phone', 'shared')),
});

const nestedParts = fc.record({
  types: fc.array(fc.constantFrom('string', 'string', 'string', 'integer'), {
    minLength: INPUT_NAMES.length,
    maxLength: INPUT_NAMES.length,
  }),
  workflows: fc.array(aWorkflow, { minLength: 2, maxLength: WORKFLOW_IDS.length, size: 'max' }),
  isWrong: chance(3),
});

type Parts = typeof nestedParts extends fc.Arbitrary<infer Value> ? Value : never;
type Workflow = Parts['workflows'][number];
type Step = Workflow['steps'][number];
type NestedAction = Workflow['failureActions'][number];
type Given = NonNullable<Step['calls']>['given'];

/**
 * Random documents of 2 to 4 workflows that call each other, at most three calls deep: by steps, by `goto`, by `retry`
 * and by `dependsOn`. The first, `w`, leads to the others.
 */
export const randomNestedWorkflow: fc.Arbitrary<RandomWorkflow> = nestedParts.map(buildNested);

/** Such a document and the rolls of a die that decide what happens in a run of `w`. */
export const randomNestedRun: fc.Arbitrary<{ workflow: RandomWorkflow; rolls: readonly number[] }> =
  fc.record({
    workflow: randomNestedWorkflow,
    rolls: fc.array(fc.nat(2 ** 31 - 1), { minLength: 5, maxLength: 80, size: 'max' }),
  });

function buildNested({ types, workflows, isWrong }: Parts): RandomWorkflow {
  const ids = WORKFLOW_IDS.slice(0, workflows.length);
  const good = types.map((type, index): JsonValue => (type === 'integer' ? index + 1 : `value${index}`));
  const paths: Record<string, JsonValue> = {};
  const built = workflows.map((workflow, position) => {
    const later = ids.slice(position + 1);
    return buildWorkflow({ workflow, workflowId: ids[position] ?? '', position, later, types, good, paths });
  });
  const given = INPUT_NAMES.flatMap((input, index): [string, JsonValue][] => {
    const { isGiven, isDeclared } = workflows[0]?.inputs[index] ?? {};
    return isGiven ? [[input, isWrong && isDeclared ? false : (good[index] ?? null)]] : [];
  });
  return {
    document: {
      arazzo: '1.2.0',
      info: { title: 'Random', version: '1' },
      sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }],
      workflows: built,
    },
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Random', version: '1' },
      servers: [{ url: 'https://api.example' }],
      paths,
    },
    inputs: Object.fromEntries(given),
    goodValues: Object.fromEntries(INPUT_NAMES.map((input, index) => [input, good[index] ?? null])),
  };
}

interface Building {
  readonly workflow: Workflow;
  readonly workflowId: string;
  readonly position: number;
  /** The workflows that it may lead to. */
  readonly later: readonly string[];
  readonly types: readonly string[];
  readonly good: readonly JsonValue[];
  /** Where the operations go. */
  readonly paths: Record<string, JsonValue>;
}

function buildWorkflow({ workflow, workflowId, position, later, types, good, paths }: Building): JsonObject {
  const { steps, inputs, parameter } = workflow;
  const stepId = (index: number): string => STEP_IDS[index % steps.length] ?? '';
  const inputOf = (index: number): string => INPUT_NAMES[index % INPUT_NAMES.length] ?? '';
  const isDeclared = (index: number): boolean => inputs[index]?.isDeclared === true;
  const canAsk = INPUT_NAMES.filter(
    (_, index) => isDeclared(index) && inputs[index]?.isRequired && !inputs[index].hasDefault,
  );
  let references = 0;
  /** A workflow to lead to, as long as there may be one more. */
  const lead = (by: number | undefined): string | undefined =>
    by === undefined || later.length === 0 || ++references > MAX_REFERENCES
      ? undefined
      : later[by % later.length];

  /** A text is only made where it is asked what stands in it: not by an action. */
  const parametersOf = (given: Given, index: number, isAction: boolean): JsonObject[] => {
    const values = new Map<string, JsonValue>();
    for (const { input, from } of given) {
      const name = inputOf(input);
      const earlier = `$steps.${stepId(index === 0 ? 0 : index - 1)}.outputs.value`;
      if (from === 'own') values.set(name, `$inputs.${name}`);
      if (from === 'constant') values.set(name, good[input] ?? null);
      if (from === 'step' && index > 0) values.set(name, earlier);
      if (from === 'text' && !isAction) values.set(name, `<{$inputs.${name}}>`);
      if (from === 'wrong') values.set(name, false);
      if (from === 'unknown') values.set('nobody', `$inputs.${name}`);
    }
    return [...values].map(([name, value]) => ({ name, value }));
  };

  const actions = (list: readonly NestedAction[], index: number, isSuccess: boolean, prefix: string) =>
    list.map((action, number): JsonObject => {
      const { type, condition, callCondition, target, ask, retryAfter, retryLimit } = action;
      const kind = isSuccess && type === 'retry' ? 'end' : type;
      const called = kind === 'end' ? undefined : lead(action.leadsTo?.workflow);
      const asked =
        canAsk.length === 0 ? [] : [...new Set(ask?.map((input) => canAsk[input % canAsk.length] ?? ''))];
      const recoverer = steps[(action.recoversBy ?? 0) % steps.length];
      // Nobody is asked in the middle of a retry.
      const recoveredBy =
        action.recoversBy === undefined || recoverer?.asks !== undefined
          ? undefined
          : stepId(action.recoversBy);
      const isCall = index >= 0 && steps[index]?.calls !== undefined;
      const asks = isCall ? undefined : steps[index]?.asks;
      const whenGood = asks === undefined ? '$statusCode == 201' : "$interaction.payload#/kind == 'b'";
      const whenBad = asks === undefined ? condition : asks.conditions[number];
      const when = isSuccess ? whenGood : isCall ? callCondition : whenBad;
      const isStep = called === undefined;
      const given = parametersOf(action.leadsTo?.given ?? [], index, true);
      return {
        name: `${prefix}${number}`,
        type: kind,
        ...(isStep ? {} : { workflowId: called, ...some('parameters', given) }),
        ...(isStep && kind === 'goto' ? { stepId: stepId(target) } : {}),
        ...(isStep && kind === 'retry' && recoveredBy !== undefined && recoveredBy !== stepId(index)
          ? { stepId: recoveredBy }
          : {}),
        ...(isStep && kind === 'goto' && !isSuccess && ask !== undefined
          ? { 'x-xstate': { ask: asked } }
          : {}),
        ...(kind === 'retry' && retryAfter !== undefined ? { retryAfter } : {}),
        ...(kind === 'retry' && retryLimit !== undefined ? { retryLimit } : {}),
        ...(when === undefined ? {} : { criteria: [{ condition: when }] }),
      };
    });

  const builtSteps = steps.map((step, index): JsonObject => {
    const called = lead(step.calls?.workflow);
    const dependencies = [
      ...(step.dependsOn === undefined || index === 0 ? [] : [stepId(step.dependsOn % index)]),
      ...(step.dependsOnWorkflow === undefined || later.length === 0
        ? []
        : [`$workflows.${later[step.dependsOnWorkflow % later.length]}.steps.${STEP_IDS[0]}`]),
    ];
    const more = {
      ...some('dependsOn', dependencies),
      ...some('onSuccess', actions(step.success, index, true, 'success')),
      ...some('onFailure', actions(step.failure, index, false, 'action')),
    };
    if (called === undefined) {
      const built = buildStep(step, index, inputOf, stepId, `operation${position}_${index}`);
      setMember(paths, built.path, built.pathItem);
      return {
        ...built.step,
        ...more,
        ...some('onTimeout', step.onTimeout === undefined ? [] : [{ name: 'late', type: 'end' }]),
        ...(step.asks === undefined || step.onCancel === undefined
          ? {}
          : { onCancel: { name: 'cancelled', type: 'goto', stepId: stepId(step.onCancel.target) } }),
      };
    }
    return {
      stepId: stepId(index),
      workflowId: called,
      ...some('parameters', parametersOf(step.calls?.given ?? [], index, false)),
      ...(step.callCriteria === undefined ? {} : { successCriteria: [{ condition: step.callCriteria }] }),
      outputs: {
        value: '$outputs.out0',
        echo: `$workflows.${called}.inputs.phone`,
        status: '$statusCode',
      },
      ...extensionOf(step),
      ...more,
    };
  });
  const dependsOn = workflow.hasDependencies
    ? [...new Set(workflow.dependsOn.flatMap((by) => lead(by) ?? []))]
    : [];
  const inherited = actions(workflow.failureActions, -1, false, 'inherited');

  const properties: Record<string, JsonValue> = {};
  for (const [index, input] of INPUT_NAMES.entries()) {
    const hasDefault = inputs[index]?.hasDefault === true;
    const type = types[index] ?? 'string';
    if (isDeclared(index))
      setMember(properties, input, { type, ...(hasDefault ? { default: good[index] ?? null } : {}) });
  }
  return {
    workflowId,
    inputs: {
      type: 'object',
      properties,
      required: INPUT_NAMES.filter((_, index) => isDeclared(index) && inputs[index]?.isRequired),
    },
    ...some('dependsOn', dependsOn),
    ...(parameter === undefined ? {} : { parameters: [{ name: 'phone', in: 'header', value: parameter }] }),
    steps: builtSteps,
    ...some('failureActions', inherited),
    outputs: {
      ...Object.fromEntries(
        steps.map((_, index) => [`out${index}`, `$steps.${stepId(index)}.outputs.value`] as const),
      ),
      ...Object.fromEntries(
        builtSteps.flatMap((step, index) =>
          !('workflowId' in step)
            ? []
            : [
                [`echo${index}`, `$steps.${stepId(index)}.outputs.echo`] as const,
                [`status${index}`, `$steps.${stepId(index)}.outputs.status`] as const,
              ],
        ),
      ),
      ...Object.fromEntries(
        later.map((other) => [`of_${other}`, `$workflows.${other}.outputs.out0`] as const),
      ),
      own: '$inputs.code',
    },
  };
}

function extensionOf({ repeatable, timeoutSeconds }: Step): JsonObject {
  if (repeatable === undefined && timeoutSeconds === undefined) return {};
  return {
    'x-xstate': {
      ...(repeatable === undefined ? {} : { repeatable }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    },
  };
}
