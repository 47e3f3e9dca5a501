import { memberOf } from '../document/json.ts';
import type { Operation } from './operation.ts';

/** Which server a request goes to, where the description's own choice is not wanted. */
export interface ServerOptions {
  /**
   * An absolute http(s) URL that takes the place of the operation's servers, and may hold `{variables}`; or the name
   * of one of them (OpenAPI 3.2).
   */
  readonly server?: string;
  /** Values for the server's variables, instead of their defaults. */
  readonly serverVariables?: Readonly<Record<string, string>>;
}

/**
 * The base URL of an operation's requests, without a slash at its end: the given server, else the first that
 * applies, its variables replaced by the given values or their defaults.
 *
 * @returns `problem` where there is no server, a variable has no value or not an allowed one, or the URL is not
 * an http(s) URL that a request can be sent to.
 * @see https://spec.openapis.org/oas/v3.1.1.html#server-object
 */
export function serverUrl(
  operation: Operation,
  options: ServerOptions,
): { readonly value: string } | { readonly problem: string } {
  const named = operation.servers.find(({ name }) => name !== undefined && name === options.server);
  const declared = named ?? operation.servers[0];
  const template = named?.url ?? options.server ?? declared?.url;
  const advice = `give one for the source "${operation.source}" (\`servers\`, or --server ${operation.source}=<url>)`;
  if (template === undefined) return { problem: `The API description names no server: ${advice}.` };

  let problem: string | undefined;
  const url = template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = declared === undefined ? undefined : memberOf(declared.variables, name);
    const value = memberOf(options.serverVariables ?? {}, name) ?? variable?.default;
    if (value === undefined) {
      problem ??= `The server variable "${name}" has no value.`;
      return '';
    }
    if (variable?.enum !== undefined && !variable.enum.includes(value)) {
      problem ??= `The server variable "${name}" must be one of ${variable.enum.map((item) => `"${item}"`).join(', ')}.`;
    }
    return value;
  });
  if (problem !== undefined) return { problem };

  if (!URL.canParse(url)) return { problem: `The server URL is not absolute: ${advice}.` };
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return {
      problem: `The server's URL is "${parsed.protocol}", which no request can be sent to: ${advice}.`,
    };
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return { problem: 'The server URL must not hold a user name or a password: give credentials instead.' };
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    return { problem: 'The server URL must have neither a query nor a fragment.' };
  }
  return { value: `${parsed.origin}${parsed.pathname}`.replace(/(?<!\/)\/+$/, '') };
}
