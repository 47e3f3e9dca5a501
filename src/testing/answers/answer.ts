import type { JsonObject, JsonValue } from '../../document/json.ts';
import type { OpenApiDocument } from '../../openapi/openapi-document.ts';
import type { OperationStepPlan, WorkflowPlan } from '../../plan/workflow-plan.ts';
import type { Happening } from '../situation.ts';

/** A response as it happens to a step. */
export type ResponseHappening = Extract<Happening, { readonly type: 'response' }>;

/**
 * A response that somebody gives: in the options, or under `x-xstate: { examples }` of a step. Without `headers` a
 * body that is a text counts as what its operation declares.
 */
export interface GivenExample {
  /** 200 to 599. */
  readonly statusCode: number;
  /** By name, in whatever case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** What it is called in paths. */
  readonly name?: string;
}

/** What answers are constructed from. */
export interface AnswerSources {
  /** The workflow that the step is one of: criteria of later steps may look at what the step leaves behind. */
  readonly workflow: WorkflowPlan;
  readonly step: OperationStepPlan;
  /** The description of the step's operation; without one, bodies are made of nothing but what is needed. */
  readonly openapi?: OpenApiDocument;
  /** What comes is no response of an API but the body of one, always with the status 200, and of this schema. */
  readonly body?: { readonly schema?: JsonObject };
  /** Responses that somebody gave, tried before any is constructed. */
  readonly examples?: readonly GivenExample[];
}

/** What a response makes of one criterion. */
export interface Decision {
  /** The JSON Pointer of the criterion in its document. */
  readonly criterion: string;
  readonly outcome: boolean;
}

/**
 * The way on that a response takes out of its step, while no retry is used up: the action's name, absent where none
 * matches.
 */
export interface AnswerEdge {
  readonly outcome: 'success' | 'failure';
  readonly action?: string;
}

/** One response that decides the step's criteria in one particular way. */
export interface Answer {
  readonly happening: ResponseHappening;
  /**
   * What it makes of each criterion of the step and its actions, of those too that are not looked at once it has come;
   * and of criteria of later steps that look at what this one leaves behind.
   */
  readonly decides: readonly Decision[];
  readonly edge: AnswerEdge;
  /** What is special about it, in a few words: `200`, `404 error_type is "otp_code_not_found"`. */
  readonly label: string;
  /** It is no response that the operation declares: the status, or a body that breaks the schema. */
  readonly undeclared: boolean;
  /** It was given as an example and not constructed. */
  readonly given: boolean;
}

/**
 * Why no response gives a criterion an outcome.
 * - `needsExample`: one may well exist and could not be constructed
 * - `noResponse`: only that no response comes at all does (`$statusCode == null`)
 * - `decidedBefore`: it looks at nothing that the response changes
 * - `constant`: it has the other outcome whatever comes, or never is looked at with this one
 */
export type MissingReason = 'needsExample' | 'noResponse' | 'decidedBefore' | 'constant';

/** An outcome of a criterion that no answer has. */
export interface MissingAnswer {
  /** The JSON Pointer of the criterion in its document. */
  readonly criterion: string;
  readonly outcome: boolean;
  /** The criterion as its author wrote it. */
  readonly text: string;
  readonly reason: MissingReason;
  /** One sentence. */
  readonly why: string;
}

/** The answers of a step. */
export interface Answers {
  /** The first takes the way of success, where there is one; those that take other edges follow, then the rest. */
  readonly answers: readonly Answer[];
  readonly missing: readonly MissingAnswer[];
}
