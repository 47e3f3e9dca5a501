import type { ReadContext } from './read-context.ts';
import type { SourceDescription } from './model.ts';

/** An id, and the source description that it belongs to where the document says one. */
export interface QualifiedId {
  readonly source?: string;
  readonly id: string;
}

const PREFIX = '$sourceDescriptions.';

/**
 * Reads the id of an operation or a workflow: a plain one, or `$sourceDescriptions.<name>.<id>`. An expression
 * of another kind is reported.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function readQualifiedId(
  context: ReadContext,
  text: string,
  pointer: string,
  section: string,
  sources: readonly SourceDescription[],
): QualifiedId | undefined {
  const braced = /^\{(\$.*)\}$/s.exec(text)?.[1];
  const local = /^\$workflows\.([^.]+)$/.exec(braced ?? text)?.[1];
  const written = braced ?? text;
  const qualified = written.startsWith(PREFIX)
    ? splitSource(written.slice(PREFIX.length), sources)
    : undefined;
  const result = qualified ?? (local === undefined ? undefined : { id: local });
  if (result !== undefined) {
    if (braced !== undefined || local !== undefined) {
      const plain = local ?? written;
      context.problem('warning', 'arazzo/lenient-form', pointer, `"${text}" is read as "${plain}".`, {
        section,
      });
    }
    return result;
  }
  if (text !== '' && !text.startsWith('$') && braced === undefined) return { id: text };
  const message =
    text === ''
      ? 'An id must not be empty.'
      : `"${text}" must be an id, or "$sourceDescriptions.<name>.<id>".${text.startsWith('$sourceDescription.') ? ' Did you mean "$sourceDescriptions"?' : ''}`;
  context.problem('error', 'arazzo/field-value', pointer, message, { section });
  return undefined;
}

/** Splits `<name>.<rest>`; a name that holds a dot is known by the sources that are declared. */
export function splitSource(
  text: string,
  sources: readonly SourceDescription[],
): Required<QualifiedId> | undefined {
  const declared = sources
    .map((source) => source.name)
    .filter((name) => text.startsWith(`${name}.`) && text.length > name.length + 1)
    .toSorted((left, right) => right.length - left.length)[0];
  const dot = declared?.length ?? text.indexOf('.');
  if (dot <= 0 || dot === text.length - 1) return undefined;
  return { source: text.slice(0, dot), id: text.slice(dot + 1) };
}
