import {
  hasMember,
  isJsonObject,
  memberOf,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../document/json.ts';
import { parsePointer } from '../document/json-pointer.ts';
import type { Criterion } from '../expressions/criterion.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { embeddedExpressionsIn, expressionsIn } from '../expressions/references.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import { isSecretName } from './secret-name.ts';
import type {
  InputPlan,
  InteractionStepPlan,
  OutputPlan,
  PerformedStepPlan,
  RequiredBecause,
  StepPlan,
} from './workflow-plan.ts';

/** What a workflow's input schema says about single inputs: their schemas, and which of them it requires. */
export interface DeclaredInputs {
  readonly properties: ReadonlyMap<string, JsonValue>;
  readonly required: ReadonlySet<string>;
}

/** Reads `properties` and `required` of an input schema, through `allOf`. */
export function declaredInputs(schema: JsonValue | undefined): DeclaredInputs {
  const properties = new Map<string, JsonValue>();
  const required = new Set<string>();
  const visit = (part: JsonValue | undefined, depth: number): void => {
    if (!isJsonObject(part) || depth > 32) return;
    const declared = memberOf(part, 'properties');
    if (isJsonObject(declared)) {
      for (const [name, property] of Object.entries(declared))
        if (!properties.has(name)) properties.set(name, property);
    }
    const names = memberOf(part, 'required');
    if (Array.isArray(names)) for (const name of names) if (typeof name === 'string') required.add(name);
    const all = memberOf(part, 'allOf');
    if (Array.isArray(all)) for (const member of all) visit(member, depth + 1);
  };
  visit(schema, 0);
  return { properties, required };
}

/** The schema without the `required` of its top level (through `allOf`): deferred inputs may still be absent. */
export function withoutRequired(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const relaxed: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(schema)) {
    if (name === 'required') continue;
    setMember(
      relaxed,
      name,
      name === 'allOf' && Array.isArray(member) ? member.map(withoutRequired) : member,
    );
  }
  return relaxed;
}

/**
 * The declared input that an expression refers to: `$inputs.a.b` is the input `a.b` where there is one, and else a
 * member of `a`.
 */
export function inputOf(expression: RuntimeExpression, declared: DeclaredInputs): string | undefined {
  if (expression.kind !== 'inputs') return undefined;
  const { name } = expression;
  if (declared.properties.has(name)) return name;
  const parts = name.split('.');
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const prefix = parts.slice(0, length).join('.');
    if (declared.properties.has(prefix)) return prefix;
  }
  return name;
}

/** The names of the inputs that expressions refer to, each once, in order. */
export function inputsIn(
  expressions: readonly RuntimeExpression[],
  declared: DeclaredInputs,
): readonly string[] {
  const names = expressions
    .map((expression) => inputOf(expression, declared))
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

/** Why a step's request cannot be made without an input, as far as the request says so. */
function reasonOf(step: StepPlan, name: string, declared: DeclaredInputs): RequiredBecause | undefined {
  const refers = (expressions: readonly RuntimeExpression[]): boolean =>
    expressions.some((expression) => inputOf(expression, declared) === name);
  const isWhole = (template: Template): boolean =>
    template.kind === 'expression' && refers([template.expression]);
  if (step.kind === 'workflow') {
    return step.call.inputs.some(({ value }) => refers(embeddedExpressionsIn(value))) ? 'text' : undefined;
  }
  if (step.kind === 'interaction') return reasonOfQuestion(step, refers, isWhole);
  if (step.kind === 'message' && step.correlationId !== undefined) {
    if (isWhole(step.correlationId)) return 'parameter';
    if (refers(embeddedExpressionsIn(step.correlationId))) return 'text';
  }
  for (const parameter of step.parameters) {
    if (isWhole(parameter.value)) {
      if (parameter.in === 'path' && step.kind === 'operation') return 'path';
      if (parameter.required) return 'parameter';
    }
    if (refers(embeddedExpressionsIn(parameter.value))) return 'text';
  }
  for (const { value } of step.body?.replacements ?? [])
    if (refers(embeddedExpressionsIn(value))) return 'text';
  const payload = step.body?.payload;
  if (payload === undefined) return undefined;
  if (payload.kind === 'object') {
    const needed = requiredPropertiesOf(step);
    if (payload.members.some(([member, value]) => needed.includes(member) && isWhole(value))) return 'body';
  } else if (isWhole(payload) && (step.kind === 'message' || step.operation.requestBody?.required === true))
    return 'body';
  return refers(embeddedExpressionsIn(payload)) ? 'text' : undefined;
}

/** The properties that a step's body must have. */
function requiredPropertiesOf(step: PerformedStepPlan): readonly string[] {
  if (step.kind === 'operation') return step.operation.requestBody?.requiredProperties ?? [];
  // Of several messages, it is not known which one is sent.
  const [message, other] = step.channelOperation.messages;
  return message === undefined || other !== undefined ? [] : message.requiredProperties;
}

/** Why a question cannot be asked without an input. */
function reasonOfQuestion(
  { prompt, context, redirect }: InteractionStepPlan,
  refers: (expressions: readonly RuntimeExpression[]) => boolean,
  isWhole: (template: Template) => boolean,
): RequiredBecause | undefined {
  const texts = redirect?.kind === 'url' ? [prompt, redirect.url] : [prompt];
  const parameters = redirect?.kind === 'operation' ? redirect.parameters : [];
  if (texts.some(isWhole)) return 'text';
  const whole = parameters.find(({ value, required }) => required && isWhole(value));
  if (whole !== undefined) return whole.in === 'path' ? 'path' : 'parameter';
  const values = [...context, ...parameters].map(({ value }) => value);
  return [...texts, ...values].some((value) => refers(embeddedExpressionsIn(value))) ? 'text' : undefined;
}

/** What an input is chosen from, where its schema says so. */
export function choicesOf(schema: JsonValue): InputPlan['choices'] {
  const extension = isJsonObject(schema) ? memberOf(schema, 'x-xstate') : undefined;
  const choices = isJsonObject(extension) ? memberOf(extension, 'choices') : undefined;
  if (!isJsonObject(choices)) return undefined;
  const from = memberOf(choices, 'from');
  const value = memberOf(choices, 'value');
  const label = memberOf(choices, 'label');
  if (typeof from !== 'string' || typeof value !== 'string' || typeof label !== 'string') return undefined;
  const expression = parseExpression(from);
  const valuePointer = parsePointer(value);
  const labelPointer = parsePointer(label);
  if (!('value' in expression) || valuePointer === undefined || labelPointer === undefined) return undefined;
  return { from: expression.value, value: valuePointer, label: labelPointer };
}

function callbackOf(schema: JsonValue): InputPlan['callback'] {
  const extension = isJsonObject(schema) ? memberOf(schema, 'x-xstate') : undefined;
  const callback = isJsonObject(extension) ? memberOf(extension, 'callback') : undefined;
  return callback === 'url' || callback === 'state' ? callback : undefined;
}

/** Whether an input is a secret, by its schema or by its name. */
export function isSecretInput(name: string, schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return isSecretName(name);
  const extension = memberOf(schema, 'x-xstate');
  const marked = isJsonObject(extension) ? memberOf(extension, 'secret') : undefined;
  if (typeof marked === 'boolean') return marked;
  return (
    memberOf(schema, 'format') === 'password' || memberOf(schema, 'writeOnly') === true || isSecretName(name)
  );
}

/** All inputs of a workflow: the declared ones in order, then those that are only referred to. */
export function linkInputs(
  declared: DeclaredInputs,
  steps: readonly StepPlan[],
  outputs: readonly OutputPlan[],
): readonly InputPlan[] {
  const inOutputs = inputsIn(
    outputs.flatMap(({ value }) => expressionsIn(value)),
    declared,
  );
  const referred = [...steps.flatMap((step) => step.inputs), ...inOutputs];
  const names = [...new Set([...declared.properties.keys(), ...declared.required, ...referred])];
  return names.map((name): InputPlan => {
    const schema: JsonValue = declared.properties.get(name) ?? {};
    const home = steps.find((step) => step.inputs.includes(name))?.stepId;
    const choices = choicesOf(schema);
    const callback = callbackOf(schema);
    const hasDefault = isJsonObject(schema) && hasMember(schema, 'default');
    let requiredBecause: RequiredBecause | undefined;
    if (!hasDefault && home !== undefined) {
      requiredBecause = declared.required.has(name)
        ? 'required'
        : steps.map((step) => reasonOf(step, name, declared)).find((reason) => reason !== undefined);
    }
    return {
      name,
      schema,
      secret: isSecretInput(name, schema),
      ...(requiredBecause === undefined ? {} : { requiredBecause }),
      ...(home === undefined && !hasDefault && declared.required.has(name)
        ? { requiredAtStart: true as const }
        : {}),
      ...(home === undefined ? {} : { home }),
      ...(choices === undefined ? {} : { choices }),
      ...(callback === undefined ? {} : { callback }),
    };
  });
}

/** The expressions of a step that count as referring to an input. */
export function expressionsOfStep(step: {
  readonly parameters: readonly { readonly value: Template }[];
  readonly body?: {
    readonly payload?: Template;
    readonly replacements?: readonly { readonly value: Template }[];
  };
  readonly correlationId?: Template;
  readonly successCriteria?: readonly Criterion[];
  readonly onSuccess: readonly { readonly criteria: readonly Criterion[] }[];
  readonly onFailure: readonly { readonly criteria: readonly Criterion[] }[];
  readonly onTimeout?: readonly { readonly criteria: readonly Criterion[] }[];
  readonly onCancel?: readonly { readonly criteria: readonly Criterion[] }[];
  readonly outputs: readonly { readonly value: Template }[];
}): readonly RuntimeExpression[] {
  return [
    ...step.parameters.flatMap((parameter) => expressionsIn(parameter.value)),
    ...(step.body?.payload === undefined ? [] : expressionsIn(step.body.payload)),
    ...(step.body?.replacements ?? []).flatMap(({ value }) => expressionsIn(value)),
    ...(step.correlationId === undefined ? [] : expressionsIn(step.correlationId)),
    ...(step.successCriteria ?? []).flatMap(expressionsIn),
    ...[step.onSuccess, step.onFailure, step.onTimeout ?? [], step.onCancel ?? []].flatMap((actions) =>
      actions.flatMap((action) => action.criteria.flatMap(expressionsIn)),
    ),
    ...step.outputs.flatMap((output) => expressionsIn(output.value)),
  ];
}

/** The schema object that a workflow's inputs are checked against; without one, anything goes. */
export function inputSchemaOf(inputs: JsonObject | undefined): JsonValue {
  return inputs === undefined ? {} : withoutRequired(inputs);
}
