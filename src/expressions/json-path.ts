import { FunctionExpressionType, JSONPathEnvironment } from 'json-p3';
import type { JsonValue } from '../document/json.ts';
import { compilePattern } from './linear-pattern.ts';
import type { LinearPattern } from './linear-pattern.ts';

/** A JSONPath query of RFC 9535, compiled. */
export interface CompiledQuery {
  /** Whether the query selects at least one node. Never throws: a query that fails selects none. */
  matches(value: JsonValue): boolean;
  /** What the query selects, in the query's order; `undefined` for a query that fails, or selects too much. Never throws. */
  select(value: JsonValue): readonly SelectedNode[] | undefined;
}

/** A value that a query selected, and the names and indexes that lead to it. */
export interface SelectedNode {
  readonly value: JsonValue;
  readonly path: readonly (string | number)[];
}

/**
 * Compiles a JSONPath query as RFC 9535 has it. Patterns of `match()` and `search()` run on a linear-time engine.
 *
 * @returns The query, or one sentence on why there is none.
 * @see https://www.rfc-editor.org/rfc/rfc9535
 */
export function compileQuery(text: string): { readonly value: CompiledQuery } | { readonly problem: string } {
  try {
    const query = environment().compile(text);
    const run = (value: JsonValue): Iterable<FoundNode> =>
      query.lazyQuery(value as never) as Iterable<FoundNode>;
    return {
      value: {
        matches: (value) => selectsAny(() => run(value)),
        select: (value) => nodesOf(() => run(value)),
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/ \(.*\)$/s, '') : 'it cannot be read';
    return { problem: `The JSONPath query is not valid: ${message}.` };
  }
}

function selectsAny(run: () => Iterable<unknown>): boolean {
  try {
    environment().visits = 0;
    return run()[Symbol.iterator]().next().done !== true;
  } catch {
    return false;
  }
}

/** A node as the library gives it. */
interface FoundNode {
  readonly value: unknown;
  readonly location: readonly (string | number)[];
}

/** No query has more nodes than this. */
const MAX_NODES = 100_000;

function nodesOf(run: () => Iterable<FoundNode>): readonly SelectedNode[] | undefined {
  const nodes: SelectedNode[] = [];
  try {
    environment().visits = 0;
    for (const { value, location } of run()) {
      if (nodes.length === MAX_NODES) return undefined;
      nodes.push({ value: value as JsonValue, path: location });
    }
    return nodes;
  } catch {
    return undefined;
  }
}

/** How many objects one query may look into: nested `..` can visit the same ones again and again. */
const MAX_VISITS = 1_000_000;

class BoundedEnvironment extends JSONPathEnvironment {
  visits = 0;

  override entries(
    object: Parameters<JSONPathEnvironment['entries']>[0],
  ): ReturnType<JSONPathEnvironment['entries']> {
    this.visits += 1;
    if (this.visits > MAX_VISITS) throw new RangeError('The query visits too many objects.');
    return super.entries(object);
  }
}

let shared: BoundedEnvironment | undefined;

function environment(): BoundedEnvironment {
  if (shared === undefined) {
    shared = new BoundedEnvironment({ maxRecursionDepth: 400 });
    shared.functionRegister.set(
      'match',
      patternFunction((pattern, text) => pattern.matches(text)),
    );
    shared.functionRegister.set(
      'search',
      patternFunction((pattern, text) => pattern.test(text)),
    );
  }
  return shared;
}

function patternFunction(run: (pattern: LinearPattern, text: string) => boolean) {
  let last: { readonly source: string; readonly compiled: ReturnType<typeof compilePattern> } | undefined;
  return {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call(text: unknown, source: unknown): boolean {
      if (typeof text !== 'string' || typeof source !== 'string') return false;
      if (last?.source !== source) last = { source, compiled: compilePattern(source) };
      return 'value' in last.compiled && run(last.compiled.value, text);
    },
  };
}
