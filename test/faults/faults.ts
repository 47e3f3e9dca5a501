/** A mistake that a compiler could have, as a change of one place in its source. */
export interface Fault {
  /** What the compiled machine does wrong. */
  readonly name: string;
  /** The file, from the root of the project. */
  readonly file: string;
  /** What stands there; it must occur exactly once. */
  readonly find: string;
  readonly replace: string;
}

const EDGES = 'src/plan/draft-edges.ts';
const MISSING = 'src/plan/missing-inputs.ts';
const JUDGE = 'src/machines/judge.ts';
const ANNOUNCEMENTS = 'src/machines/announce-actions.ts';
const CALL_ACTIONS = 'src/machines/call-actions.ts';
const STEP_ACTIONS = 'src/machines/step-actions.ts';
const WAIT_ACTIONS = 'src/machines/wait-actions.ts';
const GUARDS = 'src/machines/guards.ts';
const CONFIG = 'src/machines/machine-config.ts';
const TRANSITIONS = 'src/machines/transition-config.ts';

/** Mistakes of each kind that the rules for machines leave room for. The ordinary tests must see every one. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'the next step before the success actions',
    file: EDGES,
    find: 'for (const action of [...step.onSuccess, undefined]) {',
    replace: 'for (const action of [undefined, ...step.onSuccess]) {',
  },
  {
    name: 'the first failure action is dropped',
    file: EDGES,
    find: '= [...step.onFailure, undefined]',
    replace: '= [...step.onFailure.slice(1), undefined]',
  },
  {
    name: 'the failure actions in reverse order',
    file: EDGES,
    find: '= [...step.onFailure, undefined]',
    replace: '= [...step.onFailure.toReversed(), undefined]',
  },
  {
    name: 'a failure without an action ends in done',
    file: EDGES,
    find: "if (action === undefined || action.type === 'end') return final('failed');",
    replace: "if (action === undefined || action.type === 'end') return final('done');",
  },
  {
    name: 'going back forgets the inputs of its target too',
    file: EDGES,
    find: 'homesBetween(index - 1, index) : homesBetween(target, index)',
    replace: 'homesBetween(index - 1, index) : homesBetween(target - 1, index)',
  },
  {
    name: 'going back forgets what later steps ask for',
    file: EDGES,
    find: 'homesBetween(index - 1, index) : homesBetween(target, index)',
    replace: 'homesBetween(index - 1, index) : homesBetween(target, steps.length)',
  },
  {
    name: 'homes are compared wrongly',
    file: EDGES,
    find: 'homeOf(name) <= upTo',
    replace: 'homeOf(name) < upTo',
  },
  {
    name: '"ask" of an action is ignored',
    file: EDGES,
    find: "if (action.ask !== undefined || action.type === 'transfer') return action.ask ?? [];",
    replace: '',
  },
  {
    name: 'a waiting state is skipped where inputs were forgotten',
    file: MISSING,
    find: 'for (const input of edge.forget) if (known.has(input)) missing.add(input);',
    replace: '',
  },
  {
    name: 'revise keeps the inputs of later steps',
    file: EDGES,
    find: '...homesBetween(homeOf(name), steps.length),',
    replace: '',
  },
  {
    name: 'repeat runs the first repeatable step, not the nearest',
    file: EDGES,
    find: 'repeatable === undefined ? repeatedBefore[index] : index;',
    replace: 'repeatable === undefined ? repeatedBefore[index] : (repeatedBefore[index] ?? index);',
  },
  {
    name: 'a forgotten input keeps its value',
    file: TRANSITIONS,
    find: "...(edge.forget.length === 0 ? [] : [named(runtime, 'forget', { inputs: edge.forget })]),",
    replace: '',
  },
  {
    name: 'a step that leads to itself is not sent again',
    file: TRANSITIONS,
    find: 'return edge.target === source ? { ...edge, reenter: true } : edge;',
    replace: 'return edge;',
  },
  {
    name: 'without a response only the last failure edge is there',
    file: CONFIG,
    find: 'onError: state.lost.map(',
    replace: 'onError: state.lost.slice(-1).map(',
  },
  {
    name: 'one retry too many',
    file: JUDGE,
    find: 'if (used >= Math.min(',
    replace: 'if (used > Math.min(',
  },
  {
    name: 'Retry-After is ignored',
    file: JUDGE,
    find: 'if (retryAt === undefined) return action.delayMs;',
    replace: 'if (retryAt !== null) return action.delayMs;',
  },
  {
    name: 'Retry-After is waited for however long it is',
    file: JUDGE,
    find: 'return delayMs > runtime.settings.retryAfterCapMs ? undefined : delayMs;',
    replace: 'return delayMs;',
  },
  {
    name: 'one success criterion is enough',
    file: JUDGE,
    find: ': evaluateCriteria(step.successCriteria, scope);',
    replace: ': step.successCriteria.some((criterion) => evaluateCriteria([criterion], scope));',
  },
  {
    name: 'a redirect is a success',
    file: 'src/machines/actor-reply.ts',
    find: 'response.statusCode < 300',
    replace: 'response.statusCode < 400',
  },
  {
    name: 'the outputs of a failed attempt are dropped',
    file: JUDGE,
    find: 'scope, withoutLarge(outputs, runtime.settings.maxOutputBytes));',
    replace: 'scope, {});',
  },
  {
    name: 'the outputs of an earlier run of a step stay beside the new ones',
    file: STEP_ACTIONS,
    find: 'judgement.success ? outputs : { ...earlier, ...outputs }',
    replace: '{ ...earlier, ...outputs }',
  },
  {
    name: 'the retries of one visit count in the next',
    file: STEP_ACTIONS,
    find: 'attempts: {},\n        failure: failureOf(judgement, params),',
    replace: 'failure: failureOf(judgement, params),',
  },
  {
    name: 'a submit leaves the failure before it',
    file: WAIT_ACTIONS,
    find: 'rejection: undefined,\n      failure: undefined,\n    })),\n    /** Keeps why',
    replace: 'rejection: undefined,\n    })),\n    /** Keeps why',
  },
  {
    name: 'the cooldown of a repeat is ignored',
    file: GUARDS,
    find: 'return at === undefined || runtime.settings.now() >= at;',
    replace: 'return at === undefined || at > 0;',
  },
  {
    name: 'a repeat that fails does not come back',
    file: GUARDS,
    find: "return taken?.type !== 'retry';",
    replace: 'return taken === null;',
  },
  {
    name: 'bad values are taken',
    file: GUARDS,
    find: "state?.kind === 'wait' &&",
    replace: "state?.kind === 'wait' ||",
  },
  {
    name: 'one request less than a run may prepare',
    file: GUARDS,
    find: 'context.run.executed > params.limit',
    replace: 'context.run.executed >= params.limit',
  },
  {
    name: 'values of earlier steps can be submitted',
    file: 'src/machines/input-values.ts',
    find: 'runtime.homeOf(name) < position &&',
    replace: 'runtime.homeOf(name) < -1 &&',
  },
  {
    name: 'defaults are not applied',
    file: 'src/machines/initial-context.ts',
    find: 'if (value !== undefined && !hasMember(given, name)) setMember(inputs, name, value);',
    replace: '',
  },
  {
    name: 'a restored run sends a step again that goes out once at most',
    file: 'src/machines/persist.ts',
    find: 'if (step?.atMostOnce !== true) return persisted;',
    replace: 'if (step !== null) return persisted;',
  },
  {
    name: 'the next visit of a step has the key of the last',
    file: 'src/machines/step-input.ts',
    find: 'memberOf(frame.visits, stepId) ?? 1',
    replace: '1',
  },
  {
    name: 'the next call of a workflow has the keys of the last',
    file: 'src/machines/step-input.ts',
    find: 'return [...wayTo(caller, context), callingState(runtime), ...turn()];',
    replace: 'return [...wayTo(caller, context), callingState(runtime)];',
  },
  {
    name: 'the visits of a step that leads to itself are not counted',
    file: 'src/plan/steps-run-again.ts',
    find: 'to > from',
    replace: 'to >= from',
  },
  {
    name: 'only the ends of a stretch that is run again are counted',
    file: 'src/plan/steps-run-again.ts',
    find: '(depth += opened[index] ?? 0) > 0',
    replace: '(opened[index] ?? 0) !== 0',
  },
  {
    name: 'what came of a called workflow is lost where it is called once too often',
    file: CALL_ACTIONS,
    find: 'if (context.run.executed > root.settings.maxSteps) return {};',
    replace: '',
  },
  {
    name: 'a called workflow that failed counts as a success',
    file: GUARDS,
    find: "isJsonObject(event.output) && event.output['status'] === 'done',",
    replace: 'isJsonObject(event.output),',
  },
  {
    name: 'the inputs of a called workflow are those of its caller',
    file: CALL_ACTIONS,
    find: "initialFrame(runtime, 'inputs' in given ? given.inputs : {})",
    replace: 'initialFrame(runtime, frameOf(caller, context).inputs as JsonObject)',
  },
  {
    name: 'what runs before a retry is passed over',
    file: GUARDS,
    find: 'if (frame.retrying !== params.action) return false;',
    replace: 'if (frame.retrying !== undefined) return false;',
  },
  {
    name: 'a workflow that a step depends on need not have run',
    file: 'src/machines/step-input.ts',
    find: 'memberOf(context.finished, dependency.workflowId) === undefined',
    replace: 'memberOf(context.finished, dependency.workflowId) === null',
  },
  {
    name: 'who declines an interaction does not take the actions for it',
    file: 'src/plan/failure-actions.ts',
    find: "return kind === 'declined' ? [...onCancel, ...onFailure] : onFailure;",
    replace: 'return onFailure;',
  },
  {
    name: 'onFailure before onTimeout',
    file: EDGES,
    find: '[...onTimeout, ...step.onFailure, undefined]',
    replace: '[...step.onFailure, ...onTimeout, undefined]',
  },
  {
    name: 'an answer without the defaults of its schema',
    file: 'src/machines/answer.ts',
    find: 'applyDefaults(schema, withoutAbsent(given))',
    replace: 'withoutAbsent(given)',
  },
  {
    name: 'an answer that its schema refuses is taken',
    file: GUARDS,
    find: 'answerRejections(runtime, step, event.values).length > 0',
    replace: 'answerRejections(runtime, step, event.values).length > 99',
  },
  {
    name: 'a question that cannot be asked is waited with',
    file: ANNOUNCEMENTS,
    find: 'enqueue.raise({ type: IMPOSSIBLE, problem: frame.question.problem } as never);',
    replace: '',
  },
  {
    name: 'a question that may be impossible is taken for one that is not',
    file: 'src/plan/unaskable.ts',
    find: "return expression.kind !== 'inputs' || expression.pointer.length > 0 || !there.has(expression.name);",
    replace: "return expression.kind !== 'inputs' || expression.pointer.length > 0;",
  },
  {
    name: 'the time of an interaction counts from the beginning of the run',
    file: 'src/machines/waiting-config.ts',
    find: "...(timeoutMs === undefined ? [] : [named(runtime, 'openWait', { limitMs: timeoutMs })]),",
    replace: "...(timeoutMs === undefined ? [] : [named(runtime, 'openWait', { limitMs: 0 })]),",
  },
];
