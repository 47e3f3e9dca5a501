import { childPointer } from '../document/json-pointer.ts';
import { isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { compilePattern } from '../expressions/linear-pattern.ts';

/** A pattern of a schema that is not checked, and why. */
export interface PatternProblem {
  /** JSON Pointer into the schema, to the pattern. */
  readonly pointer: string;
  /** One plain sentence. */
  readonly message: string;
}

/** Keywords that hold data; a member called `pattern` in there is none. */
const DATA_KEYWORDS: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'example']);
const MAX_DEPTH = 400;

/**
 * The patterns of a schema that `compileSchema` does not check, because a linear-time engine cannot take them
 * (look-around, backreferences) or because they are not valid. Values pass them.
 */
export function patternProblems(schema: JsonValue): readonly PatternProblem[] {
  const problems: PatternProblem[] = [];
  collect(schema, '', false, 0, problems);
  return problems;
}

function collect(
  node: JsonValue,
  pointer: string,
  isMap: boolean,
  depth: number,
  problems: PatternProblem[],
): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries())
      collect(item as JsonValue, childPointer(pointer, index), false, depth + 1, problems);
  }
  if (!isJsonObject(node)) return;
  for (const [name, child] of Object.entries(node)) {
    const at = childPointer(pointer, name);
    if (!isMap && DATA_KEYWORDS.has(name)) continue;
    if (!isMap && name === 'pattern' && typeof child === 'string') check(child, at, problems);
    const patterns = !isMap && name === 'patternProperties';
    if (patterns && isJsonObject(child))
      for (const pattern of Object.keys(child)) check(pattern, childPointer(at, pattern), problems);
    const names =
      !isMap && (patterns || ['properties', '$defs', 'definitions', 'dependentSchemas'].includes(name));
    collect(child, at, names, depth + 1, problems);
  }
}

function check(pattern: string, pointer: string, problems: PatternProblem[]): void {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) problems.push({ pointer, message: compiled.problem });
}
