import { FAULTS, type Fault } from './faults.ts';

const EDGES = 'src/plan/draft-edges.ts';
const MISSING = 'src/plan/missing-inputs.ts';
const LINK_STEP = 'src/plan/link-step.ts';
const LINK_REQUEST = 'src/plan/link-request.ts';
const LINK_INPUTS = 'src/plan/link-inputs.ts';
const LINK_CALL = 'src/plan/link-call.ts';
const LINK_ACTIONS = 'src/plan/link-actions.ts';
const JUDGE = 'src/machines/judge.ts';
const CALL_ACTIONS = 'src/machines/call-actions.ts';
const STEP_ACTIONS = 'src/machines/step-actions.ts';
const WAIT_ACTIONS = 'src/machines/wait-actions.ts';
const GUARDS = 'src/machines/guards.ts';
const CONFIG = 'src/machines/machine-config.ts';
const WAITING = 'src/machines/waiting-config.ts';
const STEP_INPUT = 'src/machines/step-input.ts';
const INPUT_VALUES = 'src/machines/input-values.ts';
const INITIAL = 'src/machines/initial-context.ts';

/** More mistakes of kinds that a compiler could have, for the suites that are generated of documents. */
const MORE: readonly Fault[] = [
  {
    name: 'the last step leads back to itself',
    file: EDGES,
    find: "if (action === undefined) return index + 1 < steps.length ? index + 1 : final('done');",
    replace:
      "if (action === undefined) return index + 1 < steps.length ? index + 1 : steps.length > 1 ? index : final('done');",
  },
  {
    name: 'a step is left out after a success',
    file: EDGES,
    find: "if (action === undefined) return index + 1 < steps.length ? index + 1 : final('done');",
    replace: "if (action === undefined) return index + 2 < steps.length ? index + 2 : final('done');",
  },
  {
    name: 'a success that ends the run ends it in failed',
    file: EDGES,
    find: "if (action.type === 'end') return final('done');",
    replace: "if (action.type === 'end') return final('failed');",
  },
  {
    name: 'a success goes on with the next step wherever it is to go',
    file: EDGES,
    find: ": stepOr(action.stepId, 'done');",
    replace: ": index + 1 < steps.length ? index + 1 : final('done');",
  },
  {
    name: 'a failure goes to the step after the one that is named',
    file: EDGES,
    find: ": stepOr(action.stepId, 'failed');",
    replace: ": Math.min(Number(stepOr(action.stepId, 'failed')) + 1, steps.length - 1);",
  },
  {
    name: 'a retry goes out at once and is not counted',
    file: EDGES,
    find: "if (action.type === 'retry') return { node: backoffNode(index) };",
    replace: "if (action.type === 'retry') return index;",
  },
  {
    name: 'a failure that always matches does not hide those behind it',
    file: EDGES,
    find: "if (action !== undefined && action.type !== 'retry' && outcomes.every((outcome) => outcome === true))\n          break;",
    replace: '',
  },
  {
    name: 'only the first success action is there',
    file: EDGES,
    find: 'for (const action of [...step.onSuccess, undefined]) {',
    replace: 'for (const action of [...step.onSuccess.slice(0, 1), undefined]) {',
  },
  {
    name: 'a success action without criteria does not hide the next step',
    file: EDGES,
    find: 'if (action?.criteria.length === 0) break;',
    replace: '',
  },
  {
    name: 'lost connections take the failures of answers',
    file: EDGES,
    find: 'lost: mayBeLost(step, plan) ? failures(call, outcomeWithoutResponse) : [],',
    replace: 'lost: mayBeLost(step, plan) ? failures(call, outcomeWithResponse) : [],',
  },
  {
    name: 'after a backoff the run goes to the step before',
    file: EDGES,
    find: '{ resume: draft(backoffNode(index), index) }',
    replace: '{ resume: draft(backoffNode(index), Math.max(0, index - 1)) }',
  },
  {
    name: 'what ran before a retry leads on and not back',
    file: EDGES,
    find: 'leave: draft(node, index) };',
    replace: "leave: draft(node, { node: 'failed' }) };",
  },
  {
    name: 'a repeat forgets nothing',
    file: EDGES,
    find: 'draft(waitNode(index), repeat, homesBetween(repeat, index - 1))',
    replace: 'draft(waitNode(index), repeat, [])',
  },
  {
    name: 'a repeat forgets what is asked for',
    file: EDGES,
    find: 'draft(waitNode(index), repeat, homesBetween(repeat, index - 1))',
    replace: 'draft(waitNode(index), repeat, homesBetween(-1, index))',
  },
  {
    name: 'a wrong input can be revised only where it is asked for',
    file: EDGES,
    find: '.filter((input) => homeOf(input.name) <= index)',
    replace: '.filter((input) => homeOf(input.name) === index)',
  },
  {
    name: 'revising goes to the step that asks',
    file: EDGES,
    find: 'Math.max(0, homeOf(name))',
    replace: 'index',
  },
  {
    name: 'the waiting state of the first step is passed over',
    file: MISSING,
    find: '    initial: entry(0, start),\n    in:',
    replace: '    initial: callNode(0),\n    in:',
  },
  {
    name: 'a person is asked before every step for what one of them needs',
    file: MISSING,
    find: '(required[index] ?? []).some((input) => missing.has(input)) ? waitNode(index) : callNode(index);',
    replace: 'missing.size > 0 ? waitNode(index) : callNode(index);',
  },
  {
    name: 'parameters of the workflow do not reach its steps',
    file: LINK_REQUEST,
    find: 'for (const parameter of [...shared.filter((one) => one.in !== undefined), ...own])',
    replace: 'for (const parameter of own)',
  },
  {
    name: 'parameters of the workflow win over those of the step',
    file: LINK_REQUEST,
    find: 'for (const parameter of [...shared.filter((one) => one.in !== undefined), ...own])',
    replace: 'for (const parameter of [...own, ...shared.filter((one) => one.in !== undefined)])',
  },
  {
    name: 'every parameter goes into the query',
    file: LINK_REQUEST,
    find: '        in: location,\n',
    replace: "        in: 'query',\n",
  },
  {
    name: 'the media type of a body is forgotten',
    file: LINK_REQUEST,
    find: '...(contentType === undefined ? {} : { contentType }),\n      ...(payload',
    replace: '...(payload',
  },
  {
    name: 'replacements in a body are forgotten',
    file: LINK_REQUEST,
    find: '...(replacements.length === 0 ? {} : { replacements }),',
    replace: '',
  },
  {
    name: 'success criteria are not linked',
    file: LINK_STEP,
    find: '...(step.successCriteria === undefined ? {} : { successCriteria: step.successCriteria }),',
    replace: '',
  },
  {
    name: 'outputs are not linked',
    file: LINK_STEP,
    find: 'outputs: linkOutputs(step.outputs, extension.secretOutputs),',
    replace: 'outputs: [],',
  },
  {
    name: 'what must have run before is not asked for',
    file: LINK_STEP,
    find: '...(step.dependsOn.length === 0 ? {} : { after: step.dependsOn.map(dependencyOf) }),',
    replace: '',
  },
  {
    name: 'the time that a person has is in seconds',
    file: LINK_STEP,
    find: '{ waitLimitMs: extension.timeoutSeconds * 1000 }',
    replace: '{ waitLimitMs: extension.timeoutSeconds }',
  },
  {
    name: 'the cooldown of a repeat is in seconds',
    file: LINK_STEP,
    find: '{ repeatable: { cooldownMs: extension.repeatable.afterSeconds * 1000 } }',
    replace: '{ repeatable: { cooldownMs: extension.repeatable.afterSeconds } }',
  },
  {
    name: 'inputs with a default are asked for',
    file: LINK_INPUTS,
    find: 'if (!hasDefault && home !== undefined) {',
    replace: 'if (home !== undefined) {',
  },
  {
    name: 'inputs are asked for only where the document says that they are required',
    file: LINK_INPUTS,
    find: ': steps.map((step) => reasonOf(step, name, declared)).find((reason) => reason !== undefined);',
    replace: ': undefined;',
  },
  {
    name: 'the home of an input is the last step that refers to it',
    file: LINK_INPUTS,
    find: 'const home = steps.find((step) => step.inputs.includes(name))?.stepId;',
    replace: 'const home = steps.findLast((step) => step.inputs.includes(name))?.stepId;',
  },
  {
    name: 'a called workflow gets nothing by the names of its caller',
    file: LINK_CALL,
    find: 'return callOf(workflow, new Map(values), false);',
    replace: 'return callOf(workflow, new Map(), false);',
  },
  {
    name: 'a retry waits for a thousandth of its time',
    file: LINK_ACTIONS,
    find: 'delayMs: (action.retryAfterSeconds ?? 0) * 1000,',
    replace: 'delayMs: action.retryAfterSeconds ?? 0,',
  },
  {
    name: 'a retry is tried once more than it may be',
    file: LINK_ACTIONS,
    find: 'limit: action.retryLimit,',
    replace: 'limit: action.retryLimit + 1,',
  },
  {
    name: 'nothing runs before a retry',
    file: LINK_ACTIONS,
    find: 'if (action.target === undefined) return retry;',
    replace: 'if (action.target !== null) return retry;',
  },
  {
    name: 'the criteria of a success action are not looked at',
    file: JUDGE,
    find: 'judgement.success && (action === undefined || evaluateCriteria(action.criteria, judgement.scope));',
    replace: 'judgement.success;',
  },
  {
    name: 'the criteria of a failure action are not looked at',
    file: JUDGE,
    find: '  return evaluateCriteria(action.criteria, judgement.scope);',
    replace: '  return true;',
  },
  {
    name: 'criteria do not see the request',
    file: 'src/machines/actor-reply.ts',
    find: 'scope: exchange,',
    replace: 'scope: { response },',
  },
  {
    name: 'criteria do not see the inputs',
    file: JUDGE,
    find: '    inputs,\n    steps: frame.steps,',
    replace: '    inputs: {},\n    steps: frame.steps,',
  },
  {
    name: 'steps do not see what came of the steps before',
    file: JUDGE,
    find: '    steps: frame.steps,',
    replace: '    steps: {},',
  },
  {
    name: 'a called workflow shows its caller no outputs',
    file: JUDGE,
    find: '    outputs: outcome.outputs,\n    ...(called.unmet',
    replace: '    outputs: {},\n    ...(called.unmet',
  },
  {
    name: 'control that passed to a workflow gives the outputs of the first',
    file: JUDGE,
    find: 'return target === undefined',
    replace: 'return target !== null',
  },
  {
    name: 'retries of several attempts count as one',
    file: STEP_ACTIONS,
    find: '(memberOf(frame.attempts, key) ?? 0) + 1 }',
    replace: '1 }',
  },
  {
    name: 'the outputs of a step that succeeded are lost',
    file: STEP_ACTIONS,
    find: '...(judgement === undefined ? {} : endOf(args, judgement)),\n        attempt: 0,',
    replace: 'attempt: 0,',
  },
  {
    name: 'a failure does not name its action',
    file: STEP_ACTIONS,
    find: '    reason: action.name,\n',
    replace: '',
  },
  {
    name: 'a failure does not say what ended the run',
    file: STEP_ACTIONS,
    find: "...(action.type === 'end' ? { endedBy: action.name } : {}),",
    replace: '',
  },
  {
    name: 'a success leaves the failure before it',
    file: STEP_ACTIONS,
    find: '        attempts: {},\n        failure: undefined,\n',
    replace: '        attempts: {},\n',
  },
  {
    name: 'submitted values replace all others',
    file: WAIT_ACTIONS,
    find: 'inputs: { ...frame.inputs, ...submittedValues(event) },',
    replace: 'inputs: submittedValues(event),',
  },
  {
    name: 'the reasons why values were not taken are lost',
    file: WAIT_ACTIONS,
    find: 'rejection: submissionRejections(runtime, frame.inputs as JsonObject, submittedValues(event), state),',
    replace: 'rejection: undefined,',
  },
  {
    name: 'a wait for a person never begins its time',
    file: WAIT_ACTIONS,
    find: '({ expiresAt: now() + limitMs })',
    replace: '({ expiresAt: limitMs })',
  },
  {
    name: 'what a called workflow came to is not kept',
    file: CALL_ACTIONS,
    find: 'if (unmet === true) return {};',
    replace: 'if (unmet !== null) return {};',
  },
  {
    name: 'a wait is left before all is there',
    file: GUARDS,
    find: 'return params.inputs.every((input) => hasMember(inputs, input));',
    replace: 'return params.inputs.some((input) => hasMember(inputs, input));',
  },
  {
    name: 'any input that is revised is the first',
    file: GUARDS,
    find: 'event.input === params.input',
    replace: 'event.input !== undefined',
  },
  {
    name: 'the time of a wait changes nothing',
    file: WAITING,
    find: 'state.expired.map((edge) => failureTransition(runtime, step, edge, name)),',
    replace: '[],',
  },
  {
    name: 'a cancelled run has failed',
    file: CONFIG,
    find: "on: { cancel: { target: '.cancelled',",
    replace: "on: { cancel: { target: '.failed',",
  },
  {
    name: 'failures are looked for before successes',
    file: CONFIG,
    find: `        ...state.succeeded.map((edge) => successTransition(runtime, step, edge)),
        ...state.failed.map((edge) => failureTransition(runtime, step, edge, name)),
      ],
      onError`,
    replace: `        ...state.failed.map((edge) => failureTransition(runtime, step, edge, name)),
        ...state.succeeded.map((edge) => successTransition(runtime, step, edge)),
      ],
      onError`,
  },
  {
    name: 'a required parameter that is absent is left out',
    file: 'src/machines/call-values.ts',
    find: 'else if (required) return',
    replace: 'else if (required && name === place) return',
  },
  {
    name: 'a retry has the key of the attempt before',
    file: STEP_INPUT,
    find: 'return [memberOf(frame.visits, stepId) ?? 1, frame.attempt];',
    replace: 'return [memberOf(frame.visits, stepId) ?? 1, 1];',
  },
  {
    name: 'what runs before a retry has a key of the step that is retried',
    file: STEP_INPUT,
    find: ": [recoveryOf, frame.recoveries ?? 0, 'before', stepId]),",
    replace: ': [recoveryOf, ...turnOf(frame, recoveryOf)]),',
  },
  {
    name: 'one request more than a run may prepare',
    file: GUARDS,
    find: 'context.run.executed > params.limit',
    replace: 'context.run.executed > params.limit + 1',
  },
  {
    name: 'a step that calls a workflow does not count',
    file: STEP_ACTIONS,
    find: "return step?.kind === 'workflow' && step.isDependency;",
    replace: "return step?.kind === 'workflow';",
  },
  {
    name: 'bodies are not sent',
    file: STEP_INPUT,
    find: '{ ...call, ...given, ...bodyOf(step, scope) }',
    replace: '{ ...call, ...given }',
  },
  {
    name: 'single values are checked only all together',
    file: INPUT_VALUES,
    find: 'const single = [...refused, ...singleRejections(runtime, values)];',
    replace: 'const single = [...refused];',
  },
  {
    name: 'wrong inputs at the start are taken',
    file: INITIAL,
    find: 'if (rejection.length === 0) return { frame };',
    replace: 'if (rejection.length >= 0) return { frame };',
  },
];

/** All mistakes that the suites are held against. */
export const SUITE_FAULTS: readonly Fault[] = [...FAULTS, ...MORE];

/**
 * Where faults are seen that most documents do not show: a part of the path of the document to begin with. A wrong one
 * costs time and nothing else, because the others follow.
 */
export const LIKELY: Readonly<Record<string, string>> = {
  'going back forgets the inputs of its target too': 'export-job',
  'going back forgets what later steps ask for': 'email-otp-discovery',
  '"ask" of an action is ignored': 'xml-rates',
  'the retries of one visit count in the next': 'customer-import',
  'a restored run sends a step again that goes out once at most': 'trip-compensation',
  'what came of a called workflow is lost where it is called once too often': 'customer-import',
  'a called workflow that failed counts as a success': 'customer-import',
  'the inputs of a called workflow are those of its caller': 'customer-import',
  'a workflow that a step depends on need not have run': 'customer-import',
  'what must have run before is not asked for': 'customer-import',
  'who declines an interaction does not take the actions for it': 'repair-quote',
  'onFailure before onTimeout': 'expense-approval',
  'an answer without the defaults of its schema': 'repair-quote',
  'an answer that its schema refuses is taken': 'expense-approval',
  'a question that cannot be asked is waited with': 'repair-quote',
  'a question that may be impossible is taken for one that is not': 'repair-quote',
  'the time of an interaction counts from the beginning of the run': 'expense-approval',
  'a failure that always matches does not hide those behind it': 'expense-approval',
  'a called workflow gets nothing by the names of its caller': 'parcel-shipping',
  'criteria do not see the request': 'trip-compensation',
  'a called workflow shows its caller no outputs': 'customer-import',
  'control that passed to a workflow gives the outputs of the first': 'parcel-shipping',
  'what a called workflow came to is not kept': 'customer-import',
  'the next call of a workflow has the keys of the last': 'customer-import',
};

/** Those that change nothing that a machine does, with the reason. */
export const EQUIVALENT: Readonly<Record<string, string>> = {
  'a required parameter that is absent is left out':
    'whoever builds the request refuses it for the same reason, before anything is sent, and the failure is the same',
  'a person is asked before every step for what one of them needs':
    'a waiting state that waits for nothing its step needs is left at once, before anything can happen: only pictures differ',
};
