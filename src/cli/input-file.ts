import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isValid } from '../document/diagnostic.ts';
import { isJsonObject } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { parseDocument } from '../document/parse-document.ts';
import { CommandError } from './command-error.ts';
import { readTextFile } from './read-text-file.ts';

/** The members of an input file, JSON or YAML. @throws CommandError where it cannot be read or is no object. */
export async function readInputFile(path: string): Promise<JsonObject> {
  const text = await readTextFile(path, 'The input file');
  const { value, diagnostics } = parseDocument(text, { uri: pathToFileURL(resolve(path)).href });
  if (value === undefined || !isValid(diagnostics)) {
    const problem = diagnostics.find(({ severity }) => severity === 'error');
    const { line, column } = problem?.location ?? { line: 1, column: 1 };
    throw new CommandError(
      `${path}:${String(line)}:${String(column)}: ${problem?.message ?? 'The input file is not JSON or YAML.'}`,
    );
  }
  if (value.value === null) return {};
  if (!isJsonObject(value.value))
    throw new CommandError(`The input file "${path}" must hold an object of inputs.`);
  return value.value;
}
