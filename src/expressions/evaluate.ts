import { childOf, resolvePointer } from '../document/json-pointer.ts';
import { memberOf, setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { formatExpression } from './format-expression.ts';
import type { MessageSource, RuntimeExpression } from './runtime-expression.ts';
import type { InteractionRecord, MessageRecord, RequestRecord, Scope } from './scope.ts';
import { evaluateSelector } from './evaluate-selector.ts';
import type { Template } from './template.ts';

export { formatExpression };

/**
 * The value that an expression refers to, its type kept; `undefined` where it is absent, which is not `null`.
 * Header names are compared without case. A name with dots is first a member of that name, then the members one
 * inside the other. Never throws.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function evaluateExpression(expression: RuntimeExpression, scope: Scope): JsonValue | undefined {
  switch (expression.kind) {
    case 'url':
      return scope.request?.url;
    case 'method':
      return scope.request?.method;
    case 'statusCode':
      return scope.response?.statusCode;
    case 'self':
      return scope.self;
    case 'request':
    case 'response':
      return messageValue(expression.source, scope[expression.kind]);
    case 'message':
      return messageValue(expression.source, partsOf(scope.message));
    case 'interaction':
      return messageValue(expression.source, answerParts(scope.interaction));
    case 'components':
      return expression.type === 'parameters'
        ? memberOf(scope.components?.parameters ?? {}, expression.name)
        : undefined;
    case 'inputs':
    case 'outputs':
      return resolvePointer(named(scope[expression.kind], expression.name), expression.pointer);
    case 'steps': {
      const step = memberOf(scope.steps ?? {}, expression.stepId);
      return resolvePointer(named(step?.outputs, expression.output), expression.pointer);
    }
    case 'workflows': {
      const workflow = memberOf(scope.workflows ?? {}, expression.workflowId);
      return resolvePointer(named(workflow?.[expression.field], expression.name), expression.pointer);
    }
    case 'sourceDescriptions': {
      const source = memberOf(scope.sourceDescriptions ?? {}, expression.source);
      const { reference } = expression;
      return source !== undefined && (reference === 'url' || reference === 'type')
        ? source[reference]
        : undefined;
    }
  }
}

/** The parts of an exchange that expressions reach into. */
type MessageParts = Pick<RequestRecord, 'headers' | 'body'> & Partial<Pick<RequestRecord, 'query' | 'path'>>;

function partsOf(message: MessageRecord | undefined): MessageParts | undefined {
  if (message === undefined) return undefined;
  const { headers, payload } = message;
  return { headers, ...(payload === undefined ? {} : { body: payload }) };
}

function answerParts(answer: InteractionRecord | undefined): MessageParts | undefined {
  if (answer === undefined) return undefined;
  const { payload, query } = answer;
  return { headers: {}, body: payload, ...(query === undefined ? {} : { query }) };
}

function messageValue(source: MessageSource, message: MessageParts | undefined): JsonValue | undefined {
  if (message === undefined) return undefined;
  switch (source.from) {
    case 'header':
      return headerValue(message.headers, source.name);
    case 'query':
    case 'path':
      return memberOf(message[source.from] ?? {}, source.name);
    case 'body':
    case 'payload':
      return resolvePointer(message.body, source.pointer);
  }
}

function headerValue(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  const lower = name.toLowerCase();
  const direct = memberOf(headers, lower);
  if (direct !== undefined) return direct;
  return Object.entries(headers).find(([header]) => header.toLowerCase() === lower)?.[1];
}

/** The member of that name, else the longest member that the name begins with, and the rest of the name inside of it. */
export function named(object: JsonValue | undefined, name: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  let rest = name;
  while (value !== undefined) {
    const exact = childOf(value, rest);
    if (exact !== undefined) return exact;
    const dot = longestPrefix(value, rest);
    if (dot === -1) return undefined;
    value = childOf(value, rest.slice(0, dot));
    rest = rest.slice(dot + 1);
  }
  return undefined;
}

/** Names longer than this are looked up as they are only, which bounds the work of trying their prefixes. */
const MAX_DOTTED_NAME = 1000;

function longestPrefix(value: JsonValue, name: string): number {
  if (name.length > MAX_DOTTED_NAME) return -1;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    if (childOf(value, name.slice(0, dot)) !== undefined) return dot;
  }
  return -1;
}

/** What evaluating a template gives: its value (`undefined` is absent), or the expression that kept a text from being made. */
export type Evaluated = { readonly value: JsonValue | undefined } | { readonly missing: string };

/**
 * Evaluates a template. An absent member of an object is left out, an absent item of an array is `null`. Inside
 * of a text, scalars are written as JSON writes them (a string as it is), objects and arrays as JSON; an absent
 * value there makes the whole impossible: `missing` names the expression. A selector that selects nothing, or cannot
 * be evaluated, is absent.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function evaluateTemplate(template: Template, scope: Scope): Evaluated {
  switch (template.kind) {
    case 'constant':
      return { value: template.value };
    case 'expression':
      return { value: evaluateExpression(template.expression, scope) };
    case 'text':
      return evaluateText(template.parts, scope);
    case 'selector':
      return { value: evaluateSelector(template, evaluateExpression(template.context, scope)) };
    case 'object': {
      const object: Record<string, JsonValue> = {};
      for (const [name, member] of template.members) {
        const evaluated = evaluateTemplate(member, scope);
        if ('missing' in evaluated) return evaluated;
        if (evaluated.value !== undefined) setMember(object, name, evaluated.value);
      }
      return { value: object };
    }
    case 'array': {
      const items: JsonValue[] = [];
      for (const item of template.items) {
        const evaluated = evaluateTemplate(item, scope);
        if ('missing' in evaluated) return evaluated;
        items.push(evaluated.value ?? null);
      }
      return { value: items };
    }
  }
}

function evaluateText(parts: readonly (string | RuntimeExpression)[], scope: Scope): Evaluated {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      const value = evaluateExpression(part, scope);
      if (value === undefined) return { missing: formatExpression(part) };
      text += textOf(value);
    }
  }
  return { value: text };
}

/** A value as it stands inside of a text: a string as it is, everything else as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
