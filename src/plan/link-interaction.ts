import type { Interaction, Output, Step } from '../arazzo/model.ts';
import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import type { Operation } from '../openapi/operation.ts';
import { checkOperation } from './check-operation.ts';
import type { LinkContext } from './link-context.ts';
import { choicesOf, declaredInputs, isSecretInput } from './link-inputs.ts';
import { linkOperation } from './link-operation.ts';
import { linkOutputs, linkParameters } from './link-request.ts';
import type { AnswerField, InteractionStepPlan, OutputPlan, RedirectPlan } from './workflow-plan.ts';

/** The answer of a person who proceeds or does not, where the document says nothing else. */
const ACKNOWLEDGED: JsonValue = {
  type: 'object',
  required: ['acknowledged'],
  properties: { acknowledged: { type: 'boolean' } },
};

/** What a plan has of an interaction alone. */
export type QuestionPlan = Pick<
  InteractionStepPlan,
  'mode' | 'prompt' | 'context' | 'schema' | 'fields' | 'redirect'
>;

/** Links an interaction; `undefined` where its redirect leads nowhere, which has been said. */
export function linkInteraction(
  context: LinkContext,
  step: Step,
  interaction: Interaction,
): QuestionPlan | undefined {
  const { mode, prompt, context: shown } = interaction;
  const schema = interaction.inputSchema ?? (mode === 'acknowledge' ? ACKNOWLEDGED : {});
  const question = {
    mode,
    prompt,
    context: shown.map(({ name, value }) => ({ name, value })),
    schema,
    fields: fieldsOf(schema),
  };
  if (mode !== 'redirect') return question;
  const redirect = linkRedirect(context, step, interaction);
  return redirect && { ...question, redirect };
}

/** The members of an answer, as far as its schema names them. */
function fieldsOf(schema: JsonValue): readonly AnswerField[] {
  const { properties, required } = declaredInputs(schema);
  return [...new Set([...properties.keys(), ...required])].map((name): AnswerField => {
    const field = properties.get(name) ?? {};
    const choices = choicesOf(field);
    const hasDefault = isJsonObject(field) && memberOf(field, 'default') !== undefined;
    return {
      name,
      schema: field,
      required: required.has(name) && !hasDefault,
      secret: isSecretInput(name, field),
      ...(choices === undefined ? {} : { choices }),
    };
  });
}

function linkRedirect(context: LinkContext, step: Step, interaction: Interaction): RedirectPlan | undefined {
  const { redirect, parameters, pointer } = interaction;
  // What a redirect lacks is reported by the rule `interaction-redirect`.
  if (redirect === undefined) return undefined;
  if (redirect.kind === 'url') return redirect;
  const operation = linkOperation(context, { target: redirect, pointer });
  if (operation === undefined) return undefined;
  const linked = linkParameters(operation, [], parameters);
  const { requestBody: _body, successCriteria: _criteria, ...rest } = step;
  const asCall: Step = { ...rest, target: redirect, parameters, onSuccess: [], onFailure: [] };
  checkOperation(context, asCall, operation, linked);
  const problem = unfit(operation, interaction);
  if (problem === undefined) return { kind: 'operation', operation, parameters: linked };
  context.reporter.report({
    code: 'plan/redirect-operation',
    severity: 'error',
    message: `A browser cannot be sent there: ${problem}.`,
    pointer: `${pointer}/${redirect.kind}`,
  });
  return undefined;
}

/** Why an operation cannot be reached by a link. */
function unfit(operation: Operation, { parameters }: Interaction): string | undefined {
  if (operation.method !== 'GET')
    return `the operation is a ${operation.method}, and a link is followed by GET`;
  if (operation.requestBody?.required === true) return 'the operation requires a body';
  const required = operation.parameters.filter((parameter) => parameter.required);
  const carried = [...parameters, ...required].find((parameter) => isCarried(parameter.in));
  return carried === undefined ? undefined : `a link carries no ${carried.in}, and "${carried.name}" is one`;
}

function isCarried(place: string | undefined): boolean {
  return place === 'header' || place === 'cookie';
}

/** Every expression that a question is made of. */
export function expressionsOfQuestion({
  prompt,
  context,
  redirect,
}: QuestionPlan): readonly RuntimeExpression[] {
  const values = redirect?.kind === 'operation' ? redirect.parameters.map(({ value }) => value) : [];
  const templates: readonly Template[] = [
    prompt,
    ...context.map(({ value }) => value),
    ...(redirect?.kind === 'url' ? [redirect.url] : []),
    ...values,
  ];
  return templates.flatMap((template) => expressionsIn(template));
}

/** Links outputs; what is taken from a secret part of the answer is a secret too. */
export function linkAnswerOutputs(
  outputs: readonly Output[],
  secrets: readonly string[],
  { fields }: QuestionPlan,
): readonly OutputPlan[] {
  const hidden = new Set(fields.filter(({ secret }) => secret).map(({ name }) => name));
  const isHidden = (expression: RuntimeExpression): boolean => {
    if (expression.kind !== 'interaction') return false;
    const { source } = expression;
    return hidden.has(source.from === 'query' ? source.name : (source.pointer[0] ?? ''));
  };
  return linkOutputs(outputs, secrets).map((output) => ({
    ...output,
    secret: output.secret || expressionsIn(output.value).some(isHidden),
  }));
}
