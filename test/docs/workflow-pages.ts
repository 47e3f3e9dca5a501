import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGraph } from '../../src/diagram/create-graph.ts';
import { ANY_OTHER_FAILURE } from '../../src/diagram/edge-words.ts';
import { allNodes, type DiagramEdge, type DiagramGraph, type NodeKind } from '../../src/diagram/graph.ts';
import { toSvg } from '../../src/diagram/to-svg.ts';
import type { JsonValue } from '../../src/document/json.ts';
import { formatExpression } from '../../src/expressions/format-expression.ts';
import type { Template } from '../../src/expressions/template.ts';
import { loadDocument, type WorkflowPlan } from '../../src/index.ts';
import type { InputPlan } from '../../src/plan/workflow-plan.ts';

const ROOT = new URL('../../', import.meta.url);

/** Where the pages and the pictures are checked in. */
export const PAGES_FOLDER = new URL('docs/workflows/', ROOT);

/** The picture in the README: what the login does, at a glance. */
const README_PICTURE = { workflowId: 'sms-otp-login', file: 'sms-otp-login-overview.svg' };

const NOTE = '<!-- Written by `npm run generate:diagrams` from the workflow. -->';

/** A workflow of `workflows/`, and the document it stands in. */
export interface WorkflowOfFile {
  readonly plan: WorkflowPlan;
  /** From the root of the repository. */
  readonly file: string;
}

/** Every workflow in `workflows/`, by file, those of a file in document order. */
export async function allWorkflows(): Promise<readonly WorkflowOfFile[]> {
  const files = globSync('workflows/**/*.arazzo.yaml', { cwd: fileURLToPath(ROOT) })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted();
  const found: WorkflowOfFile[] = [];
  for (const file of files) {
    const { value, diagnostics } = await loadDocument(fileURLToPath(new URL(file, ROOT)));
    const problems = diagnostics.filter(({ severity }) => severity === 'error');
    if (value === undefined || problems.length > 0) {
      throw new Error(`${file}: ${problems.map(({ message }) => message).join(' ')}`);
    }
    found.push(...value.plans.map((plan) => ({ plan, file })));
  }
  return found;
}

/** The files of `docs/workflows/` as they come out of `workflows/` now: file name to text. */
export async function workflowPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const workflows = await allWorkflows();
  for (const workflow of workflows) {
    const { plan } = workflow;
    const { workflowId } = plan;
    if (pages.has(`${workflowId}.md`)) throw new Error(`There are two workflows "${workflowId}".`);
    pages.set(`${workflowId}.md`, pageOf(workflow));
    pages.set(`${workflowId}.svg`, await toSvg(plan));
    if (workflowId === README_PICTURE.workflowId) {
      pages.set(README_PICTURE.file, await toSvg(plan, { detail: 'overview' }));
    }
  }
  return pages.set('README.md', indexOf(workflows));
}

function indexOf(workflows: readonly WorkflowOfFile[]): string {
  const rows = workflows.map(({ plan, file }) => [
    `[${plan.workflowId}](${plan.workflowId}.md)`,
    cell(plan.summary ?? plan.description ?? ''),
    `[${file.replace('workflows/', '')}](../../${file})`,
  ]);
  return `${NOTE}\n\n# The workflows in pictures\n\n${table(['workflow', 'what it does', 'document'], rows)}`;
}

function pageOf({ plan, file }: WorkflowOfFile): string {
  const graph = createGraph(plan);
  const { workflowId, summary, description } = plan;
  return [
    NOTE,
    `# ${workflowId}`,
    ...[summary, description].filter((text) => text !== undefined).map((text) => flat(text)),
    `In [${file}](../../${file}).`,
    `![The states of ${workflowId} and the edges between them](${workflowId}.svg)`,
    KEY,
    `## States\n\n${table(['state', 'what it is', 'step'], statesOf(graph))}`.trimEnd(),
    inputsOf(plan).trimEnd(),
    outputsOf(plan).trimEnd(),
    `## Errors\n\n${table(['in', 'name', 'when', 'then'], errorsOf(graph))}`.trimEnd(),
  ]
    .join('\n\n')
    .concat('\n');
}

const KEY =
  'Yellow states wait for a person, blue ones for an answer, dashed ones for the time of a retry, and a double border is an end. Green lines are successes, broken red ones failures, dotted violet ones retries, dotted yellow ones the ways back that a person can take.';

const KIND_WORDS: Readonly<Partial<Record<NodeKind, string>>> = {
  waiting: 'waits for a person',
  busy: 'calls the API',
  backoff: 'waits for the time of a retry',
  recovering: 'runs before a retry',
  compound: 'runs a workflow inside',
  'final-done': 'end: done',
  'final-failed': 'end: failed',
  'final-cancelled': 'end: cancelled',
};

function statesOf(graph: DiagramGraph): readonly (readonly string[])[] {
  return allNodes(graph.nodes)
    .filter(({ kind }) => kind !== 'start')
    .map(({ id, kind, details, stepId }) => [
      code(id),
      [KIND_WORDS[kind] ?? kind, ...details.map(code)].join(': '),
      stepId === undefined ? '' : code(stepId),
    ]);
}

function inputsOf({ inputs }: WorkflowPlan): string {
  if (inputs.length === 0) return '## Inputs\n\nNone.';
  const rows = inputs.map((input) => [
    code(input.name),
    cell(schemaWords(input)),
    needOf(input),
    descriptionOf(input.schema),
  ]);
  return `## Inputs\n\n${table(['input', 'values', 'needed', 'what it is'], rows)}`;
}

function needOf({ requiredBecause, requiredAtStart, home, choices, secret }: InputPlan): string {
  const need =
    requiredBecause !== undefined
      ? `asked for before ${code(home ?? '')}`
      : requiredAtStart === true
        ? 'at the start'
        : 'no';
  return [need, ...(choices === undefined ? [] : ['to choose']), ...(secret ? ['secret'] : [])].join(', ');
}

/** Type, format, limits and default, as the schema says them. */
function schemaWords({ schema }: InputPlan): string {
  const member = (name: string): JsonValue | undefined => memberOfSchema(schema, name);
  const shown = ['format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'default']
    .filter((name) => member(name) !== undefined)
    .map((name) => `${name} ${code(JSON.stringify(member(name)))}`);
  const values = member('enum');
  const type = Array.isArray(values)
    ? values.map((value) => code(JSON.stringify(value))).join(' or ')
    : member('type');
  return [typeof type === 'string' ? type : JSON.stringify(type ?? 'any').replaceAll('"', ''), ...shown].join(
    ', ',
  );
}

function descriptionOf(schema: JsonValue): string {
  const description = memberOfSchema(schema, 'description');
  return typeof description === 'string' ? cell(description) : '';
}

function memberOfSchema(schema: JsonValue, name: string): JsonValue | undefined {
  if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, name)) return undefined;
  return (schema as Readonly<Record<string, JsonValue>>)[name];
}

function outputsOf({ outputs }: WorkflowPlan): string {
  if (outputs.length === 0) return '## Outputs\n\nNone.';
  const rows = outputs.map(({ name, value, secret }) => [
    code(name),
    code(templateText(value)),
    secret ? 'secret' : '',
  ]);
  return `## Outputs\n\n${table(['output', 'taken from', ''], rows)}`;
}

/** A template as its document has it. */
function templateText(template: Template): string {
  switch (template.kind) {
    case 'constant':
      return JSON.stringify(template.value);
    case 'expression':
      return formatExpression(template.expression);
    case 'text':
      return template.parts
        .map((part) => (typeof part === 'string' ? part : `{${formatExpression(part)}}`))
        .join('');
    case 'selector':
      return `${formatExpression(template.context)} ~ ${template.query}`;
    case 'object':
      return `{ ${template.members.map(([name, value]) => `${name}: ${templateText(value)}`).join(', ')} }`;
    case 'array':
      return `[${template.items.map(templateText).join(', ')}]`;
  }
}

/** Every way in which a step can fail, in the order in which they are tried, and what comes then. */
function errorsOf(graph: DiagramGraph): readonly (readonly string[])[] {
  const kinds = new Set<DiagramEdge['kind']>(['failure', 'retry', 'timeout']);
  const backoffs = new Set(
    allNodes(graph.nodes)
      .filter(({ kind }) => kind === 'backoff' || kind === 'recovering')
      .map(({ id }) => id),
  );
  const failures = graph.edges.filter(
    ({ kind, isMinor, from }) => kinds.has(kind) && !isMinor && !backoffs.has(from),
  );
  const isDefault = ({ label }: DiagramEdge): boolean => label === ANY_OTHER_FAILURE;
  const places = [...new Set(failures.map(({ from }) => from))];
  const rows = places
    .flatMap((place) =>
      failures
        .filter(({ from }) => from === place)
        .toSorted((one, other) => Number(isDefault(one)) - Number(isDefault(other))),
    )
    .map(({ from, label, guard, to, forgets }) =>
      JSON.stringify([
        from === '' ? 'any state' : code(from),
        code(label),
        guard === undefined ? '' : code(guard),
        [code(to), ...(forgets.length === 0 ? [] : [`forgets ${forgets.map(code).join(', ')}`])].join('; '),
      ]),
    );
  return [...new Set(rows)].map((row) => JSON.parse(row) as readonly string[]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function cell(text: string): string {
  return flat(text).replaceAll('|', String.raw`\|`);
}

/** A text as code, in a table. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${cell(text)}${fence}`;
}
