import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codeFrame } from '../../document/code-frame.ts';
import { DEFAULT_MAX_BYTES } from '../../document/parse-document.ts';
import type { Diagnostic, Severity } from '../../document/diagnostic.ts';
import type { JsonObject } from '../../document/json.ts';
import { fileNameOf } from './file-name.ts';
import type { Palette } from './palette.ts';
import { printable, printableLine } from './printable.ts';

/** Gives the text that a location stands in, where it can be had. */
export type TextOf = (uri: string) => string | undefined;

/** Reads the texts of `file:` URIs for code frames, each once; `known` are those that were read already. */
export function createTextOf(known: readonly { readonly uri: string; readonly text: string }[]): TextOf {
  const texts = new Map<string, string | undefined>(known.map(({ uri, text }) => [uri, text]));
  return (uri) => {
    if (!texts.has(uri)) {
      let text: string | undefined;
      try {
        text = uri.startsWith('file:') ? regularText(fileURLToPath(uri)) : undefined;
      } catch {
        text = undefined;
      }
      texts.set(uri, text);
    }
    return texts.get(uri);
  };
}

/** The text of a file of ordinary size; a named pipe would be waited for, and a huge file read for a few lines. */
function regularText(path: string): string | undefined {
  const found = statSync(path);
  return found.isFile() && found.size <= DEFAULT_MAX_BYTES ? readFileSync(path, 'utf8') : undefined;
}

/** What the lines of diagnostics need to know. */
export interface DiagnosticContext {
  readonly directory: string;
  readonly style: Palette;
  readonly textOf: TextOf;
}

function colourOf(severity: Severity, style: Palette): (text: string) => string {
  if (severity === 'error') return style.bad;
  return severity === 'warning' ? style.warning : style.accent;
}

/** A diagnostic for people: place, severity, code and sentence, then the lines it speaks of. No final line break. */
export function renderDiagnostic(diagnostic: Diagnostic, context: DiagnosticContext): string {
  const { style, directory, textOf } = context;
  const { location, severity } = diagnostic;
  const place = `${fileNameOf(location.uri, directory)}:${String(location.line)}:${String(location.column)}`;
  const colour = colourOf(severity, style);
  const lines = [
    `${style.bold(place)} ${colour(severity)} ${style.dim(diagnostic.code)}`,
    `  ${printableLine(diagnostic.message, 1000)}`,
  ];
  // A file that could not be read has no lines to show.
  const text = diagnostic.code === 'document/unreadable' ? undefined : textOf(location.uri);
  if (text !== undefined && text !== '') {
    for (const line of printable(codeFrame(text, location)).split('\n')) {
      lines.push(`    ${/^\s*\|\s*\^+$/.test(line) ? colour(line) : style.dim(line)}`);
    }
  }
  for (const related of diagnostic.related ?? []) {
    const { uri, line, column } = related.location;
    const where = `${fileNameOf(uri, directory)}:${String(line)}:${String(column)}`;
    lines.push(`  ${style.dim(`${where} ${printableLine(related.message)}`)}`);
  }
  if (diagnostic.help !== undefined) lines.push(`  ${style.dim(`see ${printableLine(diagnostic.help)}`)}`);
  return lines.join('\n');
}

/** `2 errors, 1 warning`; empty when there is nothing to count. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const parts: string[] = [];
  for (const severity of ['error', 'warning', 'info'] as const) {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    if (count > 0) parts.push(`${String(count)} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`);
  }
  return parts.join(', ');
}

/** A diagnostic for programs; `uri` says where it stands when that is not the document itself. */
export function diagnosticJson(diagnostic: Diagnostic, documentUri?: string): JsonObject {
  const { code, severity, message, location } = diagnostic;
  const { pointer, line, column, uri } = location;
  const elsewhere = documentUri !== undefined && uri !== documentUri;
  return { code, severity, message, pointer, line, column, ...(elsewhere ? { uri } : {}) };
}
