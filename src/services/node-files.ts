import { decodeDocument, ResourceError, type SourceResolver } from './resolver.ts';
import { DEFAULT_MAX_BYTES } from './service-options.ts';

/** Which files may be read. */
export interface FileResolverOptions {
  /** Directories outside of which nothing is read, whatever `..` and symbolic links say. Default: no limit. */
  readonly roots?: readonly string[];
  /** The most bytes of one file. Default 16 MiB. */
  readonly maxBytes?: number;
}

/**
 * A resolver for `file:` URIs and paths, relative ones from the working directory. For Node only.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#relative-references-in-uris
 */
export function createFileResolver(options: FileResolverOptions = {}): SourceResolver {
  const { maxBytes = DEFAULT_MAX_BYTES } = options;
  // Not imported, so that nothing of Node is in the graph of modules that a browser loads.
  const files = process.getBuiltinModule('node:fs/promises');
  const paths = process.getBuiltinModule('node:path');
  const { constants } = process.getBuiltinModule('node:fs');

  const isWithin = (root: string, path: string) => {
    const relative = paths.relative(root, path);
    return (
      relative === '' ||
      (!paths.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${paths.sep}`))
    );
  };

  return async (uri, signal) => {
    const path = toPath(uri, paths);
    let handle;
    try {
      const roots = options.roots?.map((root) => paths.resolve(root));
      const realRoots = await Promise.all(
        (roots ?? []).map((root) => files.realpath(root).catch(() => root)),
      );
      // By its name first: whether something exists outside is not to be found out either.
      if (roots !== undefined && ![...roots, ...realRoots].some((root) => isWithin(root, path)))
        throw notAllowed(path);
      const real = await files.realpath(path);
      if (roots !== undefined && !realRoots.some((root) => isWithin(root, real))) throw notAllowed(path);
      // Not blocking: opening a named pipe would otherwise wait for a writer for ever. Not following: what became a
      // link since it was looked at leads elsewhere. Windows has neither flag.
      const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
      handle = await files.open(real, flags);
      const found = await handle.stat();
      if (found.isDirectory()) throw new ResourceError('directory', `"${path}" is a directory.`);
      if (!found.isFile()) throw new ResourceError('unreadable', `"${path}" is not a regular file.`);
      if (found.size > maxBytes) throw tooLarge(path, maxBytes);
      const bytes = await handle.readFile(signal === undefined ? {} : { signal });
      if (bytes.byteLength > maxBytes) throw tooLarge(path, maxBytes);
      return decodeDocument(bytes, path);
    } catch (error) {
      throw toResourceError(error, path);
    } finally {
      await handle?.close();
    }
  };
}

function toPath(uri: string, paths: typeof import('node:path')): string {
  if (uri.includes('\0')) throw new ResourceError('missing', 'The name of a file must not hold NUL.');
  if (!/^file:/i.test(uri)) return paths.resolve(uri);
  try {
    return process.getBuiltinModule('node:url').fileURLToPath(uri.replace(/[?#].*$/s, ''));
  } catch (cause) {
    throw new ResourceError('not-supported', `"${uri}" is not the URI of a file here.`, { cause });
  }
}

function tooLarge(path: string, maxBytes: number): ResourceError {
  return new ResourceError('too-large', `"${path}" is larger than ${maxBytes} bytes.`);
}

function notAllowed(path: string): ResourceError {
  return new ResourceError('not-allowed', `"${path}" is outside of the directories that may be read.`);
}

function toResourceError(error: unknown, path: string): ResourceError {
  if (error instanceof ResourceError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new ResourceError('missing', `"${path}" does not exist.`);
  if (code === 'EISDIR') return new ResourceError('directory', `"${path}" is a directory.`);
  if (code === 'EACCES' || code === 'EPERM')
    return new ResourceError('unreadable', `"${path}" may not be read (${code}).`);
  return new ResourceError('unreadable', `"${path}" cannot be read (${code}).`);
}
