import type { JsonObject, JsonValue } from '../../document/json.ts';
import { resolvePointer } from '../../document/json-pointer.ts';
import type { Access } from '../../expressions/condition.ts';
import { evaluateExpression } from '../../expressions/evaluate.ts';
import type { RuntimeExpression } from '../../expressions/runtime-expression.ts';
import type { Scope } from '../../expressions/scope.ts';
import type { Template } from '../../expressions/template.ts';
import type { OutputPlan } from '../../plan/workflow-plan.ts';
import { put, withHeader, withPart, type Draft, type Value } from './draft.ts';
import { valuesSelecting } from './solve-json-path.ts';
import { xmlSelecting } from './solve-xpath.ts';
import { ofLength } from './value-length.ts';

/** What drafts are changed for. */
export interface Solving {
  readonly stepId: string;
  readonly outputs: readonly OutputPlan[];
  /** What expressions see once a draft has come as the step's response. */
  readonly scopeOf: (draft: Draft) => Scope;
  /** How many more drafts may be looked at. */
  readonly budget: { left: number };
}

/** A place in a response that a value can be written to. */
export interface Place {
  /** Drafts in which the value stands there; `undefined` takes it away. */
  set(draft: Draft, value: Value): Iterable<Draft>;
  /** Values that may well stand there. */
  samples(draft: Draft): readonly JsonValue[];
  /** What is declared of it. */
  schema(draft: Draft): JsonObject | undefined;
  /** A text is all that can stand there. */
  readonly isText: boolean;
}

/** The place that an expression, and what is accessed of it, leads to; `undefined` where no response changes it. */
export function placeOf(
  expression: RuntimeExpression,
  path: readonly Access[],
  solving: Solving,
): Place | undefined {
  const last = path.at(-1);
  if (last !== undefined && 'member' in last && last.member === 'length') {
    const owner = placeOf(expression, path.slice(0, -1), solving);
    return owner && lengthOf(owner, solving, expression, path.slice(0, -1));
  }
  const tokens = path.map((access) => ('index' in access ? String(access.index) : access.member));
  if (expression.kind === 'response') {
    const { source } = expression;
    if (source.from === 'header') return tokens.length === 0 ? headerPlace(source.name) : undefined;
    return source.from === 'body' ? bodyPlace([...source.pointer, ...tokens]) : undefined;
  }
  if (expression.kind !== 'steps' || expression.stepId !== solving.stepId) return undefined;
  return outputPlace(expression.output, [...expression.pointer, ...tokens], solving);
}

function headerPlace(name: string): Place {
  return {
    isText: true,
    set: (draft, value) => [
      withHeader(draft, name, typeof value === 'object' ? undefined : textOrNone(value)),
    ],
    samples: () => [`${name.toLowerCase()}-1`],
    schema: () => undefined,
  };
}

function textOrNone(value: Exclude<Value, object>): string | undefined {
  return value === undefined ? undefined : String(value);
}

function bodyPlace(tokens: readonly string[]): Place {
  return {
    isText: false,
    *set(draft, value) {
      yield withPart(draft, tokens, value);
      // What is not there may be missing together with what it is a part of.
      if (value !== undefined) return;
      for (let length = tokens.length - 1; length >= 0; length -= 1)
        yield withPart(draft, tokens.slice(0, length), undefined);
    },
    samples: (draft) => draft.shape.samplesAt(tokens),
    schema: (draft) => draft.shape.schemaAt(tokens),
  };
}

/** Where the value of an output of the step itself comes from. The name may be written with dots, as expressions have it. */
function outputPlace(name: string, tokens: readonly string[], solving: Solving): Place | undefined {
  const output = solving.outputs.find((one) => one.name === name);
  if (output !== undefined) return templatePlace(output.value, tokens, solving);
  const longest = solving.outputs
    .filter((one) => name.startsWith(`${one.name}.`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (longest === undefined) return undefined;
  const members = name.slice(longest.name.length + 1).split('.');
  return templatePlace(longest.value, [...members, ...tokens], solving);
}

/** The place that a template takes its value from. */
export function templatePlace(
  template: Template,
  tokens: readonly string[],
  solving: Solving,
): Place | undefined {
  switch (template.kind) {
    case 'expression': {
      const { expression } = template;
      if (expression.kind === 'response' && expression.source.from === 'header' && tokens.length > 0)
        return undefined;
      return placeOf(
        expression,
        tokens.map((member) => ({ member })),
        solving,
      );
    }
    case 'selector':
      return selectorPlace(template, tokens, solving);
    case 'object': {
      const [first, ...rest] = tokens;
      const member = template.members.find(([name]) => name === first)?.[1];
      return member && templatePlace(member, rest, solving);
    }
    case 'array': {
      const [first, ...rest] = tokens;
      const item = template.items[Number(first ?? Number.NaN)];
      return item && templatePlace(item, rest, solving);
    }
    default:
      return undefined;
  }
}

function selectorPlace(
  selector: Extract<Template, { kind: 'selector' }>,
  tokens: readonly string[],
  solving: Solving,
): Place | undefined {
  const context = placeOf(selector.context, [], solving);
  if (context === undefined) return undefined;
  return {
    isText: selector.type === 'xpath',
    samples: () => [],
    schema: () => undefined,
    *set(draft, value) {
      const before = evaluateExpression(selector.context, solving.scopeOf(draft));
      const leaf = tokens.length === 0 ? value : put(undefined, tokens, value, { sampleAt: () => undefined });
      const made =
        selector.type === 'jsonpath'
          ? valuesSelecting(selector.query, before, draft.shape, pointerOf(selector.context), leaf)
          : xmlSelecting(selector.query, before, leaf);
      for (const whole of made) yield* context.set(draft, whole);
    },
  };
}

/** Where in the body an expression leads. */
export function pointerOf(expression: RuntimeExpression): readonly string[] {
  return expression.kind === 'response' && expression.source.from === 'body' ? expression.source.pointer : [];
}

const MAX_LENGTH = 2000;

/** The length of a list or a text. */
function lengthOf(
  owner: Place,
  solving: Solving,
  expression: RuntimeExpression,
  path: readonly Access[],
): Place {
  const tokens = path.map((access) => ('index' in access ? String(access.index) : access.member));
  return {
    isText: false,
    samples: () => [1, 0, 2],
    schema: () => ({ type: 'integer', minimum: 0 }),
    *set(draft, value) {
      const length = Number(value ?? Number.NaN);
      if (!Number.isInteger(length) || length < 0 || length > MAX_LENGTH) return;
      const base = evaluateExpression(expression, solving.scopeOf(draft));
      const now = resolvePointer(base, tokens);
      const samples = [...(now === undefined ? [] : [now]), ...owner.samples(draft), []];
      for (const sample of samples) {
        const whole = ofLength(sample, length);
        if (whole !== undefined) yield* owner.set(draft, whole);
      }
    },
  };
}
