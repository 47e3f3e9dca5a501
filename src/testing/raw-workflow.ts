import { type JsonObject, type JsonValue, isJsonObject, memberOf } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { Criterion } from '../expressions/criterion.ts';
import { parseCriterion } from '../expressions/parse-criterion.ts';
import { parseTemplate } from '../expressions/parse-template.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import { findOperation } from '../openapi/find-operation.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import type { Operation, ParameterLocation } from '../openapi/operation.ts';

/** An action of a step, its own or the workflow's. */
export interface RawAction {
  readonly name: string;
  readonly type: string;
  readonly criteria: readonly Criterion[];
  readonly stepId?: string;
  readonly ask?: readonly string[];
  readonly retryAfterSeconds: number;
  readonly retryLimit: number;
}

/** A step as the document has it, with what it inherits from its workflow. */
export interface RawStep {
  readonly stepId: string;
  readonly index: number;
  readonly operation: Operation;
  readonly parameters: readonly { name: string; in: ParameterLocation; value: Template }[];
  readonly contentType?: string;
  readonly payload?: Template;
  readonly replacements: readonly { target: string; value: Template }[];
  /** Absent: a status code of 2xx is a success. */
  readonly criteria?: readonly Criterion[];
  readonly onSuccess: readonly RawAction[];
  readonly onFailure: readonly RawAction[];
  readonly outputs: Readonly<Record<string, Template>>;
  /** How long after a run the step may be repeated; absent: never. */
  readonly repeatAfterSeconds?: number;
  readonly timeoutSeconds?: number;
}

/** A workflow as the document has it. */
export interface RawWorkflow {
  readonly inputs: JsonValue;
  /** `components.inputs`, for references out of `inputs`. */
  readonly componentInputs: JsonObject;
  readonly steps: readonly RawStep[];
  readonly outputs: Readonly<Record<string, Template>>;
  /** What expressions may refer to that no run changes. */
  readonly constants: Scope;
}

/**
 * Gives a workflow out of a document that is known to be valid.
 * @throws Error where the document is not, or calls another workflow, which this interpreter does not do.
 */
export function readRawWorkflow(
  document: ParsedDocument | JsonValue,
  workflowId: string,
  sources: Readonly<Record<string, OpenApiDocument>>,
): RawWorkflow {
  const root = isParsed(document) ? document.value : document;
  const workflow = list(root, 'workflows').find(
    (candidate) => textOf(candidate, 'workflowId') === workflowId,
  );
  if (workflow === undefined) throw new Error(`There is no workflow "${workflowId}".`);
  const components = at(root, 'components') ?? {};

  const resolve = (type: string, item: JsonValue): JsonValue => {
    const reference = textOf(item, 'reference');
    if (reference === undefined) return item;
    const target = at(at(components, type), reference.slice(`$components.${type}.`.length));
    const value = at(item, 'value');
    return isJsonObject(target) && value !== undefined ? { ...target, value } : (target ?? null);
  };
  /** The step's own come first; what the workflow has under the same key is overridden. */
  const merge = (
    step: JsonValue,
    own: string,
    inherited: string,
    type: string,
    key: (item: JsonValue) => string,
  ) => {
    const mine = list(step, own).map((item) => resolve(type, item));
    const theirs = list(workflow, inherited).map((item) => resolve(type, item));
    return [...mine, ...theirs.filter((item) => !mine.some((other) => key(other) === key(item)))];
  };

  const readStep = (step: JsonValue, index: number): RawStep => {
    const body = at(step, 'requestBody');
    const payload = at(body, 'payload');
    const contentType = textOf(body, 'contentType');
    const criteria = at(step, 'successCriteria');
    const extension = at(step, 'x-xstate');
    const repeatable = at(extension, 'repeatable') ?? false;
    const timeoutSeconds = at(extension, 'timeoutSeconds');
    return {
      stepId: textOf(step, 'stepId') ?? '',
      index,
      operation: operationOf(step, sources),
      parameters: merge(
        step,
        'parameters',
        'parameters',
        'parameters',
        (item) => `${textOf(item, 'in')} ${nameOf(item)}`,
      ).map((item) => ({
        name: nameOf(item),
        in: textOf(item, 'in') as ParameterLocation,
        value: template(at(item, 'value') ?? null),
      })),
      ...(contentType === undefined ? {} : { contentType }),
      ...(payload === undefined ? {} : { payload: template(payload) }),
      replacements: list(body, 'replacements').map((item) => ({
        target: textOf(item, 'target') ?? '',
        value: template(at(item, 'value') ?? null),
      })),
      ...(criteria === undefined ? {} : { criteria: criteriaOf(step, 'successCriteria') }),
      onSuccess: merge(step, 'onSuccess', 'successActions', 'successActions', nameOf).map(readAction),
      onFailure: merge(step, 'onFailure', 'failureActions', 'failureActions', nameOf).map(readAction),
      outputs: templates(at(step, 'outputs')),
      ...(repeatable === false ? {} : { repeatAfterSeconds: numberOf(repeatable, 'afterSeconds') ?? 0 }),
      ...(typeof timeoutSeconds === 'number' ? { timeoutSeconds } : {}),
    };
  };

  if (list(workflow, 'dependsOn').length > 0) throw new Error('Other workflows are not interpreted.');
  const componentInputs = at(components, 'inputs');
  return {
    inputs: at(workflow, 'inputs') ?? true,
    componentInputs: isJsonObject(componentInputs) ? componentInputs : {},
    steps: list(workflow, 'steps').map(readStep),
    outputs: templates(at(workflow, 'outputs')),
    constants: constantsOf(root),
  };
}

function isParsed(document: ParsedDocument | JsonValue): document is ParsedDocument {
  return (
    typeof document === 'object' &&
    document !== null &&
    'locate' in document &&
    typeof document.locate === 'function'
  );
}

function constantsOf(root: JsonValue): Scope {
  const self = textOf(root, '$self');
  const described = list(root, 'sourceDescriptions').map((source) => [
    textOf(source, 'name') ?? '',
    { url: textOf(source, 'url') ?? '', type: textOf(source, 'type') ?? 'openapi' },
  ]);
  return { sourceDescriptions: Object.fromEntries(described), ...(self === undefined ? {} : { self }) };
}

function readAction(action: JsonValue): RawAction {
  const stepId = textOf(action, 'stepId');
  const extension = at(action, 'x-xstate');
  if (at(action, 'workflowId') !== undefined) throw new Error('Other workflows are not interpreted.');
  return {
    name: textOf(action, 'name') ?? '',
    type: textOf(action, 'type') ?? '',
    criteria: criteriaOf(action, 'criteria'),
    ...(stepId === undefined ? {} : { stepId }),
    ...(at(extension, 'ask') === undefined ? {} : { ask: list(extension, 'ask').map(String) }),
    retryAfterSeconds: numberOf(action, 'retryAfter') ?? 0,
    retryLimit: numberOf(action, 'retryLimit') ?? 1,
  };
}

function operationOf(step: JsonValue, sources: Readonly<Record<string, OpenApiDocument>>): Operation {
  const byPath = /^\{?\$sourceDescriptions\.([^.}]+)\.url\}?#(.*)$/.exec(textOf(step, 'operationPath') ?? '');
  const id = textOf(step, 'operationId') ?? '';
  const qualified = /^\$sourceDescriptions\.([^.]+)\.(.+)$/.exec(id);
  const named = byPath?.[1] ?? qualified?.[1];
  const by =
    byPath === null
      ? { operationId: qualified?.[2] ?? id }
      : {
          path: (byPath[2] ?? '')
            .split('/')
            .slice(1)
            .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')),
        };
  let problem = 'It calls no operation.';
  for (const [name, openapi] of Object.entries(sources)) {
    if (named !== undefined && named !== name) continue;
    const found = findOperation(openapi, name, by);
    if ('value' in found) return found.value;
    problem = found.problem;
  }
  throw new Error(`The operation of step "${textOf(step, 'stepId')}" was not found. ${problem}`);
}

function criteriaOf(value: JsonValue, member: string): readonly Criterion[] {
  return list(value, member).map((item) => {
    const criterion = parseCriterion(item).value;
    if (criterion === undefined) throw new Error(`A criterion cannot be read: ${JSON.stringify(item)}`);
    return criterion;
  });
}

const nameOf = (item: JsonValue): string => textOf(item, 'name') ?? '';

const template = (value: JsonValue): Template => parseTemplate(value).value;

function templates(value: JsonValue | undefined): Readonly<Record<string, Template>> {
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, template(item)]))
    : {};
}

/** A member of a value that may be anything. */
export function at(value: JsonValue | undefined, member: string): JsonValue | undefined {
  return isJsonObject(value) ? memberOf(value, member) : undefined;
}

/** A member that is a list; an empty one where it is not. */
export function list(value: JsonValue | undefined, member: string): readonly JsonValue[] {
  const items = at(value, member);
  return Array.isArray(items) ? (items as readonly JsonValue[]) : [];
}

/** A member that is a string. */
export function textOf(value: JsonValue | undefined, member: string): string | undefined {
  const text = at(value, member);
  return typeof text === 'string' ? text : undefined;
}

function numberOf(value: JsonValue | undefined, member: string): number | undefined {
  const number = at(value, member);
  return typeof number === 'number' ? number : undefined;
}
