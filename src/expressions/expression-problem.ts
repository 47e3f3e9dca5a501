import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { Severity } from '../document/diagnostic.ts';

/** A problem inside of a value. */
export interface ExpressionProblem {
  /** JSON Pointer relative to the value that was parsed; `''` is the value itself. */
  readonly pointer: string;
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  readonly message: string;
  /** The text that was probably meant. */
  readonly suggestion?: string;
}

/** Takes a problem of a Selector Object or a Criterion Object; its pointer is relative to the object. */
export type Report = (problem: ExpressionProblem) => void;

/** A form that is not the specification's and whose meaning is plain. */
export function quirk(pointer: string, message: string, suggestion?: string): ExpressionProblem {
  return problemAt('warning', 'expression/quirk', pointer, message, suggestion);
}

/** A member that is missing or cannot be what it is. */
export function misshapen(pointer: string, message: string): ExpressionProblem {
  return problemAt('error', 'expression/criterion-shape', pointer, message);
}

/** A problem of any kind. */
export function problemAt(
  severity: 'error' | 'warning',
  code: DiagnosticCode,
  pointer: string,
  message: string,
  suggestion?: string,
): ExpressionProblem {
  return { pointer, severity, code, message, ...(suggestion !== undefined ? { suggestion } : {}) };
}
