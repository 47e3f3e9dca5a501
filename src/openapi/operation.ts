import type { JsonObject, JsonValue } from '../document/json.ts';

/** Where a parameter goes. `querystring` (OpenAPI 3.2) is the whole query as one value. */
export type ParameterLocation = 'path' | 'query' | 'header' | 'cookie' | 'querystring';

/** How an array or an object is written into a parameter. `tabDelimited` is Swagger 2.0's `tsv`. */
export type ParameterStyle =
  'matrix' | 'label' | 'simple' | 'form' | 'spaceDelimited' | 'tabDelimited' | 'pipeDelimited' | 'deepObject';

/** A parameter that an operation declares. */
export interface OperationParameter {
  readonly name: string;
  readonly in: ParameterLocation;
  readonly required: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** The media type, where the parameter is declared by `content` and not by `schema`. */
  readonly contentType?: string;
}

/** A server, its URL absolute but for `{variables}`. */
export interface Server {
  readonly url: string;
  readonly variables: Readonly<
    Record<string, { readonly default: string; readonly enum?: readonly string[] }>
  >;
  /** What OpenAPI 3.2 calls it by. */
  readonly name?: string;
}

/** How one property of a form is written, where that is not the rule. */
export interface PropertyEncoding {
  /** The media type of the property's part; several, separated by commas, of which it has one. */
  readonly contentType?: string;
  /** Headers of the property's part. */
  readonly headers?: Readonly<Record<string, string>>;
  /** With one of these three, the property is written as a query parameter is. */
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
}

/** A security scheme that an operation may ask for. */
export type SecurityScheme =
  | { readonly kind: 'basic'; readonly name: string }
  | { readonly kind: 'bearer'; readonly name: string }
  | {
      readonly kind: 'apiKey';
      readonly name: string;
      readonly in: 'header' | 'query' | 'cookie';
      readonly parameter: string;
    }
  | {
      readonly kind: 'oauth2';
      readonly name: string;
      readonly scopes: readonly string[];
      readonly tokenUrl?: string;
    }
  | { readonly kind: 'unsupported'; readonly name: string; readonly type: string };

/**
 * What a request needs to know of an OpenAPI operation. Plain JSON without schemas: it travels in the plan.
 */
export interface Operation {
  /** The name of the source description that it comes from. */
  readonly source: string;
  readonly operationId?: string;
  /** In upper case: `POST`. */
  readonly method: string;
  /** The path as the description writes it, with `{variables}`. */
  readonly path: string;
  readonly summary?: string;
  /** The servers that apply (operation's, else path's, else root's), absolute; empty where there are none. */
  readonly servers: readonly Server[];
  readonly parameters: readonly OperationParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    /** The declared media types, in order. */
    readonly contentTypes: readonly string[];
    /** The properties that the schema of the first JSON media type, else of the first form, requires at its top level. */
    readonly requiredProperties: readonly string[];
    /** Of forms, by media type and property. */
    readonly encodings?: Readonly<Record<string, Readonly<Record<string, PropertyEncoding>>>>;
  };
  /** Alternatives: one of them must be met whole. Empty: none is needed; `[[]]`: anonymous is allowed. */
  readonly security: readonly (readonly SecurityScheme[])[];
}

/** A parameter of a step, evaluated. */
export interface ParameterValue {
  readonly name: string;
  readonly in: ParameterLocation;
  readonly value: JsonValue;
}

/** What a step asks of its operation: parameters and body with their expressions evaluated. */
export interface RequestValues {
  readonly parameters: readonly ParameterValue[];
  readonly body?: { readonly contentType?: string; readonly payload: JsonValue };
}

/** A request that is ready to be sent, but for credentials. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The query and path parameters by name, for `$request.query.…` and `$request.path.…`. */
  readonly query: JsonObject;
  readonly path: JsonObject;
  /** The payload before it was serialised, for `$request.body`. */
  readonly payload?: JsonValue;
}
