/**
 * Reads the text that an absolute URI names: an Arazzo document's sources, above all.
 *
 * @throws ResourceError where it cannot be read.
 */
export type SourceResolver = (uri: string, signal?: AbortSignal) => Promise<string>;

/**
 * Why a text could not be read. `not-allowed`: a rule of the resolver forbids it · `not-supported`: no resolver
 * knows this kind of URI.
 */
export type ResourceErrorReason =
  | 'missing'
  | 'directory'
  | 'unreadable'
  | 'too-large'
  | 'not-text'
  | 'not-allowed'
  | 'not-supported'
  | 'timeout';

/** A text that could not be read. The message is one sentence and holds no query and no credentials. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
  readonly reason: ResourceErrorReason;

  constructor(reason: ResourceErrorReason, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }

  toJSON(): { readonly reason: ResourceErrorReason; readonly message: string } {
    return { reason: this.reason, message: this.message };
  }
}

/** Whether a value is a {@link ResourceError}. */
export function isResourceError(value: unknown): value is ResourceError {
  return value instanceof ResourceError;
}

/** A resolver that passes a URI to the first of several whose scheme it has: `{ file: …, https: …, http: … }`. */
export function resolverByScheme(resolvers: Readonly<Record<string, SourceResolver>>): SourceResolver {
  return async (uri, signal) => {
    // One letter before the colon is the drive of a Windows path.
    const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(uri)?.[1]?.toLowerCase() ?? 'file';
    const resolver = Object.hasOwn(resolvers, scheme) ? resolvers[scheme] : undefined;
    if (resolver === undefined)
      throw new ResourceError('not-supported', `"${scheme}:" URIs cannot be read here.`);
    return resolver(uri, signal);
  };
}

/** The text of bytes in UTF-8. */
export function decodeDocument(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ResourceError('not-text', `"${name}" is not a text in UTF-8.`);
  }
}
