import type { ArazzoDocument, Workflow } from '../arazzo/model.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import { checkDependencies } from './check-dependencies.ts';
import { createFlow } from './create-flow.ts';
import { allFailureActions } from './failure-actions.ts';
import { countStates, innerFlow, type Flow } from './flow.ts';
import { freezeDeep } from './freeze.ts';
import { callWithOwnInputs, linkCalledWorkflow, type WorkflowReference } from './link-call.ts';
import type { ArazzoSource, AsyncSources, Documents, LinkContext, Sources } from './link-context.ts';
import { declaredInputs, inputSchemaOf, linkInputs } from './link-inputs.ts';
import { linkOutputs } from './link-request.ts';
import { linkStep } from './link-step.ts';
import { nameSteps, nameWorkflow } from './state-names.ts';
import type { StepPlan, WorkflowPlan, WorkflowStepPlan } from './workflow-plan.ts';

/** No machine may have more states than this. */
const MAX_STATES = 5000;

/** No machine may have more workflows inside each other than this: they cannot be drawn. */
const MAX_DEPTH = 50;

/** Workflows that are called through more than so many others are not even looked at. */
const MAX_CALLERS = 200;

/**
 * Every waiting state has an edge back to each earlier one, which lists the inputs that it forgets: what a workflow
 * with an input for each of its 400 steps needs.
 */
const MAX_FORGOTTEN = 400 ** 3;

/**
 * Links a document's workflows with the operations and workflows that they call: one frozen plan for each workflow
 * that could be linked, and a located diagnostic for everything that stands in the way of the others.
 *
 * @param documents - the sources that are Arazzo documents, by name
 * @param asyncSources - those that are AsyncAPI descriptions
 */
export function linkWorkflows(
  parsed: ParsedDocument,
  document: ArazzoDocument,
  sources: Sources,
  documents: Documents = {},
  asyncSources: AsyncSources = {},
): { readonly value: readonly WorkflowPlan[]; readonly diagnostics: readonly Diagnostic[] } {
  const contexts = new Map<ArazzoDocument, LinkContext>();
  const context = createContext({ parsed, document, sources, documents, asyncSources }, contexts);
  const plans = document.workflows.flatMap((workflow) => context.link(workflow) ?? []);
  return {
    value: plans,
    diagnostics: [...contexts.values()].flatMap(({ reporter }) => reporter.diagnostics()),
  };
}

/** A context for each document, so that what one document's workflow calls is linked in its own. */
function createContext(
  source: ArazzoSource,
  known: Map<ArazzoDocument, LinkContext>,
  callers = { count: 0 },
): LinkContext {
  const { parsed, document, sources, documents, asyncSources } = source;
  const reporter = createReporter(parsed);
  const linked = new Map<Workflow, WorkflowPlan | undefined>();
  const context: LinkContext = {
    document,
    sources,
    asyncSources,
    reporter,
    link(workflow) {
      if (!linked.has(workflow)) {
        // A workflow that leads back to itself finds itself not linked; the rule `workflow-calls-itself` says so.
        linked.set(workflow, undefined);
        if (callers.count > MAX_CALLERS) {
          reportTooMuch(context, workflow, `is called through more than ${MAX_CALLERS} others`);
          return undefined;
        }
        callers.count += 1;
        linked.set(workflow, linkWorkflow(context, workflow));
        callers.count -= 1;
      }
      return linked.get(workflow);
    },
    contextOf(name) {
      const other = Object.hasOwn(documents, name) ? documents[name] : undefined;
      return other === undefined
        ? undefined
        : (known.get(other.document) ?? createContext(other, known, callers));
    },
  };
  known.set(document, context);
  return context;
}

function linkWorkflow(context: LinkContext, workflow: Workflow): WorkflowPlan | undefined {
  const { document } = context;
  const { summary, description, pointer, workflowId } = workflow;
  const declared = declaredInputs(workflow.inputs);
  const names = nameSteps(
    workflow.steps.map((step) => ({ stepId: step.stepId, pinned: step.extension.state })),
  );
  const taken = new Set(names);
  const linked = workflow.steps.map((step, index) =>
    linkStep(context, workflow, step, names[index] ?? step.stepId, declared),
  );
  checkDependencies(context, workflow);
  const own = linked.filter((step) => step !== undefined);
  const dependencies = linkDependencies(context, workflow, taken);
  if (dependencies === undefined || own.length < linked.length || own.length === 0) return undefined;
  const steps: readonly StepPlan[] = [...dependencies, ...own];
  const stepIds = new Set(own.map((step) => step.stepId));
  // A goto to a step that does not exist has been reported by the rule `step-reference-exists`.
  if (!own.every((step) => targetsOf(step).every((stepId) => stepIds.has(stepId)))) return undefined;
  if (asksBeforeRetry(context, own)) return undefined;
  const outputs = linkOutputs(workflow.outputs, workflow.secretOutputs);
  const plan: WorkflowPlan = {
    format: 1,
    workflowId,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(document.self === undefined ? {} : { self: document.self }),
    sourceDescriptions: Object.fromEntries(
      document.sourceDescriptions.map(({ name, url, type }) => [name, { url, type: type ?? 'openapi' }]),
    ),
    inputs: linkInputs(declared, steps, outputs),
    inputSchema: inputSchemaOf(workflow.inputs),
    steps,
    outputs,
    pointer,
  };
  const tooMuch = tooMuchOf(plan);
  if (tooMuch === undefined) return freezeDeep(plan);
  reportTooMuch(context, workflow, tooMuch);
  return undefined;
}

function reportTooMuch({ reporter }: LinkContext, { workflowId, pointer }: Workflow, tooMuch: string): void {
  const message = `The workflow "${workflowId}" ${tooMuch}.`;
  reporter.report({ code: 'plan/too-many-states', severity: 'error', message, pointer });
}

/** Reports the retries that refer to a step which asks a person: a person is asked by a `goto`. */
function asksBeforeRetry(context: LinkContext, steps: readonly StepPlan[]): boolean {
  const asking = new Set(steps.filter(({ kind }) => kind === 'interaction').map(({ stepId }) => stepId));
  const retries = steps.flatMap(allFailureActions).filter((action) => {
    const first = action.type === 'retry' ? action.first : undefined;
    return first !== undefined && 'stepId' in first && asking.has(first.stepId);
  });
  for (const { pointer } of retries)
    context.reporter.report({
      code: 'plan/not-supported',
      severity: 'error',
      message: 'A retry cannot ask a person first; a "goto" to that step does.',
      pointer: `${pointer}/stepId`,
    });
  return retries.length > 0;
}

/** What makes a plan too large to be compiled. */
function tooMuchOf(plan: WorkflowPlan): string | undefined {
  const asked = plan.inputs.filter(({ requiredBecause }) => requiredBecause !== undefined).length;
  if (asked * asked * plan.steps.length > MAX_FORGOTTEN)
    return `asks for ${asked} inputs in ${plan.steps.length} steps, more than can be compiled`;
  const flow = createFlow(plan);
  if (depthOf(flow) > MAX_DEPTH)
    return `becomes a machine of more than ${MAX_DEPTH} workflows inside each other`;
  const count = countStates(flow);
  return count > MAX_STATES
    ? `becomes a machine of ${count} states; at most ${MAX_STATES} are compiled`
    : undefined;
}

/** How many workflows a flow has inside each other, its own included. */
function depthOf(flow: Flow): number {
  return flow.states.reduce((most, state) => {
    const inner = innerFlow(state);
    return inner === undefined ? most : Math.max(most, 1 + depthOf(inner.flow));
  }, 1);
}

/** The stepIds that a step's actions lead to. */
function targetsOf(step: StepPlan): readonly string[] {
  return [...step.onSuccess, ...allFailureActions(step)].flatMap((action) => {
    if (action.type === 'goto') return [action.stepId];
    return action.type === 'retry' && action.first !== undefined && 'stepId' in action.first
      ? [action.first.stepId]
      : [];
  });
}

/** What a workflow depends on, each once, those that others need first. */
function linkDependencies(
  context: LinkContext,
  workflow: Workflow,
  taken: Set<string>,
): readonly WorkflowStepPlan[] | undefined {
  const found = new Map<string, WorkflowStepPlan>();
  let isComplete = true;
  for (const [index, name] of workflow.dependsOn.entries()) {
    const pointer = `${workflow.pointer}/dependsOn/${index}`;
    const called = linkCalledWorkflow(context, referenceOf(name), pointer);
    if (called === undefined) isComplete = false;
    else {
      // What the dependency itself depends on runs here already; it is not run again inside.
      for (const step of called.steps) {
        if (step.kind === 'workflow' && step.isDependency)
          addDependency(found, step.call.workflow, step.pointer, taken);
      }
      addDependency(found, called, pointer, taken);
    }
  }
  return isComplete ? [...found.values()] : undefined;
}

function addDependency(
  found: Map<string, WorkflowStepPlan>,
  called: WorkflowPlan,
  pointer: string,
  taken: Set<string>,
): void {
  if (found.has(called.workflowId)) return;
  const workflow = {
    ...called,
    steps: called.steps.filter((step) => step.kind !== 'workflow' || !step.isDependency),
  };
  const call = callWithOwnInputs(workflow);
  const state = nameWorkflow(called.workflowId, taken);
  taken.add(state);
  found.set(called.workflowId, {
    kind: 'workflow',
    stepId: `dependsOn:${called.workflowId}`,
    pointer,
    state,
    call,
    onSuccess: [],
    onFailure: [],
    outputs: [],
    // What it asks for and this workflow has too is asked for here, once.
    inputs: call.inputs.map(({ name }) => name),
    isDependency: true,
  });
}

function referenceOf(name: string): WorkflowReference {
  const qualified = /^\$sourceDescriptions\.([^.]+)\.(.+)$/.exec(name);
  return qualified === null ? { workflowId: name } : { source: qualified[1], workflowId: qualified[2] ?? '' };
}
