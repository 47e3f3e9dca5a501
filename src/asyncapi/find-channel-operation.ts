import type { Location } from '../document/diagnostic.ts';
import { didYouMean } from '../document/did-you-mean.ts';
import { formatPointer } from '../document/json-pointer.ts';
import { childNode, type DescriptionNode } from '../openapi/description-documents.ts';
import { followReferences } from '../openapi/reference.ts';
import { listAt, malformed, membersAt, objectAt, UnusablePart } from '../openapi/unusable-part.ts';
import type { AsyncApiDocument, AsyncOperationEntry, ChannelEntry } from './asyncapi-document.ts';
import type { ChannelOperation, MessageAction } from './channel-operation.ts';
import { readMessageServers } from './read-message-servers.ts';
import { readMessages, type NamedMessage } from './read-messages.ts';

/** How a step names what it uses: an operation by id, or a channel by the tokens of its JSON Pointer. */
export type ChannelName = { readonly operationId: string } | { readonly path: readonly string[] };

/** Why there is nothing to be had. */
export interface ChannelProblem {
  /** `unknown`: no such operation or channel · `ambiguous`: several have the id · the others: it cannot be used. */
  readonly reason: 'unknown' | 'ambiguous' | 'malformed' | 'not-supported';
  /** One sentence, without the suggestion. */
  readonly problem: string;
  /** A name that was probably meant. */
  readonly suggestion?: string;
  /** Where the problem is in the description, when it is there. */
  readonly location?: Location;
}

/**
 * Finds an operation or a channel and reads what a step needs of it.
 *
 * @param source The name of the source description, kept in the operation.
 * @param action What the step does. A step that receives where its operation is made for sending gets the reply.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function findChannelOperation(
  asyncapi: AsyncApiDocument,
  source: string,
  name: ChannelName,
  action: MessageAction,
): { readonly value: ChannelOperation } | ChannelProblem {
  try {
    return 'path' in name
      ? findByPath(asyncapi, source, name.path, action)
      : findById(asyncapi, source, name.operationId, action);
  } catch (error) {
    if (!(error instanceof UnusablePart)) throw error;
    return { reason: error.reason, problem: error.message, location: error.location };
  }
}

function findById(
  asyncapi: AsyncApiDocument,
  source: string,
  operationId: string,
  action: MessageAction,
): { readonly value: ChannelOperation } | ChannelProblem {
  const entries = asyncapi.operations.filter((entry) => entry.operationId === operationId);
  const [entry, second] = entries;
  if (entry === undefined) {
    const ids = asyncapi.operations.map((candidate) => candidate.operationId);
    return {
      reason: 'unknown',
      problem: `The AsyncAPI description has no operation "${operationId}".`,
      ...suggested(didYouMean(operationId, ids)),
    };
  }
  if (second !== undefined) {
    const location = second.node.document.locate(`${second.node.pointer}/operationId`);
    const problem = `The operationId "${operationId}" is used by several operations of the AsyncAPI description.`;
    return { reason: 'ambiguous', problem, location };
  }
  const operation = objectAt(asyncapi.documents, entry.node, 'An operation');
  const { summary } = operation.value;
  const way = usedBy(asyncapi, { ...entry, node: operation }, action);
  return {
    value: {
      source,
      operationId,
      ...(typeof summary === 'string' ? { summary } : {}),
      action,
      ...channelPart(asyncapi, way.channel, way.messages ?? messagesOf(asyncapi, way.channel, action)),
    },
  };
}

function findByPath(
  asyncapi: AsyncApiDocument,
  source: string,
  path: readonly string[],
  action: MessageAction,
): { readonly value: ChannelOperation } | ChannelProblem {
  const [place, name = ''] = path;
  const channel =
    place === 'channels' && path.length === 2
      ? asyncapi.channels.find((candidate) => candidate.name === name)
      : undefined;
  if (channel === undefined) {
    const names = asyncapi.channels.map((candidate) => candidate.name);
    const meant = place === 'channels' ? didYouMean(name, names) : undefined;
    return {
      reason: 'unknown',
      problem: `The AsyncAPI description has no channel at "${formatPointer(path)}".`,
      ...suggested(meant === undefined ? undefined : formatPointer(['channels', meant])),
    };
  }
  return {
    value: { source, action, ...channelPart(asyncapi, channel, messagesOf(asyncapi, channel, action)) },
  };
}

/** The channel that an operation's messages go over, and the messages where the operation names them. */
interface Way {
  readonly channel: ChannelEntry;
  readonly messages: readonly NamedMessage[] | undefined;
}

function usedBy(asyncapi: AsyncApiDocument, entry: AsyncOperationEntry, action: MessageAction): Way {
  const { node, channel } = entry;
  if (channel !== undefined) {
    const message = childNode(node, 'message');
    return { channel, messages: message === undefined ? undefined : oneOf(asyncapi, message) };
  }
  const own = { channel: channelOf(asyncapi, node), messages: messagesNamedBy(node) };
  // What comes back is received elsewhere than what is sent, where the description says so.
  const reply = action === entry.action ? undefined : childNode(node, 'reply');
  if (reply === undefined || action !== 'receive') return required(own, node);
  const replied = objectAt(asyncapi.documents, reply, 'A reply');
  const messages = messagesNamedBy(replied);
  return required({ channel: channelOf(asyncapi, replied) ?? own.channel, messages }, node);
}

function required(
  { channel, messages }: { channel: ChannelEntry | undefined; messages: Way['messages'] },
  node: DescriptionNode,
): Way {
  if (channel === undefined) throw malformed(node, 'An operation must refer to its "channel".');
  return { channel, messages };
}

/** The channel that an operation or a reply refers to, under the name that it has in the description. */
function channelOf(asyncapi: AsyncApiDocument, node: DescriptionNode): ChannelEntry | undefined {
  const reference = childNode(node, 'channel');
  if (reference === undefined) return undefined;
  const way = followReferences(asyncapi.documents, reference);
  if (!Array.isArray(way)) {
    const problem = way as Exclude<typeof way, readonly DescriptionNode[]>;
    throw new UnusablePart(problem.reason, problem.problem, problem.location);
  }
  const places = (way as readonly DescriptionNode[]).map(
    ({ document, pointer }) => `${document.uri}#${pointer}`,
  );
  const known = asyncapi.channels.find(({ node: at }) => places.includes(`${at.document.uri}#${at.pointer}`));
  const last = (way as readonly DescriptionNode[]).at(-1) ?? reference;
  return known ?? { name: last.pointer.slice(last.pointer.lastIndexOf('/') + 1), node: last };
}

function messagesNamedBy(node: DescriptionNode): readonly NamedMessage[] | undefined {
  const list = listAt(node, 'messages');
  return list.length === 0 ? undefined : list.map((message) => ({ name: nameOf(message), node: message }));
}

/** What may go over a channel: in AsyncAPI 2 there is a list for each direction. */
function messagesOf(
  asyncapi: AsyncApiDocument,
  channel: ChannelEntry,
  action: MessageAction,
): readonly NamedMessage[] {
  const node = objectAt(asyncapi.documents, channel.node, 'A channel');
  if (asyncapi.dialect === '3')
    return membersAt(node, 'messages').map(([name, message]) => ({ name, node: message }));
  const ways = action === 'send' ? (['publish', 'subscribe'] as const) : (['subscribe', 'publish'] as const);
  const operation = ways.map((way) => childNode(node, way)).find((found) => found !== undefined);
  const message = operation === undefined ? undefined : childNode(operation, 'message');
  return message === undefined ? [] : oneOf(asyncapi, message);
}

function oneOf(asyncapi: AsyncApiDocument, node: DescriptionNode): readonly NamedMessage[] {
  const message = objectAt(asyncapi.documents, node, 'A message');
  const list = listAt(message, 'oneOf');
  if (list.length > 0) return list.map((each) => ({ name: nameOf(each), node: each }));
  return [{ name: nameOf(node), node }];
}

/** What a message is called by who refers to it. */
function nameOf({ value, pointer }: DescriptionNode): string {
  const reference = typeof value === 'object' && value !== null && '$ref' in value ? value.$ref : undefined;
  const place = typeof reference === 'string' ? reference : pointer;
  return place
    .slice(place.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

function channelPart(
  asyncapi: AsyncApiDocument,
  channel: ChannelEntry,
  messages: readonly NamedMessage[],
): Pick<ChannelOperation, 'channel' | 'address' | 'servers' | 'messages'> {
  const node = objectAt(asyncapi.documents, channel.node, 'A channel');
  const written = asyncapi.dialect === '2' ? channel.name : node.value['address'];
  return {
    channel: channel.name,
    ...(typeof written === 'string' ? { address: written } : {}),
    servers: readMessageServers(asyncapi, node),
    messages: readMessages(asyncapi, messages),
  };
}

function suggested(suggestion: string | undefined): { suggestion?: string } {
  return suggestion === undefined ? {} : { suggestion };
}
