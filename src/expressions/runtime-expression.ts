/** The tokens of a JSON Pointer (RFC 6901), unescaped: `/a~1b/0` is `['a/b', '0']`; `[]` is the whole value. */
export type Pointer = readonly string[];

/** Where in a request, a response or a message a value stands. */
export type MessageSource =
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'query'; readonly name: string }
  | { readonly from: 'path'; readonly name: string }
  | { readonly from: 'body'; readonly pointer: Pointer }
  | { readonly from: 'payload'; readonly pointer: Pointer };

/** What came back from the actor of an interaction step: the answer, or the query that a redirect came back with. */
export type InteractionSource = Extract<MessageSource, { readonly from: 'query' | 'payload' }>;

/**
 * A runtime expression of Arazzo, parsed. Plain JSON, so that a plan can carry it; it is evaluated by
 * `evaluateExpression`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export type RuntimeExpression =
  | { readonly kind: 'url' }
  | { readonly kind: 'method' }
  | { readonly kind: 'statusCode' }
  | { readonly kind: 'self' }
  | { readonly kind: 'request'; readonly source: MessageSource }
  | { readonly kind: 'response'; readonly source: MessageSource }
  | { readonly kind: 'message'; readonly source: MessageSource }
  /** Of the draft of 1.2. */
  | { readonly kind: 'interaction'; readonly source: InteractionSource }
  | { readonly kind: 'inputs'; readonly name: string; readonly pointer: Pointer }
  | { readonly kind: 'outputs'; readonly name: string; readonly pointer: Pointer }
  | { readonly kind: 'steps'; readonly stepId: string; readonly output: string; readonly pointer: Pointer }
  | {
      readonly kind: 'workflows';
      readonly workflowId: string;
      readonly field: 'inputs' | 'outputs';
      readonly name: string;
      readonly pointer: Pointer;
    }
  | { readonly kind: 'sourceDescriptions'; readonly source: string; readonly reference: string }
  | {
      readonly kind: 'components';
      readonly type: 'parameters' | 'successActions' | 'failureActions' | 'interactions';
      readonly name: string;
    };
