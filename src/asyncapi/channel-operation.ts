/** Which way a message goes, seen from the workflow. */
export type MessageAction = 'send' | 'receive';

/** Where a parameter of a message goes: what HTTP requests have, and `channel`, a variable of the channel's address. */
export type MessageParameterLocation = 'path' | 'query' | 'querystring' | 'header' | 'cookie' | 'channel';

/** A server that a channel can be reached at. */
export interface MessageServer {
  readonly name: string;
  /** Absolute, its variables replaced by their defaults: `kafka://broker.example.org:9092`. */
  readonly url: string;
  /** As the description writes it: `kafka`, `amqp`, `ws`, … */
  readonly protocol: string;
}

/** A message that goes over a channel, as far as a step needs to know it. */
export interface ChannelMessage {
  readonly name: string;
  readonly contentType?: string;
  /** Where the message has its correlation id, as tokens of a JSON Pointer in one of its two parts. */
  readonly correlation?: { readonly in: 'header' | 'payload'; readonly path: readonly string[] };
  /** The headers that its schema requires. */
  readonly requiredHeaders: readonly string[];
  /** The properties that the schema of its payload requires at its top level. */
  readonly requiredProperties: readonly string[];
}

/**
 * What a step needs to know of an AsyncAPI operation, or of a channel that it uses without one. Plain JSON without
 * schemas: it travels in the plan.
 */
export interface ChannelOperation {
  /** The name of the source description that it comes from. */
  readonly source: string;
  /** Absent where the step names a channel. */
  readonly operationId?: string;
  readonly summary?: string;
  readonly action: MessageAction;
  /** The channel by its name in the description. Of an operation with a reply, that of the reply where it is received. */
  readonly channel: string;
  /** The address, perhaps with `{variables}`; absent where it is not known before the application runs. */
  readonly address?: string;
  /** The servers that the channel is at; empty where the description names none. */
  readonly servers: readonly MessageServer[];
  /** What may go over the channel; empty where the description does not say. */
  readonly messages: readonly ChannelMessage[];
}
