import { writeFile } from 'node:fs/promises';
import { CommandError } from './command-error.ts';
import { reasonOfWriting } from './read-text-file.ts';
import type { Terminal } from './terminal.ts';

/** Writes a text to the file of `--out`, or to the result where there is none. @throws CommandError */
export async function writeOutput(text: string, out: string | undefined, terminal: Terminal): Promise<void> {
  if (out === undefined) {
    terminal.result.write(text);
    return;
  }
  try {
    await writeFile(out, text);
  } catch (error) {
    throw new CommandError(`"${out}" cannot be written: ${reasonOfWriting(error)}.`, { cause: error });
  }
}
