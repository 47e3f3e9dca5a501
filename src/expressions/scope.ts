import type { JsonObject, JsonValue } from '../document/json.ts';

/** A request as it was sent, for `$url`, `$method` and `$request.…`. */
export interface RequestRecord {
  /** The whole URL, query included. */
  readonly url: string;
  /** The method in upper case: `POST`. */
  readonly method: string;
  /** By lower-case name. Never holds credentials of the provider. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: JsonObject;
  readonly path: JsonObject;
  /** The payload as the step gave it, absent where there was none. */
  readonly body?: JsonValue;
}

/** A response as it came back, for `$statusCode` and `$response.…`. */
export interface ResponseRecord {
  readonly statusCode: number;
  /** By lower-case name; several values of one header are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * JSON media types parsed, text and XML as strings, others as `{ contentType, base64 }`.
   * Absent when the body was empty.
   */
  readonly body?: JsonValue;
}

/** A message that was sent or received, for `$message.…`. */
export interface MessageRecord {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: JsonValue;
}

/** What the actor of an interaction step answered, for `$interaction.…`. */
export interface InteractionRecord {
  /** The answer, in all modes; of a redirect, the query as an object. */
  readonly payload: JsonValue;
  /** The query parameters that a redirect came back with. */
  readonly query?: JsonObject;
}

/**
 * What expressions are evaluated against. A root that is left out resolves to absent (`undefined`), which is
 * not the same as `null`.
 */
export interface Scope {
  readonly inputs?: JsonObject;
  readonly steps?: Readonly<Record<string, { readonly outputs: JsonObject }>>;
  readonly outputs?: JsonObject;
  readonly workflows?: Readonly<
    Record<string, { readonly inputs?: JsonObject; readonly outputs?: JsonObject }>
  >;
  readonly sourceDescriptions?: Readonly<Record<string, { readonly url: string; readonly type: string }>>;
  readonly self?: string;
  readonly request?: RequestRecord;
  readonly response?: ResponseRecord;
  readonly message?: MessageRecord;
  readonly interaction?: InteractionRecord;
  /** The values of `components.parameters`, by key. */
  readonly components?: { readonly parameters?: JsonObject };
}
