import { rename, unlink, writeFile } from 'node:fs/promises';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { CommandError } from './command-error.ts';
import { readTextFile, reasonOf } from './read-text-file.ts';

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

/** Writes a kept run; an earlier file is replaced only when the new one is whole. @throws CommandError */
export async function writeSaved(path: string, run: SavedRun): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, ...run }, undefined, 2)}\n`;
  const draft = `${path}.${String(process.pid)}.tmp`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw new CommandError(`The run cannot be kept in "${path}": ${reasonOf(error)}.`, { cause: error });
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
