import type { JsonValue } from '../document/json.ts';
import type { EntryBody, Wait } from './entry.ts';
import type { Journal } from './journal.ts';
import type { Redactor } from './redactor.ts';

/** How long what happened is held back, in milliseconds. */
const HOLD_MS = 16;

/** The way of entries into the journal. */
export interface Stream {
  readonly redactor: Redactor;
  /** Takes an entry, in plain JSON and with secrets. `wait` gives the form of a snapshot, without them. */
  readonly put: (actor: string, body: EntryBody, wait?: () => Wait | undefined) => void;
  /** Passes on at once what is held back. */
  readonly flush: () => void;
}

/**
 * Makes a stream. Entries are held back for a moment: an event often holds a secret under another name than the
 * context has, so all of what happened together is learned from before any of it is redacted.
 */
export function createStream(journal: Journal, redactor: Redactor, now: () => number): Stream {
  let held: { readonly at: number; readonly actor: string; readonly body: EntryBody }[] = [];
  let waits: { readonly index: number; readonly wait: () => Wait | undefined }[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const entries = held;
    const asked = waits;
    held = [];
    waits = [];
    for (const { body } of entries) for (const value of valuesOf(body)) redactor.learn(value);
    const forms = new Map(asked.map(({ index, wait }) => [index, wait()]));
    for (const [index, { at, actor, body }] of entries.entries()) {
      const form = forms.get(index);
      journal.add(at, actor, { ...redacted(body, redactor), ...(form === undefined ? {} : { wait: form }) });
    }
  };
  return {
    redactor,
    flush,
    put: (actor, body, wait) => {
      if (wait !== undefined) waits.push({ index: held.length, wait });
      held.push({ at: now(), actor, body });
      timer ??= setTimeout(flush, HOLD_MS);
    },
  };
}

/** The parts of an entry that hold data. */
function valuesOf(body: EntryBody): readonly JsonValue[] {
  switch (body.kind) {
    case 'actor':
      return body.input === undefined ? [] : [body.input];
    case 'event':
      return [body.event];
    case 'snapshot':
      return [body.context, body.output, body.error].filter((value) => value !== undefined);
  }
}

function redacted(body: EntryBody, { redact }: Redactor): EntryBody {
  switch (body.kind) {
    case 'actor':
      return body.input === undefined ? body : { ...body, input: redact(body.input) };
    case 'event':
      return { ...body, event: redact(body.event) };
    case 'snapshot':
      return {
        ...body,
        ...(body.context === undefined ? {} : { context: redact(body.context) }),
        ...(body.output === undefined ? {} : { output: redact(body.output) }),
        ...(body.error === undefined ? {} : { error: redact(body.error) }),
      };
  }
}
