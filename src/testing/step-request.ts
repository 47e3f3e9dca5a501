import { type JsonObject, type JsonValue, memberOf, setMember } from '../document/json.ts';
import { applyReplacements } from '../expressions/apply-replacements.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { RequestRecord, Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { HttpRequest, ParameterValue, RequestValues } from '../openapi/operation.ts';
import { chooseContentType } from '../openapi/request-body.ts';
import type { RawOperationStep } from './raw-workflow.ts';

/** What a step asks of its operation, and the request that comes of it or why there can be none. */
export interface StepRequest {
  readonly call: RequestValues;
  readonly result: { readonly value: HttpRequest } | { readonly problem: string };
}

/** Evaluates a step's parameters and body and builds its request, to the description's server or another one. */
export function requestOf(
  step: RawOperationStep,
  scope: Scope,
  servers: Readonly<Record<string, string>>,
): StepRequest {
  const server = memberOf(servers, step.operation.source);
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
  const replacements = step.replacements.map((one) => ({ ...one, value: valueOf(one.value) }));
  let problem = missing === undefined ? undefined : `"${missing}" has no value.`;
  if (replacements.length > 0) {
    const replaced = applyReplacements(payload, contentTypeOf(step, payload), replacements);
    if ('problem' in replaced) problem ??= replaced.problem;
    else payload = replaced.value;
  }
  const { contentType } = step;
  const body =
    payload === undefined ? undefined : { ...(contentType === undefined ? {} : { contentType }), payload };
  const call = { parameters, ...(body === undefined ? {} : { body }) };
  return {
    call,
    result:
      problem === undefined
        ? buildRequest(step.operation, call, server === undefined ? {} : { server })
        : { problem },
  };
}

/** What decides how a payload is reached into: what the step says, else what the operation declares. */
function contentTypeOf(
  { contentType, operation }: RawOperationStep,
  payload: JsonValue | undefined,
): string | undefined {
  const isDeclared = (operation.requestBody?.contentTypes ?? []).length > 0;
  return contentType ?? (isDeclared ? chooseContentType(operation, payload ?? {}) : undefined);
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
