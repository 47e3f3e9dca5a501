import { memberOf, setMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { scalarText, serializePathParameter, undeclaredParameter } from './parameter-style.ts';
import type { Operation, OperationParameter, ParameterValue } from './operation.ts';

/** A path whose variables are filled. */
export interface RequestPath {
  /** Begins with `/`; holds a query where the description's path has one. */
  readonly path: string;
  /** The values by name, for `$request.path.…`. */
  readonly values: JsonObject;
  /** Query parameters that the path itself holds, and which are not to be sent twice. */
  readonly used: ReadonlySet<string>;
}

/** Fills the path of one operation. */
type FillPath = (
  parameters: readonly ParameterValue[],
) => { readonly value: RequestPath } | { readonly problem: string };

/**
 * Makes what fills the `{variables}` of an operation's path with the path parameters, declared or not. `{name+}` lets the
 * value's slashes stand. A variable in a query that is part of the path takes a query parameter as well.
 *
 * @returns `problem` where a variable has no value, or one that would make it another path (`..`, nothing at all).
 * @see https://spec.openapis.org/oas/v3.1.1.html#path-templating
 */
export function compilePath(operation: Operation): FillPath {
  if (operation.path.includes('{')) return (parameters) => fillPath(operation, parameters);
  const constant = sentPath(operation, operation.path);
  return (parameters) =>
    'problem' in constant
      ? constant
      : { value: { path: constant.value, values: pathValues(parameters), used: NONE } };
}

const NONE: ReadonlySet<string> = new Set();

function fillPath(operation: Operation, parameters: readonly ParameterValue[]): ReturnType<FillPath> {
  const values = pathValues(parameters);
  const used = new Set<string>();
  let problem: string | undefined;
  const queryStart = operation.path.indexOf('?');
  const filled = operation.path.replaceAll(/\{([^{}]*)\}/g, (_, written: string, offset: number) => {
    const greedy = written.endsWith('+');
    const name = greedy && memberOf(values, written) === undefined ? written.slice(0, -1) : written;
    let value = memberOf(values, name);
    if (queryStart !== -1 && offset > queryStart && value === undefined) {
      value = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name)?.value;
      used.add(name);
    }
    if (value === undefined || value === null) {
      problem ??= `The path parameter "${name}" has no value.`;
      return '';
    }
    const text = written.endsWith('+')
      ? scalarText(value)
          .split('/')
          .map((segment) => serialize(operation, name, segment))
          .join('/')
      : serialize(operation, name, value);
    if (text === '') problem ??= `The path parameter "${name}" is empty.`;
    return text;
  });
  if (problem !== undefined) return { problem };
  const sent = sentPath(operation, filled);
  return 'problem' in sent ? sent : { value: { path: sent.value, values, used } };
}

function pathValues(parameters: readonly ParameterValue[]): JsonObject {
  const values: Record<string, JsonValue> = {};
  for (const parameter of parameters)
    if (parameter.in === 'path') setMember(values, parameter.name, parameter.value);
  return values;
}

function sentPath(
  operation: Operation,
  filled: string,
): { readonly value: string } | { readonly problem: string } {
  // What some descriptions put behind a "#", to tell operations of one path apart, is never sent.
  const sent = (filled.split('#')[0] ?? '').replace(/^\/?/, '/');
  // A URL parser takes these segments away, and the request would reach another operation.
  if ((sent.split('?')[0] ?? '').split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    return { problem: `The path parameters would change the path "${operation.path}" into another one.` };
  }
  return { value: sent };
}

function serialize(operation: Operation, name: string, value: JsonValue): string {
  return serializePathParameter(declared(operation, name) ?? undeclaredParameter(name, 'path'), value);
}

function declared(operation: Operation, name: string): OperationParameter | undefined {
  return operation.parameters.find((parameter) => parameter.in === 'path' && parameter.name === name);
}
