import type { Diagnostic } from '../../src/document/diagnostic.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import type { ArazzoDocument, Step, Workflow } from '../../src/arazzo/model.ts';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import { validateArazzo } from '../../src/arazzo/validate-arazzo.ts';

/** A document that was read and checked. */
export interface Checked {
  readonly model: ArazzoDocument | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses, reads and checks a text, all phases' diagnostics in one list. */
export function check(text: string): Checked {
  const parsed = parseDocument(text, { uri: 'file:///example.arazzo.yaml' });
  if (parsed.value === undefined) return { model: undefined, diagnostics: parsed.diagnostics };
  const read = readArazzo(parsed.value);
  const rules = read.value === undefined ? [] : validateArazzo(parsed.value, read.value);
  return { model: read.value, diagnostics: [...parsed.diagnostics, ...read.diagnostics, ...rules] };
}

/** The diagnostics in short: `error arazzo/field-type /info/version`. */
export function problems(text: string): readonly string[] {
  return check(text).diagnostics.map(
    ({ severity, code, location }) => `${severity} ${code} ${location.pointer}`,
  );
}

const HEAD = `info: { title: Example, version: 1.0.0 }
sourceDescriptions:
  - { name: api, url: ./openapi.yaml, type: openapi }
`;

/** A document with the members of a step as YAML flow text, and more text after its only workflow. */
export function withStep(
  members: string,
  options: { version?: string; workflow?: string; after?: string } = {},
): string {
  const { version = '1.0.1', workflow = '', after = '' } = options;
  const own = workflow === '' ? '' : `${workflow}, `;
  return `arazzo: ${version}\n${HEAD}workflows:\n  - { workflowId: main, ${own}steps: [{ stepId: one, ${members} }] }\n${after}`;
}

/** The only step of a document. */
export function stepOf(text: string): Step | undefined {
  return workflowOf(text)?.steps[0];
}

/** The first workflow of a document. */
export function workflowOf(text: string): Workflow | undefined {
  return check(text).model?.workflows[0];
}
