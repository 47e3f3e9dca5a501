import type { RequestBody, Step } from '../arazzo/model.ts';
import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { Severity } from '../document/diagnostic.ts';
import { memberOf } from '../document/json.ts';
import { describeResponses } from '../openapi/describe-responses.ts';
import { findEntry } from '../openapi/find-operation.ts';
import { mediaTypeOf } from '../openapi/media-type.ts';
import type { Operation } from '../openapi/operation.ts';
import { comparedStatuses } from './compared-statuses.ts';
import type { LinkContext } from './link-context.ts';
import type { ParameterPlan } from './workflow-plan.ts';

/** Headers that OpenAPI does not let an operation declare as parameters. */
const UNDECLARABLE = new Set(['accept', 'content-type', 'authorization']);

/**
 * Compares what a step sends and expects with what its operation declares. What differs is sent and expected all the
 * same: descriptions are often incomplete, and steps have typing errors.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function checkOperation(
  context: LinkContext,
  step: Step,
  operation: Operation,
  given: readonly ParameterPlan[],
): void {
  const report: Report = (severity, code, message, pointer) =>
    context.reporter.report({
      severity,
      code,
      message,
      pointer,
      help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
    });
  checkMissing(report, step, operation, given);
  checkParameters(report, step, operation);
  checkBody(report, step, operation);
  checkStatuses(report, context, step, operation);
}

type Report = (severity: Severity, code: DiagnosticCode, message: string, pointer: string) => void;

function checkMissing(
  report: Report,
  { stepId, pointer }: Step,
  { parameters }: Operation,
  given: readonly ParameterPlan[],
): void {
  if (given.some((parameter) => parameter.in === 'querystring')) return;
  for (const { name, in: place, required } of parameters) {
    if (!required || given.some((parameter) => parameter.name === name && parameter.in === place)) continue;
    const message = `The operation requires the ${place} parameter "${name}", which the step "${stepId}" does not give.`;
    report('warning', 'plan/parameter-missing', message, pointer);
  }
}

function checkParameters(report: Report, step: Step, operation: Operation): void {
  const same = (name: string, other: string, place: string): boolean =>
    place === 'header' ? name.toLowerCase() === other.toLowerCase() : name === other;
  for (const { name, in: place = 'query', pointer } of step.parameters) {
    if (place === 'querystring' || (place === 'header' && UNDECLARABLE.has(name.toLowerCase()))) continue;
    if (place === 'path' && operation.path.includes(`{${name}}`)) continue;
    if (operation.parameters.some((one) => one.in === place && same(one.name, name, place))) continue;
    const isCredential = operation.security
      .flat()
      .some(
        (scheme) => scheme.kind === 'apiKey' && scheme.in === place && same(scheme.parameter, name, place),
      );
    if (isCredential) continue;
    const message = `The operation declares no ${place} parameter "${name}"; it is sent in the usual style.`;
    report('info', 'plan/parameter-not-declared', message, pointer);
  }
}

function checkBody(report: Report, { requestBody, stepId, pointer }: Step, operation: Operation): void {
  const declared = operation.requestBody;
  if (requestBody === undefined) {
    if (declared?.required !== true) return;
    const message = `The operation requires a body, which the step "${stepId}" does not give.`;
    report('warning', 'plan/body-missing', message, pointer);
    return;
  }
  if (declared === undefined) {
    const message = `The operation declares no request body, and the step "${stepId}" gives one.`;
    report('warning', 'plan/body-not-declared', message, requestBody.pointer);
  } else checkContentType(report, requestBody, declared.contentTypes);
}

function checkContentType(report: Report, body: RequestBody, declared: readonly string[]): void {
  const { contentType } = body;
  if (contentType === undefined || declared.length === 0) return;
  const type = mediaTypeOf(contentType);
  const fits = declared.map(mediaTypeOf).some((range) => {
    return range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
  });
  if (fits) return;
  const list = declared.map((each) => `"${each}"`).join(', ');
  const message = `The operation declares no body of type "${contentType}"; it declares ${list}.`;
  report('warning', 'plan/body-not-declared', message, `${body.pointer}/contentType`);
}

function checkStatuses(report: Report, context: LinkContext, step: Step, operation: Operation): void {
  const openapi = memberOf(context.sources, operation.source);
  const { target } = step;
  if (openapi === undefined || (target.kind !== 'operationId' && target.kind !== 'operationPath')) return;
  const name = target.kind === 'operationId' ? { operationId: target.operationId } : { path: target.path };
  const entry = findEntry(openapi, name);
  if (!('value' in entry)) return;
  const declared = describeResponses(openapi, entry.value).map(({ status }) => status.toUpperCase());
  if (declared.length === 0 || declared.includes('DEFAULT')) return;
  for (const { status, pointer } of comparedStatuses(step)) {
    const isDeclared =
      declared.includes(String(status)) || declared.includes(`${String(status).charAt(0)}XX`);
    if (isDeclared) continue;
    const message = `The operation declares no response ${status}; it declares ${declared.join(', ')}.`;
    report('warning', 'plan/status-not-declared', message, pointer);
  }
}
