import type { Result } from '../document/diagnostic.ts';
import { isJsonObject, type JsonObject } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import {
  childNode,
  createDescriptionDocuments,
  rootNode,
  type DescriptionDocuments,
  type DescriptionNode,
  type ReferencedDocuments,
} from '../openapi/description-documents.ts';
import { scalarText } from '../openapi/parameter-style.ts';
import { membersAt } from '../openapi/unusable-part.ts';
import type { MessageAction } from './channel-operation.ts';

/** A channel of a description, by its name there; of AsyncAPI 2 that is its address. */
export interface ChannelEntry {
  readonly name: string;
  readonly node: DescriptionNode;
}

/** An operation of a description. */
export interface AsyncOperationEntry {
  readonly operationId: string;
  /** What a client of the application does with it: the other way round than what the application itself does. */
  readonly action: MessageAction;
  readonly node: DescriptionNode;
  /** The channel that it stands in; absent in AsyncAPI 3, where the operation refers to it. */
  readonly channel?: ChannelEntry;
}

/**
 * An AsyncAPI description with an index of its channels and operations. `$ref`s are followed when a part is used, so
 * that a mistake in an operation that nobody uses is nobody's problem.
 */
export interface AsyncApiDocument {
  readonly document: ParsedDocument;
  /** The document together with those that it refers to. */
  readonly documents: DescriptionDocuments;
  readonly root: JsonObject;
  /** The version as written: `3.0.0`. */
  readonly version: string;
  readonly dialect: '2' | '3';
  readonly channels: readonly ChannelEntry[];
  /** All operations that have an id, in the order they are written. */
  readonly operations: readonly AsyncOperationEntry[];
}

/**
 * Reads a parsed document as an AsyncAPI 2.x or 3.x description.
 *
 * @param referenced The documents that it refers to, read already: `externalReferences` says which.
 * @returns No value where it is none: `asyncapi/not-asyncapi`, or `asyncapi/not-supported` for other versions.
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function readAsyncApi(
  document: ParsedDocument,
  referenced: ReferencedDocuments = {},
): Result<AsyncApiDocument> {
  const reporter = createReporter(document);
  const root = document.value;
  const refuse = (
    code: 'not-asyncapi' | 'not-supported' | 'malformed',
    message: string,
    pointer: string,
  ): Result<AsyncApiDocument> => {
    reporter.report({ code: `asyncapi/${code}`, severity: 'error', message, pointer });
    return { value: undefined, diagnostics: reporter.diagnostics() };
  };
  if (!isJsonObject(root) || root['asyncapi'] === undefined) {
    const message = 'This is not an AsyncAPI description: it has no member "asyncapi".';
    return refuse('not-asyncapi', message, '');
  }
  const version = scalarText(root['asyncapi']);
  // YAML reads an unquoted `3.0` as a number.
  const dialect = /^([23])(?:\.\d+)?(?:\.|$)/.exec(version)?.[1] as '2' | '3' | undefined;
  if (dialect === undefined) {
    const message = `AsyncAPI ${version.slice(0, 20)} is not supported: AsyncAPI 2 and 3 are.`;
    return refuse('not-supported', message, '/asyncapi');
  }
  for (const member of ['channels', 'operations']) {
    if (root[member] === undefined || isJsonObject(root[member])) continue;
    return refuse('malformed', `"${member}" must be an object.`, `/${member}`);
  }
  const channels = membersAt(rootNode(document), 'channels').map(([name, node]) => ({ name, node }));
  return {
    value: {
      document,
      documents: createDescriptionDocuments(document, referenced),
      root,
      version,
      dialect,
      channels,
      operations: dialect === '2' ? channels.flatMap(operationsOfChannel) : rootOperations(document),
    },
    diagnostics: reporter.diagnostics(),
  };
}

/** AsyncAPI 3: the operations by their keys, said from the application's side. */
function rootOperations(document: ParsedDocument): readonly AsyncOperationEntry[] {
  return membersAt(rootNode(document), 'operations').map(([operationId, node]) => ({
    operationId,
    action: childNode(node, 'action')?.value === 'send' ? 'receive' : 'send',
    node,
  }));
}

/** AsyncAPI 2: what a client may do with a channel. */
function operationsOfChannel(channel: ChannelEntry): readonly AsyncOperationEntry[] {
  return (['publish', 'subscribe'] as const).flatMap((member): readonly AsyncOperationEntry[] => {
    const node = childNode(channel.node, member);
    const operationId = node === undefined ? undefined : childNode(node, 'operationId')?.value;
    if (node === undefined || typeof operationId !== 'string') return [];
    return [{ operationId, action: member === 'publish' ? 'send' : 'receive', node, channel }];
  });
}
