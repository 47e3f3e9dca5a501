import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { TemplateProblem } from './parse-template.ts';

/** Takes a problem of a Criterion Object; its pointer is relative to the object. */
export type Report = (problem: TemplateProblem) => void;

/** A form that is not the specification's and whose meaning is plain. */
export function quirk(pointer: string, message: string, suggestion?: string): TemplateProblem {
  return problemAt('warning', 'expression/quirk', pointer, message, suggestion);
}

/** A member that is missing or cannot be what it is. */
export function misshapen(pointer: string, message: string): TemplateProblem {
  return problemAt('error', 'expression/criterion-shape', pointer, message);
}

/** A problem of any kind. */
export function problemAt(
  severity: 'error' | 'warning',
  code: DiagnosticCode,
  pointer: string,
  message: string,
  suggestion?: string,
): TemplateProblem {
  return { pointer, severity, code, message, ...(suggestion !== undefined ? { suggestion } : {}) };
}
