import { hasMember, memberOf, type JsonValue } from '../document/json.ts';
import { evaluateExpression } from '../expressions/evaluate.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { Scope } from '../expressions/scope.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { WorkflowContext } from '../machines/context.ts';
import { describeWait } from '../machines/describe-wait.ts';
import { scopeOf } from '../machines/judge.ts';
import { frameOf, type Runtime } from '../machines/runtime.ts';
import type { WaitState } from '../plan/flow.ts';
import type { InteractionStepPlan, PerformedStepPlan } from '../plan/workflow-plan.ts';
import type { LoadedDocument } from '../run/load-document.ts';
import type { Alphabet, Trial } from './alphabet.ts';
import type { GivenExample, MissingAnswer } from './answers/answer.ts';
import { answerSources } from './answers/answer-sources.ts';
import { createAnswers } from './answers/create-answers.ts';
import { createStandInAnswers, standInOf } from './answers/stand-in-step.ts';
import { criteriaOfStep, criterionKey } from './criteria.ts';
import type { InputValues } from './input-values.ts';
import type { InFlight } from './machine-events.ts';
import type { Happening } from './situation.ts';
import { recordOf } from './step-request.ts';
import { outputVariants } from './output-variants.ts';
import { answerTrial, withChoices, wrongAnswers } from './person-trials.ts';
import { isLookedInto, waitTrials } from './wait-trials.ts';

/** An outcome of a criterion that no answer could be constructed for, and the step that it belongs to. */
export interface AnswerGap extends MissingAnswer {
  readonly stepId: string;
  /** The dotted path of the state that the step's workflow runs in; '' for the machine's own. */
  readonly path: string;
}

/** An alphabet whose answers are constructed, and what it could not construct. */
export interface AnswerAlphabet extends Alphabet {
  /** By {@link criterionKey} and outcome; of what was looked at so far. */
  readonly gaps: () => readonly AnswerGap[];
  /** The inputs that no good value was found for, of what was looked at so far. */
  readonly unknownInputs: () => ReadonlySet<string>;
}

/** More of them are not kept; they are made anew. */
const MAX_CACHED = 2000;

/** Longer than any retry waits for: a day. */
const LONG_RETRY_SECONDS = 86_400;

/** What may happen in a workflow, made of its document and of its API's descriptions. */
export function createAnswerAlphabet(
  loaded: LoadedDocument,
  values: InputValues,
  given: Readonly<Record<string, readonly GivenExample[]>>,
): AnswerAlphabet {
  const cache = new Map<string, readonly Trial[]>();
  const gaps = new Map<string, AnswerGap>();
  const decided = new Set<string>();
  const unknown = new Set<string>();

  const expressions = new Map<Runtime, readonly RuntimeExpression[]>();
  const lookedAt = (runtime: Runtime): readonly RuntimeExpression[] => {
    const found = expressions.get(runtime) ?? expressionsLookedAt(runtime);
    expressions.set(runtime, found);
    return found;
  };

  const construct = (
    runtime: Runtime,
    step: PerformedStepPlan | InteractionStepPlan,
    scope: Scope,
  ): readonly Trial[] => {
    // Answers depend on no more of what is known than the criteria of the workflow look at.
    const looked = lookedAt(runtime).map((expression) => evaluateExpression(expression, scope) ?? null);
    const cacheKey = `${runtime.path} ${step.stepId} ${JSON.stringify(looked)}`;
    const found = cache.get(cacheKey);
    if (found !== undefined) return found;
    const examples = memberOf(given, step.stepId) ?? [];
    const { answers, missing } =
      step.kind === 'operation'
        ? createAnswers(answerSources(loaded, runtime.plan, step, examples), scope)
        : createStandInAnswers(runtime.plan, step, examples, scope);
    for (const { decides } of answers)
      for (const { criterion, outcome } of decides) decided.add(`${runtime.path} ${criterion} ${outcome}`);
    for (const gap of missing) {
      const key = `${runtime.path} ${gap.criterion} ${gap.outcome}`;
      if (!gaps.has(key)) gaps.set(key, { ...gap, stepId: step.stepId, path: runtime.path });
    }
    const requested = step.kind === 'operation' ? step : standInOf(step).step;
    const retries = new Set(step.onFailure.filter(({ type }) => type === 'retry').map(({ name }) => name));
    const responses = answers.flatMap(({ happening, label, edge }, index): readonly Trial[] => {
      // The first is the plain success.
      const trial: Trial = { happening, label, ...(index === 0 ? {} : { isUnusual: true }) };
      if (edge.outcome === 'success') return [trial, ...outputVariants(runtime, requested, trial, values)];
      return step.kind === 'operation' && retries.has(edge.action ?? '')
        ? [trial, retryMuchLater(happening, label)]
        : [trial];
    });
    const trials = responses.flatMap((trial) => asItComes(runtime, step, trial));
    if (cache.size < MAX_CACHED) cache.set(cacheKey, trials);
    return trials;
  };

  const comingTo = (flight: InFlight, context: WorkflowContext): readonly Trial[] => {
    const { runtime, step } = flight;
    const known = scopeOf(runtime, context);
    if (flight.kind === 'message')
      // What is sent comes back as it was.
      return flight.call.action === 'send'
        ? [{ happening: { type: 'message' } }]
        : construct(runtime, step, known);
    const { request } = flight;
    return construct(runtime, step, request === undefined ? known : { ...known, request: recordOf(request) });
  };

  return {
    inWait: (state, { snapshot, runtime }) => {
      const choices = new Map(
        (describeWait(snapshot)?.inputs ?? []).flatMap((input) => {
          const [choice] = input.choices ?? [];
          return choice === undefined ? [] : [[input.name, choice.value] as const];
        }),
      );
      const goodOf = (input: string): JsonValue | undefined =>
        choices.get(input) ?? values.good(runtime, input);
      const sparseOf = (input: string): JsonValue | undefined =>
        isLookedInto(runtime, input) ? values.sparse(runtime, input) : undefined;
      const badOf = (input: string): JsonValue | undefined => values.bad(runtime, input);
      const missing = missingIn(state, runtime, snapshot.context as WorkflowContext);
      for (const input of missing) if (goodOf(input) === undefined) unknown.add(input);
      const inputs = frameOf(runtime, snapshot.context as WorkflowContext).inputs;
      const position = runtime.positionOf(state.step.stepId);
      const earlier = runtime.plan.inputs.find(
        ({ name }) =>
          hasMember(inputs, name) && !state.inputs.includes(name) && runtime.homeOf(name) < position,
      )?.name;
      // Not those that the machine draws: it may lack one.
      const revisable = runtime.required.filter((name) => runtime.homeOf(name) <= position);
      return waitTrials(state, missing, { goodOf, sparseOf, badOf }, { earlier, revisable });
    },
    inInteraction: ({ step }, { snapshot, runtime }) => {
      const inputs = describeWait(snapshot)?.inputs ?? [];
      const answers = construct(runtime, step, scopeOf(runtime, snapshot.context as WorkflowContext)).map(
        (trial) => withChoices(trial, inputs),
      );
      const first = answers[0]?.happening;
      return [
        ...answers,
        ...wrongAnswers(runtime, step, first?.type === 'submit' ? first.values : {}),
        ...(step.timeoutMs === undefined ? [] : [{ happening: { type: 'elapsed' } } as const]),
      ];
    },
    toCall: (flight, { snapshot }) => [
      ...comingTo(flight, snapshot.context as WorkflowContext),
      { happening: { type: 'lost', kind: flight.call.atMostOnce === true ? 'interrupted' : 'network' } },
      { happening: { type: 'lost', kind: 'timeout' } },
    ],
    gaps: () =>
      [...gaps.values()].filter(
        // What only the lack of a response decides, lost connections do.
        ({ path, criterion, outcome, reason }) =>
          reason !== 'noResponse' && !decided.has(`${path} ${criterion} ${outcome}`),
      ),
    unknownInputs: () => unknown,
  };
}

/** A response as what it stands for: a message, a person's answer, or itself. */
function asItComes(
  runtime: Runtime,
  step: PerformedStepPlan | InteractionStepPlan,
  trial: Trial,
): readonly Trial[] {
  const { happening, label = '' } = trial;
  if (step.kind === 'operation' || happening.type !== 'response') return [trial];
  const { headers = {}, body } = happening;
  // Their labels begin with the status, which nobody sees here.
  const words = label.replace(/^200/, '');
  if (step.kind === 'interaction') return answerTrial(runtime, step, body, words);
  const message = { type: 'message', headers, ...(body === undefined ? {} : { payload: body }) } as const;
  return [{ ...trial, happening: message, label: `message${words}` }];
}

/** What the criteria of a workflow look at beside responses. */
function expressionsLookedAt({ plan }: Runtime): readonly RuntimeExpression[] {
  return plan.steps
    .flatMap(criteriaOfStep)
    .flatMap(({ criterion }) => expressionsIn(criterion))
    .filter(({ kind }) => kind !== 'response' && kind !== 'statusCode');
}

/** The key of a gap's criterion, as coverage has it. */
export function gapKey({ path, stepId, criterion }: AnswerGap): string {
  return criterionKey(path, stepId, criterion);
}

function missingIn(state: WaitState, runtime: Runtime, context: WorkflowContext): readonly string[] {
  const { inputs } = frameOf(runtime, context);
  return state.inputs.filter((input) => !hasMember(inputs, input));
}

/** The same response, to be asked again only after a time that no retry waits for. */
function retryMuchLater(happening: Extract<Happening, { type: 'response' }>, label: string): Trial {
  const headers = Object.fromEntries(
    Object.entries(happening.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'retry-after'),
  );
  return {
    happening: { ...happening, headers: { ...headers, 'retry-after': String(LONG_RETRY_SECONDS) } },
    label: `${label}, to be retried after a day`,
  };
}
