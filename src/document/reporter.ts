import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Diagnostic, RelatedLocation, Severity } from './diagnostic.ts';
import { mostSevere } from './diagnostic.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { shortMessage } from './short-message.ts';

/** A problem of a node of a document. */
export interface Report {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One plain sentence, names in double quotes. */
  readonly message: string;
  /** The JSON Pointer of the node. */
  readonly pointer: string;
  /** `key`: the member's name is shown, not its value. */
  readonly part?: 'key' | 'value';
  /** Other places that the message speaks of, in this document or another. */
  readonly related?: readonly RelatedLocation[];
  /** The section of the specification. */
  readonly help?: string;
}

/** Collects the problems of one document. */
export interface Reporter {
  report(problem: Report): void;
  /** What was reported, in document order, each once, at most `MAX_DIAGNOSTICS`. */
  diagnostics(): readonly Diagnostic[];
}

/** A reporter for one document, which locates what is reported. Errors are kept before warnings when it is full. */
export function createReporter(document: ParsedDocument): Reporter {
  const reported = new Map<string, Report>();
  return {
    report(problem) {
      const { code, pointer, part = 'value', message } = problem;
      const key = JSON.stringify([code, pointer, part, message]);
      if (!reported.has(key)) reported.set(key, problem);
    },
    diagnostics: () =>
      mostSevere([...reported.values()])
        .map((problem) => toDiagnostic(document, problem))
        .toSorted((a, b) => a.location.range.start - b.location.range.start),
  };
}

function toDiagnostic(document: ParsedDocument, problem: Report): Diagnostic {
  const { code, severity, message, pointer, part, related, help } = problem;
  return {
    code,
    severity,
    message: shortMessage(message),
    location: document.locate(pointer, part),
    ...(related !== undefined && related.length > 0 ? { related } : {}),
    ...(help !== undefined ? { help } : {}),
  };
}
