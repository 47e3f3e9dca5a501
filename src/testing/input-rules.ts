import { parsePointer, resolvePointer } from '../document/json-pointer.ts';
import { type JsonObject, type JsonValue, hasMember, isJsonObject, setMember } from '../document/json.ts';
import { embeddedExpressionsIn, expressionsIn } from '../expressions/references.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { at, list } from './raw-json.ts';
import type { RawMessageStep, RawStep, RawWorkflow } from './raw-workflow.ts';
import type { Rejection } from './situation.ts';

/** What the inputs of a workflow are held to. */
export interface InputRules {
  /** The names of the inputs that a step must not run without: required and without default. */
  readonly asked: ReadonlySet<string>;
  /** The names of the inputs that the schema declares. */
  readonly declared: ReadonlySet<string>;
  /** The declared inputs, and those that the workflow, or what it depends on, refers to without declaring them. */
  readonly known: ReadonlySet<string>;
  /** The asked inputs that a step refers to; see `homeOf` for the index. */
  askedBy(index: number): readonly string[];
  /**
   * The index of the first step that refers to an input. A workflow that runs before the first step counts as a
   * step that refers to what it declares; those have the indices below 0, the last of them -1. An input that
   * nothing refers to is at home before all of them.
   */
  homeOf(input: string): number;
  /** The inputs with their defaults where they are absent. */
  withDefaults(inputs: JsonObject): JsonObject;
  /** What is wrong with inputs of which some may still be absent. */
  checkGiven(inputs: JsonObject): readonly Rejection[];
  /** What is wrong with one value. */
  checkOne(input: string, value: JsonValue): readonly Rejection[];
  /** What is wrong with the inputs together; nothing as long as one that must be there is absent. */
  checkComplete(inputs: JsonObject): readonly Rejection[];
}

/** Gives the rules of a workflow's inputs. `preludes` are those of the workflows that run before the first step. */
export function inputRules(
  workflow: RawWorkflow,
  preludes: readonly Pick<InputRules, 'known'>[] = [],
): InputRules {
  const parts = [...conjuncts(workflow.inputs, workflow)];
  const declared = [...new Set(parts.flatMap((part) => Object.keys(at(part, 'properties') ?? {})))];
  const declarations = (input: string): JsonValue[] =>
    parts.flatMap((part) => at(at(part, 'properties'), input) ?? []);
  const defaultOf = (input: string): JsonValue | undefined =>
    declarations(input)
      .flatMap((declaration) => [...conjuncts(declaration, workflow)])
      .map((part) => at(part, 'default'))
      .find((value) => value !== undefined);

  const namesIn = (expressions: readonly RuntimeExpression[]): string[] =>
    expressions.flatMap((expression) =>
      expression.kind === 'inputs' ? inputNamed(expression.name, declared) : [],
    );
  const byStep = workflow.steps.map((step) => new Set(namesIn(expressionsOf(step))));
  const references = [...preludes.map((prelude) => prelude.known), ...byStep];
  const inOutputs = namesIn(Object.values(workflow.outputs).flatMap((output) => expressionsIn(output)));
  const needed = [
    ...parts.flatMap((part) => list(part, 'required').map(String)),
    ...workflow.steps.flatMap((step) => namesIn(indispensableTo(step))),
  ];
  const asked = new Set(needed.filter((input) => defaultOf(input) === undefined));

  const around = {
    $defs: at(workflow.inputs, '$defs') ?? {},
    components: { inputs: workflow.componentInputs },
  };
  const whole = compileSchema({ ...around, allOf: [workflow.inputs] });
  const partial = compileSchema({
    ...around,
    allOf: parts.map(({ required: _required, $ref: _ref, allOf: _allOf, ...rest }) => rest),
  });

  return {
    asked,
    declared: new Set(declared),
    known: new Set([...declared, ...references.flatMap((names) => [...names]), ...inOutputs]),
    askedBy: (index) => [...(references[index + preludes.length] ?? [])].filter((input) => asked.has(input)),
    homeOf(input) {
      const index = references.findIndex((names) => names.has(input));
      return index < 0 ? -Infinity : index - preludes.length;
    },
    withDefaults(inputs) {
      const result: Record<string, JsonValue> = { ...inputs };
      for (const input of declared) {
        const value = defaultOf(input);
        if (value !== undefined && !hasMember(inputs, input)) setMember(result, input, value);
      }
      return result;
    },
    checkGiven: (inputs) => rejections(partial(inputs)),
    checkOne: (input, value) =>
      compileSchema({ ...around, allOf: declarations(input) })(value)
        .slice(0, 1)
        .map(({ rule }) => ({ input, rule })),
    checkComplete: (inputs) =>
      [...asked].every((input) => hasMember(inputs, input)) ? rejections(whole(inputs)) : [],
  };
}

/** A schema and all that must hold together with it: through `$ref` and `allOf`. */
export function* conjuncts(
  schema: JsonValue,
  workflow: RawWorkflow,
  seen = new Set<JsonValue>(),
): Generator<JsonObject> {
  if (!isJsonObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  yield schema;
  const reference = at(schema, '$ref');
  const tokens = typeof reference === 'string' ? parsePointer(reference.replace(/^#/, '')) : undefined;
  if (tokens !== undefined) {
    const root =
      tokens[0] === 'components' ? { components: { inputs: workflow.componentInputs } } : workflow.inputs;
    yield* conjuncts(resolvePointer(root, tokens) ?? true, workflow, seen);
  }
  for (const part of list(schema, 'allOf')) yield* conjuncts(part, workflow, seen);
}

/** `customer.name` speaks of the input of that name, else of `customer`. */
function inputNamed(name: string, declared: readonly string[]): string {
  const words = name.split('.');
  const candidates = words.map((_, index) => words.slice(0, words.length - index).join('.'));
  return candidates.find((candidate) => declared.includes(candidate)) ?? name;
}

/** Every expression that a step holds. */
function expressionsOf(step: RawStep): RuntimeExpression[] {
  const actions = [...step.onSuccess, ...step.onFailure, ...step.onTimeout, ...step.onCancel];
  const criteria = [step, ...actions].flatMap(({ criteria: own }) => own ?? []);
  const given = actions.flatMap(({ parameters }) => parameters.map(({ value }) => value));
  return [...requestTemplates(step), ...criteria, ...given, ...Object.values(step.outputs)].flatMap((part) =>
    expressionsIn(part),
  );
}

/** The expressions that no request, or no call of a workflow, can be made without. */
function indispensableTo(step: RawStep): RuntimeExpression[] {
  const embedded = requestTemplates(step).flatMap((part) => embeddedExpressionsIn(part));
  if (step.kind === 'workflow') return embedded;
  if (step.kind === 'message') return [...indispensableToMessage(step), ...embedded];
  const { parameters = [], requestBody } = step.operation ?? {};
  const required = step.parameters.filter(
    ({ name, in: place }) =>
      place === 'path' ||
      parameters.some((other) => other.required && other.name === name && other.in === place),
  );
  if (step.kind === 'interaction') {
    const texts = [step.prompt, ...(step.url === undefined ? [] : [step.url])];
    return [...required.map(({ value }) => value), ...texts].flatMap(wholeExpression).concat(embedded);
  }
  const members = step.payload?.kind === 'object' ? step.payload.members : [];
  return [
    ...required.flatMap(({ value }) => wholeExpression(value)),
    ...(requestBody?.required === true ? wholeExpression(step.payload) : []),
    ...members.flatMap(([name, value]) =>
      requestBody?.requiredProperties.includes(name) === true ? wholeExpression(value) : [],
    ),
    ...embedded,
  ];
}

/** The correlation id, what the address has variables for, and what the only message that may go over the channel requires. */
function indispensableToMessage(step: RawMessageStep): RuntimeExpression[] {
  const { address = '', messages } = step.channelOperation;
  const { requiredHeaders = [], requiredProperties = [] } = (messages.length === 1 && messages[0]) || {};
  const required = step.parameters.filter(({ name, in: place }) =>
    place === 'channel' || place === 'path'
      ? address.includes(`{${name}}`)
      : place === 'header' && requiredHeaders.includes(name),
  );
  const members = step.payload?.kind === 'object' ? step.payload.members : [];
  return [
    ...wholeExpression(step.correlationId),
    ...required.flatMap(({ value }) => wholeExpression(value)),
    ...wholeExpression(step.payload),
    ...members.flatMap(([name, value]) => (requiredProperties.includes(name) ? wholeExpression(value) : [])),
  ];
}

function wholeExpression(template: Template | undefined): RuntimeExpression[] {
  return template?.kind === 'expression' ? [template.expression] : [];
}

function requestTemplates(step: RawStep): Template[] {
  if (step.kind === 'workflow') return step.parameters.map(({ value }) => value);
  if (step.kind === 'interaction') {
    const given = step.parameters.map(({ value }) => value);
    return [
      step.prompt,
      ...(step.url === undefined ? [] : [step.url]),
      ...given,
      ...Object.values(step.shown),
    ];
  }
  const values = [...step.parameters, ...step.replacements].map(({ value }) => value);
  if (step.kind === 'message' && step.correlationId !== undefined) values.push(step.correlationId);
  return step.payload === undefined ? values : [...values, step.payload];
}

function rejections(problems: readonly { readonly instance: string; readonly rule: string }[]): Rejection[] {
  const found = new Map<string, Rejection>();
  for (const { instance, rule } of problems) {
    const input = parsePointer(instance)?.[0] ?? '';
    if (!found.has(input)) found.set(input, { input, rule });
  }
  return [...found.values()];
}
