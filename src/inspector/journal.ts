import type { Entry, EntryBody } from './entry.ts';

/** Keeps what happened, up to a limit, and tells it on. */
export interface Journal {
  readonly add: (at: number, actor: string, body: EntryBody) => void;
  /** The entries that are kept, as JSON, oldest first. */
  readonly lines: () => readonly string[];
  /** How many older entries were let go. */
  readonly dropped: () => number;
}

/** The limits of a journal. */
export interface JournalLimits {
  readonly maxEntries: number;
  /** Of the entries as JSON, in UTF-16 code units. */
  readonly maxLength: number;
}

/**
 * Makes a journal: entries are numbered and kept as JSON; above the limits the oldest are let go.
 *
 * @param tell - is given each entry as JSON
 */
export function createJournal(limits: JournalLimits, tell: (line: string) => void): Journal {
  const kept: string[] = [];
  // The entries before this place are gone; taking them out of the array one by one would move all others.
  let first = 0;
  let length = 0;
  let seq = 0;
  let dropped = 0;
  const letGo = (): void => {
    length -= kept[first]?.length ?? 0;
    kept[first] = '';
    first += 1;
    dropped += 1;
    if (first > 1000 && first * 2 > kept.length) {
      kept.splice(0, first);
      first = 0;
    }
  };
  return {
    add: (at, actor, body) => {
      seq += 1;
      const line = JSON.stringify({ seq, at, actor, ...body } satisfies Entry);
      kept.push(line);
      length += line.length;
      while (
        kept.length - first > limits.maxEntries ||
        (length > limits.maxLength && kept.length - first > 1)
      )
        letGo();
      tell(line);
    },
    lines: () => kept.slice(first),
    dropped: () => dropped,
  };
}
