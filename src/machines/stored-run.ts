import type { AnyStateMachine } from 'xstate';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { compileSchema, type SchemaCheck } from '../schema/compile-schema.ts';
import { statePath } from './state-path.ts';

const text: JsonObject = { type: 'string' };
const number: JsonObject = { type: 'number' };
const object: JsonObject = { type: 'object' };
const mapOf = (values: JsonObject): JsonObject => ({ ...object, additionalProperties: values });
const withMembers = (required: JsonObject, optional: JsonObject = {}): JsonObject => ({
  ...object,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const question: JsonObject = {
  anyOf: [
    withMembers({ problem: text }),
    withMembers(
      { prompt: text, context: object },
      { url: text, parameters: { type: 'array', items: withMembers({ name: text, in: text, value: {} }) } },
    ),
  ],
};

const frame = withMembers(
  {
    inputs: object,
    steps: mapOf(withMembers({ outputs: object })),
    attempt: number,
    attempts: mapOf(number),
    visits: mapOf(number),
    endedAt: mapOf(number),
  },
  {
    rejection: { type: 'array', items: withMembers({ input: text, rule: text, message: text }) },
    retryAt: number,
    retrying: text,
    recoveries: number,
    handed: object,
    expiresAt: number,
    question,
    repeat: withMembers({ stepId: text, state: text }),
    transferred: text,
    last: withMembers({ statusCode: number, headers: mapOf(text) }),
  },
);

/** What XState and this package make of a run when they store it, as far as both rely on it. */
const SCHEMA: JsonObject = {
  ...withMembers({
    status: { enum: ['active', 'done'] },
    context: {
      allOf: [
        frame,
        withMembers(
          {
            plan: text,
            run: withMembers({ executed: number }, { id: text }),
            calls: mapOf(frame),
            finished: mapOf(withMembers({ inputs: object, outputs: object })),
          },
          {
            failure: withMembers(
              { kind: text, message: text },
              {
                stepId: text,
                attempt: number,
                reason: text,
                statusCode: number,
                errorType: text,
                retryAt: number,
                endedBy: text,
              },
            ),
          },
        ),
      ],
    },
    children: mapOf(withMembers({ src: text, snapshot: withMembers({ status: { const: 'active' } }) })),
    // No machine of this package has a history state.
    historyValue: { ...object, maxProperties: 0 },
  }),
};

let compiled: SchemaCheck | undefined;

/** A run as `persist` stores it. */
export interface StoredRun {
  readonly status: 'active' | 'done';
  readonly value: JsonValue;
  readonly context: JsonObject;
  readonly children: JsonObject;
}

/**
 * Reads a stored run, which may have been changed or damaged where it was kept: nothing in it makes the machine
 * throw later on.
 *
 * @returns the run, or where it is not what `persist` makes, a JSON Pointer into it
 */
export function readStoredRun(
  stored: JsonValue,
): { readonly value: StoredRun } | { readonly wrongAt: string } {
  compiled ??= compileSchema(SCHEMA);
  const [problem] = compiled(stored);
  return problem === undefined ? { value: stored as unknown as StoredRun } : { wrongAt: problem.instance };
}

/**
 * Where a run is in no state of a machine, lacks an actor of that state (it would wait for it for ever) or has another
 * one (whose error nobody would handle): a JSON Pointer into the run.
 */
export function misplaced({ value, children }: StoredRun, machine: AnyStateMachine): string | undefined {
  let node = machine.root;
  const path = statePath(value);
  const actors = new Map<string, unknown>();
  for (const name of path) {
    const inner = Object.hasOwn(node.states, name) ? node.states[name] : undefined;
    if (inner === undefined) return '/value';
    node = inner;
    for (const { id, src } of node.invoke) actors.set(id, src);
  }
  if (Object.keys(node.states).length > 0 || stateValueOf(path) !== JSON.stringify(value)) return '/value';
  const known = Object.entries(children).filter(
    ([id, child]) => isJsonObject(child) && actors.has(id) && child['src'] === actors.get(id),
  );
  const isWhole = known.length === actors.size && known.length === Object.keys(children).length;
  return isWhole ? undefined : '/children';
}

/** How a machine writes the state at the end of a path. */
function stateValueOf(path: readonly string[]): string {
  return JSON.stringify(
    path.reduceRight<unknown>((inner, name) => (inner === undefined ? name : { [name]: inner }), undefined),
  );
}
