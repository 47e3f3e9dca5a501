/** The heading of what only the draft of 1.2 has, which is not published yet. */
export const INTERACTION_SECTION = 'interaction-object';

const DRAFT_OF_INTERACTIONS = 'https://github.com/OAI/Arazzo-Specification/pull/568';

/** Where a section of the Arazzo Specification can be read, by the fragment of its heading. */
export function specificationSection(fragment: string): string {
  if (fragment === INTERACTION_SECTION) return DRAFT_OF_INTERACTIONS;
  return `https://spec.openapis.org/arazzo/v1.1.0.html#${fragment}`;
}

/** The names that ids should have, so that an expression can refer to them without doubt. */
export const IDENTIFIER = /^[A-Za-z0-9_-]+$/;

/** The keys of `outputs` and of the maps under `components`. */
export const MAP_KEY = /^[A-Za-z0-9._-]+$/;
