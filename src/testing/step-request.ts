import { parsePointer } from '../document/json-pointer.ts';
import { type JsonObject, type JsonValue, isJsonObject, memberOf, setMember } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { RequestRecord, Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { HttpRequest, ParameterValue, RequestValues } from '../openapi/operation.ts';
import type { RawStep } from './raw-workflow.ts';

/** What a step asks of its operation, and the request that comes of it or why there can be none. */
export interface StepRequest {
  readonly call: RequestValues;
  readonly result: { readonly value: HttpRequest } | { readonly problem: string };
}

/** Evaluates a step's parameters and body and builds its request. */
export function requestOf(step: RawStep, scope: Scope): StepRequest {
  let missing: string | undefined;
  const valueOf = (template: Template): JsonValue | undefined => {
    const result = evaluateTemplate(template, scope);
    if ('value' in result) return result.value;
    missing ??= result.missing;
    return undefined;
  };
  const parameters = step.parameters.flatMap(({ name, in: place, value: template }): ParameterValue[] => {
    const value = valueOf(template);
    return value === undefined ? [] : [{ name, in: place, value }];
  });
  let payload = step.payload === undefined ? undefined : valueOf(step.payload);
  for (const { target, value: template } of step.replacements) {
    const value = valueOf(template);
    const tokens = parsePointer(target);
    if (value !== undefined && tokens !== undefined) payload = replace(payload ?? {}, tokens, value);
  }
  const { contentType } = step;
  const body =
    payload === undefined ? undefined : { ...(contentType === undefined ? {} : { contentType }), payload };
  const call = { parameters, ...(body === undefined ? {} : { body }) };
  return {
    call,
    result:
      missing === undefined ? buildRequest(step.operation, call) : { problem: `"${missing}" has no value.` },
  };
}

/** The request as expressions see it once it was answered. */
export function recordOf({ url, method, headers, query, path, payload }: HttpRequest): RequestRecord {
  return { url, method, headers, query, path, ...(payload === undefined ? {} : { body: payload }) };
}

/** Those outputs that have a value. */
export function outputsOf(templates: Readonly<Record<string, Template>>, scope: Scope): JsonObject {
  const outputs: Record<string, JsonValue> = {};
  for (const [name, template] of Object.entries(templates)) {
    const result = evaluateTemplate(template, scope);
    if ('value' in result && result.value !== undefined) setMember(outputs, name, result.value);
  }
  return outputs;
}

/** A payload with the value at a pointer set; a leaf is made where there is none, a parent is not. */
function replace(payload: JsonValue, [token, ...rest]: readonly string[], value: JsonValue): JsonValue {
  if (token === undefined) return value;
  if (Array.isArray(payload)) {
    const items = [...(payload as readonly JsonValue[])];
    const index = token === '-' ? items.length : Number(token);
    const item = items[index];
    if (rest.length === 0 && index <= items.length) items[index] = value;
    else if (item !== undefined) items[index] = replace(item, rest, value);
    return items;
  }
  if (!isJsonObject(payload)) return payload;
  const members: Record<string, JsonValue> = { ...payload };
  const member = memberOf(payload, token);
  if (rest.length === 0) setMember(members, token, value);
  else if (member !== undefined) setMember(members, token, replace(member, rest, value));
  return members;
}
