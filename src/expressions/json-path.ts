import { FunctionExpressionType, JSONPathEnvironment } from 'json-p3';
import type { JsonValue } from '../document/json.ts';
import { compilePattern } from './linear-pattern.ts';
import type { LinearPattern } from './linear-pattern.ts';

/** A JSONPath query of RFC 9535, compiled. */
export interface CompiledQuery {
  /** Whether the query selects at least one node. Never throws: a query that fails selects none. */
  matches(value: JsonValue): boolean;
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
    return { value: { matches: (value) => selectsAny(() => query.lazyQuery(value as never)) } };
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
