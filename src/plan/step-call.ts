import type { MessageAction, MessageParameterLocation } from '../asyncapi/channel-operation.ts';
import type { JsonValue } from '../document/json.ts';
import type { RequestValues } from '../openapi/operation.ts';
import type { MessageRecord, RequestRecord, ResponseRecord } from '../expressions/scope.ts';

/** What every call of an actor says. */
interface CallOfStep {
  readonly stepId: string;
  /** The dotted path of the state in which the step's workflow was called; absent in the machine's own workflow. */
  readonly path?: string;
  /** 1 for the first attempt of this visit of the step. */
  readonly attempt: number;
  /** The same for every sending of this attempt, also after a restart; absent where the run has no id. */
  readonly key?: string;
  /** Milliseconds for this attempt, where the document says so. */
  readonly timeoutMs?: number;
  /** Never to be sent when an earlier sending's fate is unknown. */
  readonly atMostOnce?: true;
  /** Why no request can be made of this step (a required value is absent); the actor must not send one. */
  readonly problem?: string;
}

/**
 * What a machine hands to the actor of a step: the request with its expressions evaluated. Plain JSON; it holds
 * the run's data and never a credential of the provider.
 */
export interface StepCall extends CallOfStep, RequestValues {}

/**
 * What a machine hands to the actor of a step that uses a channel of AsyncAPI: what to send, or what to wait for, its
 * expressions evaluated. Plain JSON.
 */
export interface MessageCall extends CallOfStep {
  readonly action: MessageAction;
  /** The name of the source description. */
  readonly source: string;
  readonly operationId?: string;
  /** The channel by its name in the description. */
  readonly channel: string;
  /** The channel's address, its `{variables}` replaced by what the step gives; absent where it is not known. */
  readonly address?: string;
  readonly parameters: readonly MessageParameterValue[];
  /** Of `send`. */
  readonly body?: RequestValues['body'];
  /** Of `receive`: only a message with this id counts. */
  readonly correlationId?: JsonValue;
}

/** A parameter of a step that uses a channel, evaluated. */
export interface MessageParameterValue {
  readonly name: string;
  readonly in: MessageParameterLocation;
  readonly value: JsonValue;
}

/** What the actor of a step resolves with: the exchange that took place, whatever the status code. */
export interface StepExchange {
  readonly request: RequestRecord;
  readonly response: ResponseRecord;
}

/**
 * What the actor of a step that uses a channel resolves with: the message that came. Of `send` it may be left out, which
 * means the message as it was to be sent.
 */
export interface MessageExchange {
  readonly message: MessageRecord;
}

/** What the actor `wait` is given: it resolves once the time has come. */
export interface WaitUntil {
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Why a step has no response. */
export type CallErrorKind = 'network' | 'timeout' | 'request' | 'interrupted' | 'internal';

/**
 * What the actor of a step rejects with. Plain JSON inside; `message` names no secret.
 * `interrupted`: the request went out and what became of it is not known.
 */
export interface CallError {
  readonly kind: CallErrorKind;
  readonly message: string;
}
