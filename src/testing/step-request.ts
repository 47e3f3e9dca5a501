import { type JsonObject, type JsonValue, memberOf, setMember } from '../document/json.ts';
import { applyReplacements } from '../expressions/apply-replacements.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { RequestRecord, Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { HttpRequest, RequestValues } from '../openapi/operation.ts';
import { chooseContentType } from '../openapi/request-body.ts';
import type { RawArgument, RawMessageStep, RawOperationStep } from './raw-workflow.ts';
import type { MessageValues } from './situation.ts';

/** What a step asks of its operation, and the request that comes of it or why there can be none. */
export interface StepRequest {
  readonly call: RequestValues;
  readonly result: { readonly value: HttpRequest } | { readonly problem: string };
}

/** A step's parameters and body with what they are made from evaluated, and why that cannot be. */
function valuesOf<Place>(
  step: Pick<RawOperationStep, 'payload' | 'replacements' | 'contentType'> & {
    readonly parameters: readonly (RawArgument & { readonly in: Place })[];
  },
  scope: Scope,
  declaredType: (payload: JsonValue | undefined) => string | undefined,
) {
  let missing: string | undefined;
  const valueOf = (template: Template): JsonValue | undefined => {
    const result = evaluateTemplate(template, scope);
    if ('value' in result) return result.value;
    missing ??= result.missing;
    return undefined;
  };
  const parameters = step.parameters.flatMap(({ name, in: place, value: template }) => {
    const value = valueOf(template);
    return value === undefined ? [] : [{ name, in: place, value }];
  });
  let payload = step.payload === undefined ? undefined : valueOf(step.payload);
  const replacements = step.replacements.map((one) => ({ ...one, value: valueOf(one.value) }));
  let problem = missing === undefined ? undefined : `"${missing}" has no value.`;
  if (replacements.length > 0) {
    const replaced = applyReplacements(payload, step.contentType ?? declaredType(payload), replacements);
    if ('problem' in replaced) problem ??= replaced.problem;
    else payload = replaced.value;
  }
  const { contentType } = step;
  const body =
    payload === undefined ? undefined : { ...(contentType === undefined ? {} : { contentType }), payload };
  return { call: { parameters, ...(body === undefined ? {} : { body }) }, problem };
}

/** Evaluates a step's parameters and body and builds its request, to the description's server or another one. */
export function requestOf(
  step: RawOperationStep,
  scope: Scope,
  servers: Readonly<Record<string, string>>,
): StepRequest {
  const { operation } = step;
  const server = memberOf(servers, operation.source);
  const isDeclared = (operation.requestBody?.contentTypes ?? []).length > 0;
  const { call, problem } = valuesOf(step, scope, (payload) =>
    isDeclared ? chooseContentType(operation, payload ?? {}) : undefined,
  );
  const options = server === undefined ? {} : { server };
  return { call, result: problem === undefined ? buildRequest(operation, call, options) : { problem } };
}

/** Evaluates what a step sends over its channel, or waits for there. */
export function messageOf(
  step: RawMessageStep,
  scope: Scope,
): { readonly value: MessageValues } | { readonly problem: string } {
  const { action, channel, address, messages } = step.channelOperation;
  const { call, problem } = valuesOf(step, scope, () => messages[0]?.contentType);
  if (problem !== undefined) return { problem };
  const has = (name: string, places: readonly string[]): boolean =>
    call.parameters.some((given) => given.name === name && places.includes(given.in));
  const required = messages.length === 1 ? (messages[0]?.requiredHeaders ?? []) : [];
  for (const { name, in: place } of step.parameters) {
    const isNeeded =
      place === 'channel' || place === 'path'
        ? (address ?? '').includes(`{${name}}`)
        : place === 'header' && required.includes(name);
    if (isNeeded && !has(name, [place])) return { problem: `"${name}" has no value.` };
  }
  let filled = address;
  for (const { name, in: place, value } of call.parameters)
    if (place === 'channel' || place === 'path')
      filled = filled?.split(`{${name}}`).join(typeof value === 'string' ? value : JSON.stringify(value));
  const id = step.correlationId === undefined ? undefined : evaluateTemplate(step.correlationId, scope);
  if (id !== undefined && (!('value' in id) || id.value === undefined))
    return { problem: 'The correlation id has no value.' };
  return {
    value: {
      action,
      channel,
      ...(filled === undefined ? {} : { address: filled }),
      ...call,
      ...(id === undefined || id.value === undefined ? {} : { correlationId: id.value }),
    },
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
