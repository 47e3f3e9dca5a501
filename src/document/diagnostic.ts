import type { DiagnosticCode } from './diagnostic-codes.ts';

/** `error`: the document is refused · `warning`: it is accepted and may surprise · `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** A stretch of a source text. `start` and `end` are 0-based UTF-16 offsets, `end` exclusive. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** A line and a column of a text, both 1-based; columns count UTF-16 units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** A place in a document: which one, the node's JSON Pointer (RFC 6901, '' is the root) and its text. */
export interface Location extends LineColumn {
  readonly uri: string;
  readonly pointer: string;
  readonly range: SourceRange;
}

/** Another place that a diagnostic speaks of, with what is to be seen there. */
export interface RelatedLocation {
  readonly message: string;
  readonly location: Location;
}

/**
 * One problem of a document. `message` is one plain sentence without colour; `code` is stable and has a
 * section in `docs/diagnostics.md`; `help` links to the section of the specification that asks for it.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly location: Location;
  readonly related?: readonly RelatedLocation[];
  readonly help?: string;
}

/** What a phase gives: its result, absent when the document is too broken for one, and every problem found. */
export interface Result<Value> {
  readonly value: Value | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** At most this many diagnostics are given for one document. */
export const MAX_DIAGNOSTICS = 100;

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * At most {@link MAX_DIAGNOSTICS} of the problems, in their order: where there are more, errors stay before warnings, so
 * that what refuses a document is never among those left out.
 */
export function mostSevere<Problem extends { readonly severity: Severity }>(
  problems: readonly Problem[],
): readonly Problem[] {
  if (problems.length <= MAX_DIAGNOSTICS) return problems;
  const kept = new Set(
    problems.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]).slice(0, MAX_DIAGNOSTICS),
  );
  return problems.filter((problem) => kept.has(problem));
}

/** Whether none of the diagnostics refuses the document. */
export function isValid(diagnostics: readonly Diagnostic[]): boolean {
  return !diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
