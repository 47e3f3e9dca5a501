import { isJsonObject, setMember, type JsonValue } from '../document/json.ts';
import type {
  HttpRequest,
  Operation,
  OperationParameter,
  ParameterValue,
  RequestValues,
} from './operation.ts';
import {
  scalarText,
  serializeCookieParameter,
  serializeHeaderParameter,
  serializeQueryParameter,
  undeclaredParameter,
} from './parameter-style.ts';
import { headerProblem } from './header-field.ts';
import { formEncode, isJsonMediaType } from './media-type.ts';
import { encodeQueryText, encodeStrictly } from './percent-encoding.ts';
import { chooseContentType, serializeBody } from './request-body.ts';
import { compilePath } from './request-path.ts';
import { serverUrl, type ServerOptions } from './server-url.ts';

const DEFAULT_ACCEPT = 'application/json, */*;q=0.5';

/**
 * Makes the HTTP request of an operation from a step's values: the server, the path, query, headers and cookies in
 * the styles that the operation declares (a parameter that it does not declare takes its location's default style),
 * the body in its media type. Adds no credentials. A parameter whose value is `null` counts as absent; of two with
 * the same name and place the last holds.
 *
 * @returns `problem`, one sentence, where no request can be made: no server, a required parameter or body without
 * a value, a header that HTTP cannot carry, a media type that cannot be written.
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 */
export function buildRequest(
  operation: Operation,
  values: RequestValues,
  options: ServerOptions = {},
): BuiltRequest {
  return compileRequest(operation, options)(values);
}

/** A request, or one sentence on why none can be made. */
export type BuiltRequest = { readonly value: HttpRequest } | { readonly problem: string };

/** What {@link buildRequest} does, for an operation that is requested often: what does not depend on the values is done once. */
export function compileRequest(
  operation: Operation,
  options: ServerOptions = {},
): (values: RequestValues) => BuiltRequest {
  const server = serverUrl(operation, options);
  const fillPath = compilePath(operation);
  return (values) => requestOf(operation, server, fillPath, values);
}

function requestOf(
  operation: Operation,
  server: ReturnType<typeof serverUrl>,
  fillPath: ReturnType<typeof compilePath>,
  values: RequestValues,
): BuiltRequest {
  const parameters = lastOfEach(values.parameters);
  const missing = missingParameter(operation, parameters);
  if (missing !== undefined) return { problem: missing };

  const whole = parameters.find((parameter) => parameter.in === 'querystring');
  if (whole !== undefined && parameters.some((parameter) => parameter.in === 'query')) {
    return {
      problem: `The querystring parameter "${whole.name}" is the whole query: no query parameter can be sent beside it.`,
    };
  }

  if ('problem' in server) return server;
  const path = fillPath(parameters);
  if ('problem' in path) return path;

  const query: Record<string, JsonValue> = {};
  const pairs: string[] = [];
  const cookies: string[] = [];
  const headers: Record<string, string> = {};
  for (const given of parameters) {
    const parameter = declarationOf(operation, given) ?? undeclaredParameter(given.name, given.in);
    switch (given.in) {
      case 'path':
        break;
      case 'query':
        setMember(query, given.name, given.value);
        if (!path.value.used.has(given.name)) pairs.push(...serializeQueryParameter(parameter, given.value));
        break;
      case 'querystring': {
        const text = queryText(parameter, given.value);
        if (!isJsonMediaType(parameter.contentType ?? ''))
          for (const [name, value] of new URLSearchParams(text)) setMember(query, name, value);
        if (text !== '') pairs.push(text);
        break;
      }
      case 'header': {
        const text = serializeHeaderParameter(parameter, given.value);
        if (text === undefined) break;
        const problem = headerProblem(given.name, text);
        if (problem !== undefined) return { problem };
        setMember(headers, given.name.toLowerCase(), text.trim());
        break;
      }
      case 'cookie':
        cookies.push(...serializeCookieParameter(parameter, given.value));
        break;
    }
  }
  if (cookies.length > 0) {
    headers['cookie'] = [...(headers['cookie'] === undefined ? [] : [headers['cookie']]), ...cookies].join(
      '; ',
    );
  }
  headers['accept'] ??= DEFAULT_ACCEPT;

  const body = values.body;
  if (body === undefined && operation.requestBody?.required === true) {
    return {
      problem: `The operation ${nameOf(operation)} requires a request body, and the step gives none.`,
    };
  }
  const request = {
    method: operation.method,
    url: server.value + withQuery(path.value.path, pairs),
    query,
    path: path.value.values,
  };
  if (body === undefined) return { value: { ...request, headers } };

  if (operation.method === 'GET' || operation.method === 'HEAD') {
    return { problem: `A ${operation.method} request cannot carry a body.` };
  }
  const contentType =
    body.contentType ?? headers['content-type'] ?? chooseContentType(operation, body.payload);
  const problem = headerProblem('content-type', contentType);
  if (problem !== undefined) return { problem };
  const serialized = serializeBody(operation, body.payload, contentType);
  if ('problem' in serialized) return serialized;
  headers['content-type'] = serialized.contentType;
  return { value: { ...request, headers, body: serialized.value, payload: body.payload } };
}

/** The parameter that an operation declares under a name and a place; header names in any case. */
export function declarationOf(
  operation: Operation,
  parameter: Pick<ParameterValue, 'name' | 'in'>,
): OperationParameter | undefined {
  return operation.parameters.find((declared) => sameParameter(declared, parameter));
}

type Key = Pick<ParameterValue, 'name' | 'in'>;

function sameParameter(one: Key, other: Key): boolean {
  if (one.in !== other.in) return false;
  // There is one query: the name of the parameter that is all of it says nothing.
  if (one.in === 'querystring') return true;
  return one.in === 'header' ? one.name.toLowerCase() === other.name.toLowerCase() : one.name === other.name;
}

function lastOfEach(parameters: readonly ParameterValue[]): readonly ParameterValue[] {
  return parameters.filter(
    (parameter, index) =>
      parameter.value !== null &&
      !parameters.slice(index + 1).some((later) => sameParameter(later, parameter)),
  );
}

function missingParameter(operation: Operation, parameters: readonly ParameterValue[]): string | undefined {
  const missing = operation.parameters.find(
    (declared) => declared.required && !parameters.some((parameter) => sameParameter(parameter, declared)),
  );
  if (missing === undefined) return undefined;
  return `The ${missing.in} parameter "${missing.name}" of the operation ${nameOf(operation)} is required and has no value.`;
}

function nameOf(operation: Operation): string {
  return operation.operationId === undefined
    ? `${operation.method} ${operation.path}`
    : `"${operation.operationId}"`;
}

/** The whole query as its media type writes it; a text that is percent-encoded already stays as it is. */
function queryText(parameter: OperationParameter, value: JsonValue): string {
  if (isJsonMediaType(parameter.contentType ?? '')) {
    const text = scalarText(value);
    return /^(?:[A-Za-z0-9\-._~]|%[0-9A-Fa-f]{2})*$/.test(text) ? text : encodeStrictly(text);
  }
  return isJsonObject(value) ? formEncode(value) : encodeQueryText(scalarText(value).replace(/^\?/, ''));
}

function withQuery(path: string, pairs: readonly string[]): string {
  if (pairs.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
