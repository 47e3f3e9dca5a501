import { realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { CommandError } from './command-error.ts';
import { readTextFile, reasonOfWriting } from './read-text-file.ts';

const FORMAT = 'arazzo-xstate run 1';

/**
 * A run that stopped at a wait, as `--save` keeps it. It holds the data of the run, which may be secret, and no
 * credentials of the provider; the file is readable by its owner only.
 */
export interface SavedRun {
  readonly workflowId: string;
  /** The servers that the run used instead of the documents', by source; they are used again. */
  readonly servers: Readonly<Record<string, string>>;
  readonly snapshot: JsonValue;
}

/**
 * Finds out that a run could not be kept while nothing of it is lost yet: before its first request.
 *
 * @throws CommandError
 */
export async function requireSavable(path: string): Promise<void> {
  const draft = draftOf(path);
  try {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw Object.assign(new Error('A directory.'), { code: 'EISDIR' });
    await writeFile(draft, '', { mode: 0o600, flag: 'wx' });
    await unlink(draft);
  } catch (error) {
    throw cannotBeKept(path, error);
  }
}

function draftOf(path: string): string {
  return `${path}.${String(process.pid)}.tmp`;
}

function cannotBeKept(path: string, cause: unknown): CommandError {
  return new CommandError(`The run cannot be kept in "${path}": ${reasonOfWriting(cause)}.`, { cause });
}

/** Writes a kept run; an earlier file is replaced only when the new one is whole. @throws CommandError */
export async function writeSaved(path: string, run: SavedRun): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, ...run }, undefined, 2)}\n`;
  const draft = draftOf(path);
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw cannotBeKept(path, error);
  }
}

/** Removes the file of a kept run, also where a link leads to it. Gives the reason why it is still there. */
export async function removeSaved(path: string): Promise<string | undefined> {
  try {
    await unlink(await realpath(path));
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? undefined
      : reasonOfWriting(error);
  }
}

function stringsOf(value: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** Reads a kept run. @throws CommandError where there is none in the file. */
export async function readSaved(path: string): Promise<SavedRun> {
  const text = await readTextFile(path, 'The kept run');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`"${path}" is not a kept run: it is not JSON.`, { cause: error });
  }
  if (isJsonObject(value) && memberOf(value, 'format') === FORMAT) {
    const workflowId = memberOf(value, 'workflowId');
    const servers = stringsOf(memberOf(value, 'servers'));
    const snapshot = memberOf(value, 'snapshot');
    if (typeof workflowId === 'string' && servers !== undefined && snapshot !== undefined) {
      return { workflowId, servers, snapshot };
    }
  }
  throw new CommandError(`"${path}" is not a run that --save has kept.`);
}
