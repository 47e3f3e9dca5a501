import type { Happening } from '../../src/testing/situation.ts';
import type { Alphabet } from '../../src/testing/alphabet.ts';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';

/** A document of `workflows/examples/`, and how its workflow is tried. */
export interface Example {
  /** The folder and the file, below `workflows/examples/`. */
  readonly file: string;
  readonly workflowId: string;
  /** What it shows, for its line in `docs/examples.md`. */
  readonly shows: string;
  readonly alphabet: Alphabet;
  /** Paths that the search does not try, because only data tells them from others. */
  readonly extra?: readonly (readonly Happening[])[];
  /** Transitions that no run can take: a part of their key, and the reason. */
  readonly unreachable?: Readonly<Record<string, string>>;
  /** A run without trouble: who answers, what is given and what comes of it. */
  readonly happy: {
    readonly inputs: JsonObject;
    /** By method and path of the request, the answers in turn; the last one again and again. */
    readonly api: Readonly<Record<string, readonly Response[]>>;
    readonly outputs: JsonObject;
    /** All requests in order: method, target, body, and in brackets the `Authorization`. */
    readonly requests: readonly string[];
  };
}

export type Response = Extract<Happening, { type: 'response' }>;

/** A JSON answer. */
export function json(statusCode: number, body?: JsonValue): Response {
  return { type: 'response', statusCode, ...(body === undefined ? {} : { body }) };
}

/** An answer in XML. */
export function xml(statusCode: number, body: string): Response {
  return { type: 'response', statusCode, headers: { 'content-type': 'application/xml' }, body };
}

export function submit(values: JsonObject): Happening {
  return { type: 'submit', values };
}

/** The connection is lost. */
export const LOST: Happening = { type: 'lost', kind: 'network' };

/** The same where the request is never sent twice: nobody knows what became of it. */
export const INTERRUPTED: Happening = { type: 'lost', kind: 'interrupted' };

export const BROKEN = json(500, { error_type: 'internal' });
