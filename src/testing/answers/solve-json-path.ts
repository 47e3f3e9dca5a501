import { isJsonObject } from '../../document/json.ts';
import { queryPathSyntax } from '../../expressions/json-path-syntax.ts';
import type { Value } from './draft.ts';
import { grown, starved, type PathSolving } from './grow-path.ts';
import { solveFilter } from './solve-filter.ts';

/**
 * Values like the given one from which a JSONPath query selects something: `leaf`, where it is given.
 *
 * @param at where in the body the value stands
 */
export function* valuesSelecting(
  query: string,
  value: Value,
  shape: PathSolving['shape'],
  at: readonly string[],
  leaf?: Value,
): Generator<Value> {
  const segments = queryPathSyntax(query);
  if (segments === undefined) return;
  yield* grown(value, segments, at, { shape, root: value, filter: solveFilter }, leaf);
}

/** Values like the given one from which a JSONPath query selects nothing. */
export function* valuesSelectingNothing(
  query: string,
  value: Value,
  shape: PathSolving['shape'],
  at: readonly string[],
): Generator<Value> {
  const segments = queryPathSyntax(query);
  if (segments === undefined) return;
  yield* starved(value, segments, at, { shape, root: value, filter: solveFilter });
  if (Array.isArray(value)) yield [];
  else if (isJsonObject(value)) yield {};
  yield undefined;
  yield [];
  yield {};
  yield 0;
}
