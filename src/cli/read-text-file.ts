import { readFile } from 'node:fs/promises';
import { CommandError } from './command-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
};

const REASONS_OF_WRITING: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'its directory does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it lies where nothing can be written',
};

function reasonIn(reasons: Readonly<Record<string, string>>, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return reasons[code] ?? `the system says ${code}`;
}

/** Why the system did not let a file be written, in a few words. */
export function reasonOfWriting(error: unknown): string {
  return reasonIn(REASONS_OF_WRITING, error);
}

/** The text of a file that an option names. @throws CommandError that says which one and why. */
export async function readTextFile(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${what} "${path}" cannot be read: ${reasonIn(REASONS, error)}.`, {
      cause: error,
    });
  }
}
