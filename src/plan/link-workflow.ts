import type {
  ArazzoDocument,
  FailureAction,
  Parameter,
  Step,
  SuccessAction,
  Workflow,
} from '../arazzo/model.ts';
import type { Diagnostic, Result } from '../document/diagnostic.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import { findOperation } from '../openapi/find-operation.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import type { Operation } from '../openapi/operation.ts';
import { createFlow } from './flow.ts';
import { freezeDeep } from './freeze.ts';
import {
  declaredInputs,
  expressionsOfStep,
  inputSchemaOf,
  inputsIn,
  linkInputs,
  type DeclaredInputs,
} from './link-inputs.ts';
import { isSecretName } from './secret-name.ts';
import { nameSteps } from './state-names.ts';
import type {
  FailureActionPlan,
  OutputPlan,
  ParameterPlan,
  StepPlan,
  SuccessActionPlan,
  WorkflowPlan,
} from './workflow-plan.ts';

/** No machine may have more states than this. */
const MAX_STATES = 5000;

/** The descriptions of a document's sources by name; `undefined` for one that could not be read. */
export type Sources = Readonly<Record<string, OpenApiDocument | undefined>>;

type Reporter = ReturnType<typeof createReporter>;

interface Context {
  readonly document: ArazzoDocument;
  readonly sources: Sources;
  readonly reporter: Reporter;
}

/**
 * Links a document's workflows with the operations that they call: one frozen plan for each workflow that could be
 * linked, and a located diagnostic for everything that stands in the way of the others.
 */
export function linkWorkflows(
  parsed: ParsedDocument,
  document: ArazzoDocument,
  sources: Sources,
): { readonly value: readonly WorkflowPlan[]; readonly diagnostics: readonly Diagnostic[] } {
  const reporter = createReporter(parsed);
  const plans: WorkflowPlan[] = [];
  for (const workflow of document.workflows) {
    const plan = linkWorkflow({ document, sources, reporter }, workflow);
    if (plan !== undefined) plans.push(plan);
  }
  return { value: plans, diagnostics: reporter.diagnostics() } satisfies Result<readonly WorkflowPlan[]>;
}

function linkWorkflow(context: Context, workflow: Workflow): WorkflowPlan | undefined {
  const { document, reporter } = context;
  let complete = true;
  if (workflow.dependsOn.length > 0)
    complete = notSupported(reporter, 'dependsOn', `${workflow.pointer}/dependsOn`);
  const declared = declaredInputs(workflow.inputs);
  const names = nameSteps(
    workflow.steps.map((step) => ({ stepId: step.stepId, pinned: step.extension.state })),
  );
  const steps: StepPlan[] = [];
  for (const [index, step] of workflow.steps.entries()) {
    const linked = linkStep(context, workflow, step, names[index] ?? step.stepId, declared);
    if (linked === undefined) complete = false;
    else steps.push(linked);
  }
  const stepIds = new Set(steps.map((step) => step.stepId));
  for (const step of steps) {
    for (const action of [...step.onSuccess, ...step.onFailure]) {
      // The rule `step-reference-exists` has said so already.
      if (action.type === 'goto' && !stepIds.has(action.stepId)) complete = false;
    }
  }
  if (!complete || steps.length === 0) return undefined;
  const { summary, description, pointer, workflowId } = workflow;
  const plan: WorkflowPlan = {
    format: 1,
    workflowId,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(document.self === undefined ? {} : { self: document.self }),
    sourceDescriptions: Object.fromEntries(
      document.sourceDescriptions.map(({ name, url, type }) => [name, { url, type: type ?? 'openapi' }]),
    ),
    inputs: linkInputs(declared, steps),
    inputSchema: inputSchemaOf(workflow.inputs),
    steps,
    outputs: linkOutputs(workflow.outputs, workflow.secretOutputs),
    pointer,
  };
  const count = createFlow(plan).states.length;
  if (count > MAX_STATES) {
    reporter.report({
      code: 'plan/too-many-states',
      severity: 'error',
      message: `The workflow "${workflowId}" becomes a machine of ${count} states; at most ${MAX_STATES} are compiled.`,
      pointer,
    });
    return undefined;
  }
  return freezeDeep(plan);
}

function linkStep(
  context: Context,
  workflow: Workflow,
  step: Step,
  state: string,
  declared: DeclaredInputs,
): StepPlan | undefined {
  const { reporter } = context;
  const operation = linkOperation(context, step);
  let complete = operation !== undefined;
  if (step.dependsOn.length > 0)
    complete = notSupported(reporter, 'dependsOn of a step', `${step.pointer}/dependsOn`);
  const body = step.requestBody;
  if (body !== undefined && body.replacements.length > 0) {
    complete = notSupported(reporter, 'replacements', `${body.pointer}/replacements`);
  }
  const onSuccess = linkSuccessActions(reporter, merged(step.onSuccess, workflow.successActions));
  const onFailure = linkFailureActions(reporter, merged(step.onFailure, workflow.failureActions));
  if (!complete || operation === undefined || onSuccess === undefined || onFailure === undefined)
    return undefined;
  const { contentType, payload } = body ?? {};
  const linked = {
    parameters: linkParameters(operation, workflow.parameters, step.parameters),
    ...(payload === undefined
      ? {}
      : { body: { payload, ...(contentType === undefined ? {} : { contentType }) } }),
    ...(step.successCriteria === undefined ? {} : { successCriteria: step.successCriteria }),
    onSuccess,
    onFailure,
    outputs: linkOutputs(step.outputs, step.extension.secretOutputs),
  };
  warnOfMissingParameters(reporter, step, operation, linked.parameters);
  const { repeatable, timeoutSeconds, atMostOnce } = step.extension;
  return {
    kind: 'operation',
    stepId: step.stepId,
    ...(step.description === undefined ? {} : { description: step.description }),
    pointer: step.pointer,
    state,
    operation,
    ...linked,
    inputs: inputsIn(expressionsOfStep(linked), declared),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    ...(repeatable === undefined ? {} : { repeatable: { cooldownMs: repeatable.afterSeconds * 1000 } }),
    ...(timeoutSeconds === undefined ? {} : { waitLimitMs: timeoutSeconds * 1000 }),
    atMostOnce,
  };
}

/** Step actions first, then those of the workflow whose name the step does not use. */
function merged<Action extends { readonly name: string }>(
  own: readonly Action[],
  shared: readonly Action[],
): readonly Action[] {
  const names = new Set(own.map((action) => action.name));
  return [...own, ...shared.filter((action) => !names.has(action.name))];
}

function linkOperation(context: Context, step: Step): Operation | undefined {
  const { document, sources, reporter } = context;
  const { target } = step;
  if (target.kind === 'workflowId') {
    notSupported(reporter, 'A step that calls a workflow', `${step.pointer}/workflowId`);
    return undefined;
  }
  if (target.kind === 'channelPath') {
    notSupported(reporter, 'A step that uses an AsyncAPI channel', `${step.pointer}/channelPath`);
    return undefined;
  }
  const pointer = `${step.pointer}/${target.kind}`;
  const candidates = document.sourceDescriptions.filter((source) =>
    target.source === undefined ? source.type !== 'arazzo' : source.name === target.source,
  );
  const wanted = target.kind === 'operationId' ? target.operationId : `/${target.path.join('/')}`;
  const found: Operation[] = [];
  let problem: { readonly problem: string; readonly suggestion?: string } | undefined;
  for (const { name, type } of candidates) {
    if (type === 'asyncapi') {
      if (target.source === name) notSupported(reporter, 'A step that uses an AsyncAPI operation', pointer);
      continue;
    }
    const openapi = sources[name];
    if (openapi === undefined) {
      reporter.report({
        code: 'plan/source-missing',
        severity: 'warning',
        message: `The operation "${wanted}" was not looked up: the source description "${name}" could not be read.`,
        pointer,
      });
      return undefined;
    }
    const by = target.kind === 'operationId' ? { operationId: target.operationId } : { path: target.path };
    const operation = findOperation(openapi, name, by);
    if ('value' in operation) found.push(operation.value);
    else problem = operation;
  }
  const [first, second] = found;
  if (first === undefined) {
    if (candidates.some(({ type }) => type !== 'asyncapi')) {
      const names = candidates.map(({ name }) => `"${name}"`).join(', ');
      const hint = problem?.suggestion === undefined ? '' : ` Did you mean "${problem.suggestion}"?`;
      reporter.report({
        code: 'plan/operation-not-found',
        severity: 'error',
        message: problem?.problem ?? `No operation "${wanted}" was found in ${names}.${hint}`,
        pointer,
        help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
      });
    }
    return undefined;
  }
  if (second !== undefined) {
    reporter.report({
      code: 'plan/operation-ambiguous',
      severity: 'error',
      message: `The operation "${wanted}" is in "${first.source}" and in "${second.source}"; write "$sourceDescriptions.${first.source}.${wanted}".`,
      pointer,
      help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
    });
    return undefined;
  }
  return first;
}

function linkParameters(
  operation: Operation,
  shared: readonly Parameter[],
  own: readonly Parameter[],
): readonly ParameterPlan[] {
  const byIdentity = new Map<string, Parameter>();
  for (const parameter of [...shared, ...own]) byIdentity.set(`${parameter.in} ${parameter.name}`, parameter);
  return [...byIdentity.values()].map((parameter): ParameterPlan => {
    const location = parameter.in ?? 'query';
    const declared = operation.parameters.find(
      ({ name, in: place }) => name === parameter.name && place === location,
    );
    return {
      name: parameter.name,
      in: location,
      value: parameter.value,
      required: location === 'path' || declared?.required === true,
    };
  });
}

function warnOfMissingParameters(
  reporter: Reporter,
  step: Step,
  operation: Operation,
  given: readonly ParameterPlan[],
): void {
  for (const parameter of operation.parameters) {
    if (
      !parameter.required ||
      given.some(
        ({ name, in: place }) =>
          place === 'querystring' || (name === parameter.name && place === parameter.in),
      )
    )
      continue;
    reporter.report({
      code: 'plan/parameter-missing',
      severity: 'warning',
      message: `The operation requires the ${parameter.in} parameter "${parameter.name}", which the step "${step.stepId}" does not give.`,
      pointer: step.pointer,
    });
  }
}

function linkOutputs(outputs: Step['outputs'], secrets: readonly string[]): readonly OutputPlan[] {
  return outputs.map(({ name, value }) => ({
    name,
    value,
    secret: secrets.includes(name) || isSecretName(name),
  }));
}

function linkSuccessActions(
  reporter: Reporter,
  actions: readonly SuccessAction[],
): readonly SuccessActionPlan[] | undefined {
  const linked = actions.map((action): SuccessActionPlan | undefined => {
    const { name, criteria, pointer } = action;
    if (action.type === 'end') return { name, criteria, pointer, type: 'end' };
    if (action.target.kind === 'workflow') {
      notSupported(reporter, 'A goto to a workflow', `${pointer}/workflowId`);
      return undefined;
    }
    return { name, criteria, pointer, type: 'goto', stepId: action.target.stepId, ...askOf(action) };
  });
  return allOf(linked);
}

function linkFailureActions(
  reporter: Reporter,
  actions: readonly FailureAction[],
): readonly FailureActionPlan[] | undefined {
  const linked = actions.map((action): FailureActionPlan | undefined => {
    const { name, criteria, pointer } = action;
    if (action.type === 'end') return { name, criteria, pointer, type: 'end' };
    if (action.type === 'retry') {
      if (action.target !== undefined) {
        notSupported(reporter, 'A retry that runs a step or a workflow first', pointer);
        return undefined;
      }
      return {
        name,
        criteria,
        pointer,
        type: 'retry',
        delayMs: (action.retryAfterSeconds ?? 0) * 1000,
        limit: action.retryLimit,
      };
    }
    if (action.target.kind === 'workflow') {
      notSupported(reporter, 'A goto to a workflow', `${pointer}/workflowId`);
      return undefined;
    }
    return { name, criteria, pointer, type: 'goto', stepId: action.target.stepId, ...askOf(action) };
  });
  return allOf(linked);
}

function askOf({ ask }: SuccessAction | FailureAction): { readonly ask?: readonly string[] } {
  return ask === undefined ? {} : { ask };
}

function allOf<Value>(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === values.length ? present : undefined;
}

function notSupported(reporter: Reporter, what: string, pointer: string): false {
  reporter.report({
    code: 'plan/not-supported',
    severity: 'error',
    message: `${what} is not supported yet.`,
    pointer,
  });
  return false;
}
