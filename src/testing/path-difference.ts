/** The first thing in which a run is not what the document says. */
export interface PathDifference {
  /** What is different. `stage`: the run could not be played at all. */
  readonly what: 'request' | 'state' | 'wait' | 'outcome' | 'stage';
  /** The index of the happening after which it shows; -1 at the start. */
  readonly index: number;
  /** The step that it is about, where it is about one. */
  readonly stepId?: string;
  /** The request of the step, `POST https://…`, where it is about one. */
  readonly request?: string;
  /** What the document asks for. */
  readonly expected: string;
  readonly actual: string;
  /** It shows only where the run is stored and restored in each of its states. */
  readonly isRestored?: true;
}

/** A difference before it is known where on the path it shows. */
export type Found = Omit<PathDifference, 'index'>;

/** A value as a text that does not depend on the order of members. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
