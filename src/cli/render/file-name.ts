import { isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printableLine } from './printable.ts';

/** A URI as a person names it: a file's path, relative where it lies in the current directory; else the URI. */
export function fileNameOf(uri: string, directory: string): string {
  if (!uri.startsWith('file:')) return printableLine(uri);
  let path: string;
  try {
    path = fileURLToPath(uri);
  } catch {
    return printableLine(uri);
  }
  const inside = relative(resolve(directory), path);
  return printableLine(inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside);
}
