import { parseDuration } from '../document/duration.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { isXmlType } from '../expressions/content-type.ts';
import type { Criterion } from '../expressions/criterion.ts';
import { type SelectorType, selectorType } from '../expressions/expression-type.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import { findOperation } from '../openapi/find-operation.ts';
import type { AsyncApiDocument } from '../asyncapi/asyncapi-document.ts';
import type {
  ChannelOperation,
  MessageAction,
  MessageParameterLocation,
} from '../asyncapi/channel-operation.ts';
import { findChannelOperation } from '../asyncapi/find-channel-operation.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import type { Operation, ParameterLocation } from '../openapi/operation.ts';
import { at, criteriaOf, list, nameOf, numberOf, template, templates, textOf } from './raw-json.ts';
import {
  type StepDependency,
  type WorkflowReference,
  readStepDependency,
  readWorkflowReference,
} from './raw-reference.ts';

/** What an answer must be where a person has only to proceed. */
const ACKNOWLEDGEMENT: JsonValue = {
  properties: { acknowledged: { type: 'boolean' } },
  required: ['acknowledged'],
  type: 'object',
};

/** A value for an input of a workflow that is called. */
export interface RawArgument {
  readonly name: string;
  readonly value: Template;
}

/** An action of a step, its own or the workflow's. */
export interface RawAction {
  readonly name: string;
  readonly type: string;
  readonly criteria: readonly Criterion[];
  readonly stepId?: string;
  readonly workflow?: WorkflowReference;
  readonly parameters: readonly RawArgument[];
  readonly ask?: readonly string[];
  readonly retryAfterSeconds: number;
  readonly retryLimit: number;
}

/** What every step has, with what it inherits from its workflow. */
interface RawStepBase {
  readonly stepId: string;
  readonly index: number;
  /** Absent: a status code of 2xx is a success, or that the called workflow was done. */
  readonly criteria?: readonly Criterion[];
  readonly onSuccess: readonly RawAction[];
  readonly onFailure: readonly RawAction[];
  /** Tried first when the time was over, and when a person declined. */
  readonly onTimeout: readonly RawAction[];
  readonly onCancel: readonly RawAction[];
  readonly outputs: Readonly<Record<string, Template>>;
  readonly dependsOn: readonly StepDependency[];
  /** How long after a run the step may be repeated; absent: never. */
  readonly repeatAfterSeconds?: number;
  /** It is never sent again when nobody knows what became of it. */
  readonly isAtMostOnce: boolean;
  readonly timeoutSeconds?: number;
}

/** A step that sends a request. */
export interface RawOperationStep extends RawStepBase {
  readonly kind: 'operation';
  readonly operation: Operation;
  readonly parameters: readonly (RawArgument & { readonly in: ParameterLocation })[];
  readonly contentType?: string;
  readonly payload?: Template;
  readonly replacements: readonly { target: string; type?: SelectorType; value: Template }[];
}

/** A step that sends a message, or receives one. */
export interface RawMessageStep extends RawStepBase {
  readonly kind: 'message';
  readonly channelOperation: ChannelOperation;
  readonly parameters: readonly (RawArgument & { readonly in: MessageParameterLocation })[];
  readonly contentType?: string;
  readonly payload?: Template;
  readonly replacements: RawOperationStep['replacements'];
  readonly correlationId?: Template;
}

/** A step that runs another workflow. */
export interface RawWorkflowStep extends RawStepBase {
  readonly kind: 'workflow';
  readonly workflow: WorkflowReference;
  readonly parameters: readonly RawArgument[];
}

/** A step that asks a person. */
export interface RawInteractionStep extends RawStepBase {
  readonly kind: 'interaction';
  readonly mode: string;
  readonly prompt: Template;
  readonly shown: Readonly<Record<string, Template>>;
  readonly schema: JsonValue;
  readonly url?: Template;
  readonly operation?: Operation;
  readonly parameters: readonly (RawArgument & { readonly in: ParameterLocation })[];
  readonly answerWithinMs?: number;
}

/** A step as the document has it. */
export type RawStep = RawOperationStep | RawMessageStep | RawWorkflowStep | RawInteractionStep;

/** A workflow as the document has it. */
export interface RawWorkflow {
  readonly workflowId: string;
  readonly inputs: JsonValue;
  /** `components.inputs`, for references out of `inputs`. */
  readonly componentInputs: JsonObject;
  readonly dependsOn: readonly WorkflowReference[];
  readonly steps: readonly RawStep[];
  readonly outputs: Readonly<Record<string, Template>>;
  /** What expressions may refer to that no run changes. */
  readonly constants: Scope;
}

/**
 * Gives a workflow out of a document that is known to be valid.
 * @throws Error where the document is not.
 */
export function readRawWorkflow(
  document: ParsedDocument | JsonValue,
  workflowId: string,
  sources: Readonly<Record<string, OpenApiDocument>>,
  asyncSources: Readonly<Record<string, AsyncApiDocument>> = {},
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

  const readAction = (action: JsonValue): RawAction => {
    const stepId = textOf(action, 'stepId');
    const called = textOf(action, 'workflowId');
    const extension = at(action, 'x-xstate');
    return {
      name: nameOf(action),
      type: textOf(action, 'type') ?? '',
      criteria: criteriaOf(action, 'criteria'),
      ...(stepId === undefined ? {} : { stepId }),
      ...(called === undefined ? {} : { workflow: readWorkflowReference(called) }),
      parameters: list(action, 'parameters').map((item) => readArgument(resolve('parameters', item))),
      ...(at(extension, 'ask') === undefined ? {} : { ask: list(extension, 'ask').map(String) }),
      retryAfterSeconds: numberOf(action, 'retryAfter') ?? 0,
      retryLimit: numberOf(action, 'retryLimit') ?? 1,
    };
  };

  const oneOrMore = (step: JsonValue, member: string): readonly JsonValue[] => {
    const actions = at(step, member);
    const all = isJsonObject(actions) ? [actions] : list(step, member);
    return all.map((item) => resolve('failureActions', item));
  };

  const readInteraction = (interaction: JsonValue, step: JsonValue) => {
    const mode = textOf(interaction, 'mode') ?? 'form';
    const url = at(interaction, 'url');
    const leadsToOperation = ['operationId', 'operationPath'].some(
      (member) => textOf(interaction, member) !== undefined,
    );
    const timeout = at(step, 'timeout');
    const answerWithinMs = typeof timeout === 'string' ? parseDuration(timeout) : numberOf(step, 'timeout');
    return {
      kind: 'interaction',
      mode,
      prompt: template(at(interaction, 'prompt')),
      shown: templates(at(interaction, 'context')),
      schema: at(interaction, 'inputSchema') ?? (mode === 'acknowledge' ? ACKNOWLEDGEMENT : true),
      ...(url === undefined ? {} : { url: template(url) }),
      ...(leadsToOperation ? { operation: operationOf(interaction, sources) } : {}),
      parameters: list(interaction, 'parameters')
        .map((item) => resolve('parameters', item))
        .map((item) => ({ ...readArgument(item), in: textOf(item, 'in') as ParameterLocation })),
      ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    } as const;
  };

  const readStep = (step: JsonValue, index: number): RawStep => {
    const criteria = at(step, 'successCriteria');
    const extension = at(step, 'x-xstate');
    const repeatable = at(extension, 'repeatable') ?? false;
    const timeoutSeconds = at(extension, 'timeoutSeconds');
    const called = textOf(step, 'workflowId');
    const base: RawStepBase = {
      stepId: textOf(step, 'stepId') ?? '',
      index,
      ...(criteria === undefined ? {} : { criteria: criteriaOf(step, 'successCriteria') }),
      onSuccess: merge(step, 'onSuccess', 'successActions', 'successActions', nameOf).map(readAction),
      onFailure: merge(step, 'onFailure', 'failureActions', 'failureActions', nameOf).map(readAction),
      onTimeout: called === undefined ? oneOrMore(step, 'onTimeout').map(readAction) : [],
      onCancel: oneOrMore(step, 'onCancel').map(readAction),
      outputs: templates(at(step, 'outputs')),
      dependsOn: list(step, 'dependsOn').map((item) => readStepDependency(item as string, workflowId)),
      ...(repeatable === false ? {} : { repeatAfterSeconds: numberOf(repeatable, 'afterSeconds') ?? 0 }),
      ...(typeof timeoutSeconds === 'number' ? { timeoutSeconds } : {}),
      isAtMostOnce: at(extension, 'atMostOnce') === true,
    };
    const parameters = (key: (item: JsonValue) => string) =>
      merge(step, 'parameters', 'parameters', 'parameters', key);

    if (called !== undefined) {
      return {
        ...base,
        kind: 'workflow',
        workflow: readWorkflowReference(called),
        parameters: parameters(nameOf).map(readArgument),
      };
    }
    const asked = at(step, 'interaction');
    if (asked !== undefined) return { ...base, ...readInteraction(resolve('interactions', asked), step) };
    const action = textOf(step, 'action');
    const body = action === 'receive' ? {} : at(step, 'requestBody');
    const contentType = textOf(body, 'contentType');
    const payload = at(body, 'payload');
    const placed = parameters((item) => `${textOf(item, 'in')} ${nameOf(item)}`)
      .filter((item) => at(item, 'in') !== undefined)
      .map((item) => ({ ...readArgument(item), in: textOf(item, 'in') as MessageParameterLocation }));
    const content = {
      ...(contentType === undefined ? {} : { contentType }),
      ...(payload === undefined ? {} : { payload: template(payload) }),
      replacements: list(body, 'replacements').map((item) => readReplacement(item, contentType)),
    };
    if (action === 'send' || action === 'receive') {
      const id = at(step, 'correlationId');
      return {
        ...base,
        kind: 'message',
        channelOperation: channelOperationOf(step, action, asyncSources),
        parameters: placed,
        ...content,
        ...(id === undefined ? {} : { correlationId: template(id) }),
      };
    }
    return {
      ...base,
      kind: 'operation',
      operation: operationOf(step, sources),
      parameters: placed.flatMap(({ in: place, ...rest }) =>
        place === 'channel' ? [] : [{ ...rest, in: place }],
      ),
      ...content,
    };
  };

  const componentInputs = at(components, 'inputs');
  return {
    workflowId,
    inputs: at(workflow, 'inputs') ?? true,
    componentInputs: isJsonObject(componentInputs) ? componentInputs : {},
    dependsOn: list(workflow, 'dependsOn').map((item) => readWorkflowReference(item as string)),
    steps: list(workflow, 'steps').map(readStep),
    outputs: templates(at(workflow, 'outputs')),
    constants: constantsOf(root),
  };
}

/** Every workflow that a workflow names, wherever it does. */
export function workflowsNamedBy({ dependsOn, steps }: RawWorkflow): readonly WorkflowReference[] {
  return [
    ...dependsOn,
    ...steps.flatMap((step) => [
      ...(step.kind === 'workflow' ? [step.workflow] : []),
      ...[step.onSuccess, step.onFailure, step.onTimeout, step.onCancel].flatMap((actions) =>
        actions.flatMap(({ workflow }) => workflow ?? []),
      ),
    ]),
  ];
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

function readArgument(item: JsonValue): RawArgument {
  return { name: nameOf(item), value: template(at(item, 'value')) };
}

function readReplacement(
  item: JsonValue,
  contentType: string | undefined,
): RawOperationStep['replacements'][number] {
  const target = textOf(item, 'target') ?? '';
  const stated = at(item, 'targetSelectorType');
  const isXml = contentType !== undefined && isXmlType(contentType);
  const written = typeof stated === 'string' ? stated : textOf(stated, 'type');
  const type = selectorType(written ?? (target.startsWith('$') && !isXml ? 'jsonpath' : ''));
  return { target, ...(type === undefined ? {} : { type }), value: template(at(item, 'value')) };
}

function channelOperationOf(
  step: JsonValue,
  action: MessageAction,
  sources: Readonly<Record<string, AsyncApiDocument>>,
): ChannelOperation {
  const byPath = sourcePointer(textOf(step, 'channelPath'));
  const id = textOf(step, 'operationId') ?? '';
  const qualified = /^\$sourceDescriptions\.([^.]+)\.(.+)$/.exec(id);
  const named = byPath?.source ?? qualified?.[1];
  const by = byPath === undefined ? { operationId: qualified?.[2] ?? id } : { path: byPath.path };
  for (const [name, asyncapi] of Object.entries(sources)) {
    if (named !== undefined && named !== name) continue;
    const found = findChannelOperation(asyncapi, name, by, action);
    if ('value' in found) return found.value;
  }
  throw new Error(`The channel of step "${textOf(step, 'stepId')}" was not found.`);
}

/** `{$sourceDescriptions.<name>.url}#<JSON Pointer>`. */
function sourcePointer(text = ''): { readonly source: string; readonly path: readonly string[] } | undefined {
  const match = /^\{?\$sourceDescriptions\.([^.}]+)\.url\}?#(.*)$/.exec(text);
  if (match === null) return undefined;
  const tokens = (match[2] ?? '').split('/').slice(1);
  const path = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { source: match[1] ?? '', path };
}

function operationOf(step: JsonValue, sources: Readonly<Record<string, OpenApiDocument>>): Operation {
  const byPath = sourcePointer(textOf(step, 'operationPath'));
  const id = textOf(step, 'operationId') ?? '';
  const qualified = /^\$sourceDescriptions\.([^.]+)\.(.+)$/.exec(id);
  const named = byPath?.source ?? qualified?.[1];
  const by = byPath === undefined ? { operationId: qualified?.[2] ?? id } : { path: byPath.path };
  let problem = 'It calls no operation.';
  for (const [name, openapi] of Object.entries(sources)) {
    if (named !== undefined && named !== name) continue;
    const found = findOperation(openapi, name, by);
    if ('value' in found) return found.value;
    problem = found.problem;
  }
  throw new Error(`The operation of step "${textOf(step, 'stepId')}" was not found. ${problem}`);
}
