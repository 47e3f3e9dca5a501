import { type JsonObject, type JsonValue, hasMember, memberOf, setMember } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { ResponseRecord, Scope } from '../expressions/scope.ts';
import type { RawArgument, RawStep } from './raw-workflow.ts';
import type { Reading } from './reading.ts';
import type { Ended, Failure, Happening, Situation } from './situation.ts';
import { outputsOf } from './step-request.ts';

/** What ends a whole run wherever it stands: that it was cancelled, or takes too many steps. */
export type Stop = 'cancelled' | 'exhausted';

/** How the run of one workflow ended. */
export interface FrameEnd {
  readonly status: 'done' | 'failed' | Stop;
  readonly outputs: JsonObject;
  readonly failure?: Failure;
  /** The last response that came while it ran, to a request of its own or of a workflow inside of it. */
  readonly response?: ResponseRecord;
}

/** What a workflow is run with. */
export interface Call {
  readonly reading: Reading;
  readonly inputs: JsonObject;
  readonly path: readonly string[];
  /** `false`: what it depends on has run already. */
  readonly withPreludes: boolean;
}

/** A whole run: what all its frames share. */
export interface Run {
  readonly now: () => number;
  readonly maxSteps: number;
  readonly deferredInputs: boolean;
  readonly retryAfterCapSeconds: number;
  readonly maxRetries: number;
  readonly servers: Readonly<Record<string, string>>;
  attempts: number;
  /** How many requests and messages were begun, those before a retry included. */
  sendings: number;
  /** That of the last failed attempt, until something succeeds or a person answers. */
  failure: Failure | undefined;
  /** The last response since the frame at work was entered. */
  response: ResponseRecord | undefined;
  /** The last run of each workflow that has ended. */
  readonly finished: Record<string, { readonly inputs: JsonObject; readonly outputs: JsonObject }>;
  readonly enter: (call: Call) => Generator<Situation, FrameEnd, Happening>;
}

/** One run of one workflow inside of a whole run. */
export interface Frame {
  readonly run: Run;
  readonly reading: Reading;
  readonly path: readonly string[];
  inputs: JsonObject;
  readonly stepOutputs: Record<string, { readonly outputs: JsonObject }>;
  readonly lastRunAt: Map<number, number>;
  /** The steps that have run, for whatever reason and to whatever end. */
  readonly ran: Set<string>;
  /** The index that the run began with: below 0 where what the workflow depends on ran first. */
  readonly first: number;
}

/** What expressions see between two requests. */
export function scopeOf({ run, reading, inputs, stepOutputs }: Frame): Scope {
  const workflows: Record<string, { inputs?: JsonObject; outputs?: JsonObject }> = { ...run.finished };
  setMember(workflows, reading.workflow.workflowId, { inputs });
  return { ...reading.workflow.constants, inputs, steps: stepOutputs, workflows };
}

/** Whether an input is not there. */
export function isAbsent(frame: Frame, input: string): boolean {
  return !hasMember(frame.inputs, input);
}

/** Forgets the inputs of these names. */
export function forgetNamed(frame: Frame, names: readonly string[]): void {
  if (!frame.run.deferredInputs) return;
  frame.inputs = Object.fromEntries(Object.entries(frame.inputs).filter(([input]) => !names.includes(input)));
}

/** Forgets inputs by the rule of homes: only those that would be asked again. */
export function forgetByHome(frame: Frame, isForgotten: (home: number, input: string) => boolean): void {
  const { rules } = frame.reading;
  forgetNamed(
    frame,
    [...rules.asked].filter((input) => isForgotten(rules.homeOf(input), input)),
  );
}

/** Outputs of a success replace those of an earlier run; those of a failure only add to them. */
export function keepOutputs(frame: Frame, step: RawStep, scope: Scope, isSuccess: boolean): void {
  const earlier = isSuccess ? {} : memberOf(frame.stepOutputs, step.stepId)?.outputs;
  setMember(frame.stepOutputs, step.stepId, { outputs: { ...earlier, ...outputsOf(step.outputs, scope) } });
}

/** How a workflow run as a part of another ended, as the run sees it. */
export function endedOf({ status, outputs, failure }: FrameEnd): Ended {
  return {
    status: status === 'exhausted' ? 'failed' : status,
    outputs,
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The inputs that a called workflow gets from its caller; a problem where a text cannot be made. */
export function givenInputs(
  target: Reading,
  given: readonly RawArgument[],
  scope: Scope,
): { readonly value: JsonObject } | { readonly problem: string } {
  const inputs: Record<string, JsonValue> = {};
  for (const { name, value: template } of given) {
    const result = evaluateTemplate(template, scope);
    if ('missing' in result) return { problem: `"${result.missing}" has no value.` };
    if (result.value !== undefined && target.rules.known.has(name)) setMember(inputs, name, result.value);
  }
  return { value: inputs };
}

/** This workflow's inputs that another one declares, or refers to, under the same name. */
export function sharedInputs(frame: Frame, target: Reading): JsonObject {
  return Object.fromEntries(Object.entries(frame.inputs).filter(([input]) => target.rules.known.has(input)));
}
