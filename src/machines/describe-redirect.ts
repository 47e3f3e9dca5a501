import { memberOf, type JsonObject, type JsonValue } from '../document/json.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { InputPlan, InteractionStepPlan } from '../plan/workflow-plan.ts';
import type { Frame, Question } from './context.ts';
import { isWebAddress } from './question.ts';
import type { Runtime } from './runtime.ts';

/** What a wait is described with. */
export interface DescribeOptions {
  /** The servers to use instead of the descriptions', by source; a redirect to an operation leads to them. */
  readonly servers?: Readonly<Record<string, string>>;
  /** The values of variables in the servers' URLs, by source. */
  readonly serverVariables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What an interaction asks of a person. */
export interface InteractionDescription {
  readonly mode: 'form' | 'redirect' | 'acknowledge';
  /** CommonMark; what is embedded in it is data, which a page must escape. */
  readonly prompt: string;
  /** What to show beside the prompt. */
  readonly context: JsonObject;
  /** The JSON Schema of the answer. */
  readonly schema: JsonValue;
  /** Of a redirect: where to send the browser. An absolute `http` or `https` URL without credentials. */
  readonly url?: string;
  /** Why there is no such URL, or nothing to ask at all. */
  readonly problem?: string;
  /** Of a redirect: where the browser comes back to, as far as that is known. Its query is the answer to submit. */
  readonly callback?: {
    readonly url: string;
    /** Comes back as the query parameter `state`; a request with another one is not from this redirect. */
    readonly state?: string;
  };
}

/** Where a redirect leads and comes back to. */
export function redirectOf(
  { plan }: Runtime,
  { inputs }: Frame,
  { redirect }: InteractionStepPlan,
  question: Exclude<Question, { problem: string }>,
  options: DescribeOptions,
): Pick<InteractionDescription, 'url' | 'problem' | 'callback'> {
  if (redirect === undefined) return {};
  const target =
    redirect.kind === 'url' ? { url: question.url ?? '' } : operationUrl(redirect, question, options);
  if ('problem' in target) return target;
  if (!isWebAddress(target.url)) return { problem: 'The redirect leads to no http or https URL.' };
  const { searchParams } = new URL(target.url);
  const given = (kind: InputPlan['callback']): string | undefined => {
    const input = plan.inputs.find(({ callback }) => callback === kind);
    const value = input === undefined ? undefined : memberOf(inputs as JsonObject, input.name);
    return typeof value === 'string' ? value : undefined;
  };
  const url = given('url') ?? searchParams.get('redirect_uri') ?? undefined;
  const state = given('state') ?? searchParams.get('state') ?? undefined;
  if (url === undefined) return target;
  return { ...target, callback: { url, ...(state === undefined ? {} : { state }) } };
}

function operationUrl(
  { operation }: Extract<InteractionStepPlan['redirect'] & object, { kind: 'operation' }>,
  { parameters = [] }: Exclude<Question, { problem: string }>,
  { servers = {}, serverVariables = {} }: DescribeOptions,
): { readonly url: string } | { readonly problem: string } {
  const server = memberOf(servers, operation.source);
  const variables = memberOf(serverVariables, operation.source);
  const built = buildRequest(
    operation,
    { parameters },
    {
      ...(server === undefined ? {} : { server }),
      ...(variables === undefined ? {} : { serverVariables: variables }),
    },
  );
  return 'problem' in built ? built : { url: built.value.url };
}
