import {
  compileMachine,
  createMessageServices,
  loadDocument,
  runWorkflow,
  type JsonObject,
  type JsonValue,
  type LoadedDocument,
  type MessageTransport,
  type RunResult,
} from '../../src/index.ts';
import { ResourceError, type SourceResolver } from '../../src/services/resolver.ts';
import type { Clock } from '../../src/services/wait-service.ts';

/** The operations `a` … `d`, each `POST /<id>`, and some that insist on more. */
const PATHS: JsonObject = {
  ...Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((id) => [`/${id}`, { post: { operationId: id, responses: {} } }]),
  ),
  '/things/{id}': {
    get: {
      operationId: 'getThing',
      parameters: [{ name: 'id', in: 'path', required: true, schema: {} }],
      responses: {},
    },
  },
};

/** A description of an API on a server. */
export function apiOf(paths: JsonObject = PATHS, server = 'https://api.test/v1'): JsonObject {
  return { openapi: '3.1.0', info: { title: 'API', version: '1' }, servers: [{ url: server }], paths };
}

/** A step that calls the operation of its own name, unless it says what it calls. */
export function step(stepId: string, more: JsonObject = {}): JsonObject {
  const called = ['operationId', 'operationPath', 'workflowId', 'channelPath'].some((name) => name in more);
  return { stepId, ...(called ? {} : { operationId: stepId }), ...more };
}

/** A document of workflows; one without an id is `main`. */
export function documentOf(workflows: JsonObject | readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const list = Array.isArray(workflows) ? (workflows as readonly JsonObject[]) : [workflows as JsonObject];
  return {
    arazzo: '1.1.0',
    info: { title: 'Example', version: '1.0.0' },
    sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }],
    workflows: list.map((workflow) => ({ workflowId: 'main', ...workflow })),
    ...more,
  };
}

/** A document of one workflow of these steps. */
export function stepsOf(steps: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return documentOf({ steps, ...more });
}

/** A document of the only step `a`. */
export function stepWith(members: JsonObject, more: JsonObject = {}): JsonObject {
  return documentOf({ steps: [step('a', members)] }, more);
}

/** Documents by URI, relative to `memory:/`; `api.json` is there where none is given. */
export type Files = Readonly<Record<string, JsonObject | string>>;

/** A resolver of these files, and the URIs that it was asked for. */
function resolverOf(files: Files = {}): { resolver: SourceResolver; asked: string[] } {
  const asked: string[] = [];
  const texts = new Map(
    Object.entries({ 'api.json': apiOf(), ...files }).map(([name, content]) => [
      new URL(name, 'memory:/').href,
      typeof content === 'string' ? content : JSON.stringify(content),
    ]),
  );
  const resolver: SourceResolver = (uri) => {
    asked.push(uri);
    const text = texts.get(uri);
    return text === undefined
      ? Promise.reject(new ResourceError('missing', `"${uri}" does not exist.`))
      : Promise.resolve(text);
  };
  return { resolver, asked };
}

/**
 * Loads a document; `problems` are `severity code pointer`, without what the small API descriptions here leave out and
 * documents use all the same.
 */
export async function load(
  document: JsonObject | string,
  files: Files = {},
  uri = 'memory:/main.arazzo.json',
): Promise<{ value: LoadedDocument | undefined; problems: readonly string[]; asked: readonly string[] }> {
  const { resolver, asked } = resolverOf(files);
  const text = typeof document === 'string' ? document : JSON.stringify(document, undefined, 1);
  const { value, diagnostics } = await loadDocument(text, { resolver, uri });
  const problems = diagnostics
    .filter(({ code }) => !code.endsWith('-not-declared'))
    .map(({ severity, code, location }) => `${severity} ${code} ${location.pointer}`.trim());
  return { value, problems, asked };
}

/** `severity code pointer` of the problems of a document, its sources included. */
export async function problemsOf(document: JsonObject | string, files?: Files): Promise<readonly string[]> {
  return (await load(document, files)).problems;
}

/** What a server answers; `lost`: the connection breaks; `slow`: it takes a second. */
export type Answer =
  readonly [status: number, body?: JsonValue | undefined, headers?: HeadersInit] | 'lost' | 'slow';

/** A request as it was sent. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  /** The path below the server's URL. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

const SLOW_MS = 1000;

/** How a run went. */
export interface Ran extends RunResult {
  readonly requests: readonly Sent[];
  /** The paths that were called, in order: `/a /b`. */
  readonly called: string;
  /** The milliseconds that were waited between attempts. */
  readonly waits: readonly number[];
}

/** How a document is run. */
export interface RunSettings {
  readonly inputs?: JsonObject;
  /** By path, one after the other; 200 where there is none left. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  readonly files?: Files;
  /** Carries the messages of steps of AsyncAPI. */
  readonly messages?: MessageTransport;
}

/** Runs a workflow of a document to its end against scripted answers; waiting takes no time. */
export async function run(document: JsonObject | string, settings: RunSettings = {}): Promise<Ran> {
  const { value, problems } = await load(document, settings.files);
  const plan = value?.planFor();
  if (plan === undefined) throw new Error(`It cannot be run: ${problems.join('; ')}`);
  const requests: Sent[] = [];
  const waits: number[] = [];
  const clock = hastyClock(waits);
  const left = new Map(Object.entries(settings.answers ?? {}).map(([path, list]) => [path, [...list]]));
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers, signal } = request;
    const path = new URL(url).pathname.replace(/^\/v1/, '');
    requests.push({ method, url, path, headers, body: await request.text() });
    const answer = left.get(path)?.shift() ?? ([200] as const);
    if (answer === 'lost') throw new TypeError('fetch failed');
    if (answer === 'slow') {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(new Response()), SLOW_MS);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        });
      });
    }
    const [status, body, given] = answer;
    const headersOf = new Headers(given);
    if (body !== undefined && !headersOf.has('content-type'))
      headersOf.set('content-type', 'application/json');
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    return new Response(text, { status, headers: headersOf });
  };
  const machine = compileMachine(plan, { now: () => clock.now() });
  const { messages } = settings;
  const ready =
    messages === undefined ? machine : machine.provide({ actors: createMessageServices(machine, messages) });
  const result = await runWorkflow(ready, {
    inputs: settings.inputs ?? {},
    services: { fetch, clock },
  });
  return { ...result, requests, called: requests.map(({ path }) => path).join(' '), waits };
}

/** A clock that begins at 0; every timer is due at once, and it goes on by what was waited for. */
function hastyClock(waits: number[]): Clock {
  let now = 0;
  const cleared = new Set<unknown>();
  return {
    now: () => now,
    setTimeout(callback, delayMs) {
      const id = waits.push(delayMs);
      queueMicrotask(() => {
        if (cleared.has(id)) return;
        now += delayMs;
        callback();
      });
      return id;
    },
    clearTimeout: (id) => cleared.add(id),
  };
}
