import { INTERACTION_SECTION } from './specification.ts';

/** What a field of an object of the specification may hold. */
export type FieldType =
  | 'string'
  | 'nonNegativeNumber'
  | 'nonNegativeInteger'
  | 'array'
  | 'object'
  | 'schema'
  | 'dependencies'
  | 'actions'
  | 'timeout'
  | 'any';

/** A fixed field of an object of the specification. */
export interface FieldShape {
  readonly type: FieldType;
  readonly required?: true;
  /** The version that brought the field, where that is not 1.0. A field of the draft of 1.2 is unknown before. */
  readonly since?: '1.1' | '1.2';
  /** What it may hold in the draft of 1.2, where that is more. */
  readonly drafted?: FieldType;
}

/** An object of the specification: its name, its section, its fixed fields. */
export interface ObjectShape {
  readonly name: string;
  readonly section: string;
  readonly fields: Readonly<Record<string, FieldShape>>;
  /** Fields that authors reach for and that do not exist, with what to write instead. */
  readonly hints?: Readonly<Record<string, string>>;
  /** Other fields are ignored by the specification's own word, so they are a warning. */
  readonly ignoresOthers?: true;
  /** Whether `x-xstate` means something there. */
  readonly extended?: true;
}

const string: FieldShape = { type: 'string' };
const requiredString: FieldShape = { type: 'string', required: true };
const array: FieldShape = { type: 'array' };
const any: FieldShape = { type: 'any' };
const loops = 'Loops are written with a success action of type "goto" that leads back.';
const people = 'A step whose required input is absent already waits for a person.';
const conditions = 'Conditions are written as "criteria" of an action.';
const conditionOfStep =
  'What a step must meet is written as "successCriteria"; to pass it over, give the step before an action with "criteria".';

export const DOCUMENT_SHAPE: ObjectShape = {
  name: 'Arazzo Description',
  section: 'arazzo-specification-object',
  fields: {
    arazzo: requiredString,
    $self: { type: 'string', since: '1.1' },
    info: { type: 'object', required: true },
    sourceDescriptions: { type: 'array', required: true },
    workflows: { type: 'array', required: true },
    components: { type: 'object' },
  },
};

export const INFO_SHAPE: ObjectShape = {
  name: 'Info Object',
  section: 'info-object',
  fields: { title: requiredString, version: requiredString, summary: string, description: string },
};

export const SOURCE_SHAPE: ObjectShape = {
  name: 'Source Description Object',
  section: 'source-description-object',
  fields: { name: requiredString, url: requiredString, type: string },
};

export const WORKFLOW_SHAPE: ObjectShape = {
  name: 'Workflow Object',
  section: 'workflow-object',
  fields: {
    workflowId: requiredString,
    summary: string,
    description: string,
    inputs: { type: 'schema' },
    dependsOn: { type: 'dependencies' },
    steps: { type: 'array', required: true },
    successActions: array,
    failureActions: array,
    outputs: { type: 'object' },
    parameters: array,
  },
  extended: true,
};

export const STEP_SHAPE: ObjectShape = {
  name: 'Step Object',
  section: 'step-object',
  fields: {
    stepId: requiredString,
    description: string,
    operationId: string,
    operationPath: string,
    workflowId: string,
    channelPath: { type: 'string', since: '1.1' },
    action: { type: 'string', since: '1.1' },
    correlationId: { type: 'any', since: '1.1' },
    interaction: { type: 'object', since: '1.2' },
    timeout: { type: 'nonNegativeInteger', since: '1.1', drafted: 'timeout' },
    dependsOn: { type: 'dependencies', since: '1.1' },
    parameters: array,
    requestBody: { type: 'object' },
    successCriteria: array,
    onSuccess: array,
    onFailure: array,
    onTimeout: { type: 'actions', since: '1.2' },
    onCancel: { type: 'actions', since: '1.2' },
    outputs: { type: 'object' },
  },
  hints: {
    condition: conditionOfStep,
    if: conditionOfStep,
    forEach: loops,
    loop: loops,
    humanTask: people,
    interaction: `An "interaction" is of the draft of 1.2: write "arazzo: 1.2.0". ${people}`,
    onTimeout:
      'It is of the draft of 1.2: write "arazzo: 1.2.0". Before it a timeout takes the "onFailure" actions.',
    onCancel: 'It is of the draft of 1.2: write "arazzo: 1.2.0".',
    retry: 'A retry is a failure action: "onFailure: [{ name, type: retry }]".',
  },
  extended: true,
};

export const INTERACTION_SHAPE: ObjectShape = {
  name: 'Interaction Object',
  section: INTERACTION_SECTION,
  fields: {
    prompt: requiredString,
    context: { type: 'object' },
    inputSchema: { type: 'schema' },
    mode: string,
    operationId: string,
    operationPath: string,
    url: string,
    parameters: array,
  },
  hints: {
    schema: 'Write "inputSchema" instead.',
    timeout: '"timeout" belongs to the step.',
    onTimeout: '"onTimeout" belongs to the step.',
    onCancel: '"onCancel" belongs to the step.',
  },
};

export const PARAMETER_SHAPE: ObjectShape = {
  name: 'Parameter Object',
  section: 'parameter-object',
  fields: { name: requiredString, in: string, value: { type: 'any', required: true } },
  hints: { $ref: 'Write "reference: $components.parameters.<key>" instead.' },
};

export const REUSABLE_SHAPE: ObjectShape = {
  name: 'Reusable Object',
  section: 'reusable-object',
  fields: { reference: requiredString, value: any },
  ignoresOthers: true,
};

export const REQUEST_BODY_SHAPE: ObjectShape = {
  name: 'Request Body Object',
  section: 'request-body-object',
  fields: { contentType: string, payload: any, replacements: array },
};

export const REPLACEMENT_SHAPE: ObjectShape = {
  name: 'Payload Replacement Object',
  section: 'payload-replacement-object',
  fields: {
    target: requiredString,
    targetSelectorType: { type: 'any', since: '1.1' },
    value: { type: 'any', required: true },
  },
};

export const CRITERION_SHAPE: ObjectShape = {
  name: 'Criterion Object',
  section: 'criterion-object',
  fields: { context: string, condition: requiredString, type: any, version: string },
  hints: { value: 'Write the comparison into the condition: "condition: $statusCode == 200".' },
};

export const SUCCESS_ACTION_SHAPE: ObjectShape = {
  name: 'Success Action Object',
  section: 'success-action-object',
  fields: {
    name: requiredString,
    type: requiredString,
    workflowId: string,
    stepId: string,
    parameters: { type: 'array', since: '1.1' },
    criteria: array,
  },
  hints: {
    condition: conditions,
    outputs: 'Outputs belong to the step, not to its actions.',
    goto: 'Write "type: goto" and "stepId: <the step>".',
    step: 'Write "stepId" instead.',
    retryAfter: 'Only failure actions retry.',
    retryLimit: 'Only failure actions retry.',
    $ref: 'Write "reference: $components.successActions.<key>" instead.',
  },
  extended: true,
};

export const FAILURE_ACTION_SHAPE: ObjectShape = {
  ...SUCCESS_ACTION_SHAPE,
  name: 'Failure Action Object',
  section: 'failure-action-object',
  fields: {
    ...SUCCESS_ACTION_SHAPE.fields,
    retryAfter: { type: 'nonNegativeNumber' },
    retryLimit: { type: 'nonNegativeInteger' },
  },
  hints: {
    condition: conditions,
    outputs: 'Outputs belong to the step, not to its actions.',
    goto: 'Write "type: goto" and "stepId: <the step>".',
    step: 'Write "stepId" instead.',
    $ref: 'Write "reference: $components.failureActions.<key>" instead.',
  },
};

export const COMPONENTS_SHAPE: ObjectShape = {
  name: 'Components Object',
  section: 'components-object',
  fields: {
    inputs: { type: 'object' },
    parameters: { type: 'object' },
    successActions: { type: 'object' },
    failureActions: { type: 'object' },
    interactions: { type: 'object', since: '1.2' },
  },
};

export const SELECTOR_SHAPE: ObjectShape = {
  name: 'Selector Object',
  section: 'selector-object',
  fields: { context: requiredString, selector: requiredString, type: { type: 'any', required: true } },
};

export const EXPRESSION_TYPE_SHAPE: ObjectShape = {
  name: 'Expression Type Object',
  section: 'expression-type-object',
  fields: { type: requiredString, version: requiredString },
};
