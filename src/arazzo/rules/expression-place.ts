import type { Severity } from '../../document/diagnostic.ts';
import { formatExpression } from '../../expressions/format-expression.ts';
import type { ExpressionUse } from '../expression-uses.ts';
import type { Rule } from './rule.ts';

/** Why an expression has no value, or not the expected one, in the place where it stands. */
interface Misplaced {
  readonly severity: Severity;
  readonly why: string;
}

/**
 * Every expression stands where it can have a value: a response, say, is not known before its request is sent, and
 * a workflow's outputs belong to no request at all.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export const expressionPlace: Rule = {
  code: 'arazzo/expression-place',
  check(_document, context) {
    for (const use of context.uses) {
      const misplaced = check(use);
      if (misplaced === undefined) continue;
      context.report({
        severity: misplaced.severity,
        message: `"${formatExpression(use.expression)}" ${misplaced.why}.`,
        pointer: use.pointer,
        section: 'runtime-expressions',
      });
    }
  },
};

function check(use: ExpressionUse): Misplaced | undefined {
  const { kind } = use.expression;
  switch (kind) {
    case 'url':
    case 'method':
    case 'request':
    case 'statusCode':
    case 'response':
      return checkExchange(use) ?? checkRequestOfMessage(use);
    case 'message':
      return checkMessage(use);
    case 'interaction':
      return checkAnswer(use);
    case 'outputs':
      return checkOutputs(use);
    case 'components':
      return checkComponents(use.expression);
    case 'self':
    case 'inputs':
    case 'steps':
    case 'workflows':
    case 'sourceDescriptions':
      return undefined;
  }
}

function checkComponents({ type }: Extract<ExpressionUse['expression'], { kind: 'components' }>): Misplaced {
  const why =
    type === 'parameters'
      ? 'has no value here: there is no such parameter, or it stands inside of a text or a condition'
      : 'is not a value; components are used by a "reference"';
  return { severity: 'error', why };
}

/** `$interaction` is what a person answered, and nothing else has a value where one is asked. */
function checkAnswer({ place, step, workflow, expression }: ExpressionUse): Misplaced | undefined {
  const error = (why: string): Misplaced => ({ severity: 'error', why });
  if (place === 'workflowOutputs')
    return error("has no value in a workflow's outputs; let the step that asks give it as its output");
  const asking = (step === undefined ? workflow.steps : [step]).flatMap(({ target }) =>
    target.kind === 'interaction' ? [target.interaction] : [],
  );
  if (asking.length === 0) return error('has a value in a step with an "interaction" only');
  if (place === 'question' || place === 'choices')
    return error('has no value before the person has answered');
  if (place === 'unanswered') return error('has no value where the person did not answer');
  if (place === 'request')
    return error('has no value in a request; let the step that asks give it as its output');
  const isQuery = expression.kind === 'interaction' && expression.source.from === 'query';
  if (isQuery && asking.every(({ mode }) => mode !== 'redirect'))
    return error('has a value after a redirect only; the answer is "$interaction.payload"');
  return undefined;
}

function checkExchange({ place, step, workflow }: ExpressionUse): Misplaced | undefined {
  if (step?.target.kind === 'interaction')
    return { severity: 'error', why: 'has no value in a step that asks a person, which sends no request' };
  if (place === 'request') {
    return { severity: 'error', why: 'has no value yet while the request is being made' };
  }
  if (place === 'workflowOutputs') {
    return {
      severity: 'error',
      why: "has no value in a workflow's outputs; let a step give it as its output",
    };
  }
  if (place === 'choices') return { severity: 'error', why: 'has no value while an input is waited for' };
  const calls =
    step === undefined
      ? workflow.steps.every(({ target }) => target.kind === 'workflowId' || target.kind === 'interaction')
      : step.target.kind === 'workflowId';
  return calls
    ? {
        severity: 'warning',
        why: 'is the last one of the called workflow, because this step sends no request itself',
      }
    : undefined;
}

function checkMessage(use: ExpressionUse): Misplaced | undefined {
  const exchange = checkExchange(use);
  if (exchange?.severity === 'error') return exchange;
  const steps = use.step === undefined ? use.workflow.steps : [use.step];
  const isAsync = steps.some((step) => step.message !== undefined);
  return isAsync ? undefined : { severity: 'warning', why: 'has a value in steps of AsyncAPI only' };
}

/** A message has no status code, and no URL. */
function checkRequestOfMessage({ step }: ExpressionUse): Misplaced | undefined {
  if (step?.message === undefined) return undefined;
  return {
    severity: 'warning',
    why: 'has no value in a step of AsyncAPI; a message is read by "$message.…"',
  };
}

function checkOutputs({ place, step }: ExpressionUse): Misplaced | undefined {
  if (place === 'workflowOutputs') {
    return { severity: 'warning', why: "has no value while the workflow's outputs are being made" };
  }
  if (step?.target.kind === 'workflowId' && place !== 'request') return undefined;
  return {
    severity: 'warning',
    why: 'has no value before the workflow has ended; name the step: "$steps.<stepId>.outputs.<name>"',
  };
}
