import type { ArazzoDocument } from '../../src/arazzo/model.ts';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import { validateArazzo } from '../../src/arazzo/validate-arazzo.ts';
import { toMermaid } from '../../src/diagram/to-mermaid.ts';
import { codeFrame } from '../../src/document/code-frame.ts';
import type { Diagnostic } from '../../src/document/diagnostic.ts';
import { MAX_DIAGNOSTICS } from '../../src/document/diagnostic.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import type { ParsedDocument } from '../../src/document/parsed-document.ts';
import { readAsyncApi, type AsyncApiDocument } from '../../src/asyncapi/asyncapi-document.ts';
import { isJsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { generateModule } from '../../src/machines/generate-module.ts';
import { describeResponses } from '../../src/openapi/describe-responses.ts';
import { readOpenApi, type OpenApiDocument } from '../../src/openapi/openapi-document.ts';
import type { ArazzoSource, AsyncSources, Documents, Sources } from '../../src/plan/link-context.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import type { WorkflowMachine } from '../../src/machines/workflow-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { play, type Choices } from './play.ts';
import { PARTS, type Texts } from './seeds.ts';

/** What became of a document: how far it got, for the statistics. */
export type Reached = 'text' | 'model' | 'plan' | 'machine';

/**
 * Takes a document through every phase, checks what each gives, and plays the machines that it becomes. Throws for
 * whatever must not be.
 */
export function takeThrough(texts: Texts, choices: Choices): Reached {
  const { own, document, openapi, documents, events } = readAll(texts);
  if (own === undefined) return 'text';
  if (document === undefined) return 'model';
  const plans = linked(own, document, openapi, documents, events);
  if (plans.length === 0) return 'plan';
  // One of them, to be quick; which one, the choices decide.
  const plan = plans[choices.moves.length % plans.length];
  if (plan !== undefined) tryPlan(plan, choices);
  generateModule(plans);
  return 'machine';
}

interface AllRead {
  readonly own: ParsedDocument | undefined;
  readonly document: ArazzoDocument | undefined;
  readonly openapi: Sources;
  readonly documents: Documents;
  readonly events: AsyncSources;
}

function readAll(texts: Texts): AllRead {
  const own = parsed(texts.document, 'file:///fuzz/document.yaml');
  const document = own && modelOf(own);
  const openapi: Record<string, OpenApiDocument | undefined> = {};
  const events: Record<string, AsyncApiDocument | undefined> = {};
  for (const [name, text] of Object.entries(texts.openapi)) {
    const described = descriptionOf(name, text);
    if (described !== undefined && 'channels' in described) events[name] = described;
    else openapi[name] = described;
  }
  const documents: Record<string, ArazzoSource | undefined> = {};
  for (const [name, text] of Object.entries(texts.arazzo ?? {})) {
    const other = calledBy(name, text);
    documents[name] = other && { ...other, sources: openapi, documents: {}, asyncSources: {} };
  }
  return { own, document, openapi, documents, events };
}

/** The plans of a document that is as it should be. */
export function plansOf(texts: Texts): readonly WorkflowPlan[] {
  const { own, document, openapi, documents, events } = readAll(texts);
  if (own === undefined || document === undefined) throw new Error('The seed cannot be read.');
  return linked(own, document, openapi, documents, events);
}

/** Compiles, draws and plays a plan, one that was stored and read back. */
export function tryPlan(plan: WorkflowPlan, choices: Choices): void {
  const stored = JSON.parse(JSON.stringify(plan)) as WorkflowPlan;
  toMermaid(stored);
  play(machineOf(stored), stored, choices);
}

/** A machine that always believes it is {@link NOW}. */
export function machineOf(plan: WorkflowPlan): WorkflowMachine {
  return compileMachine(plan, { now: () => NOW });
}

/** The time at which every play takes place. */
export const NOW = Date.UTC(2030, 0, 1);

/** Parses a text and checks that its problems are located in it. */
export function parsed(text: string, uri: string): ParsedDocument | undefined {
  const { value, diagnostics } = parseDocument(text, { uri });
  checkAll(diagnostics, text);
  if (value === undefined && diagnostics.length === 0) throw new Error('Neither a value nor a diagnostic.');
  return value;
}

function modelOf(document: ParsedDocument): ArazzoDocument | undefined {
  const { value, diagnostics } = readArazzo(document);
  checkAll(diagnostics, document.text);
  if (value === undefined) {
    if (diagnostics.length === 0) throw new Error('Neither a model nor a diagnostic.');
    return undefined;
  }
  checkAll(validateArazzo(document, value), document.text);
  return value;
}

/** Remembers the results of a few texts: most cases leave all but one as they are. */
function remembering<Value>(
  read: (name: string, text: string) => Value,
): (name: string, text: string) => Value {
  const known = new Map<string, Value>();
  return (name, text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(name, text);
    if (known.size < 20) known.set(text, value);
    return value;
  };
}

const descriptionOf = remembering(readDescription);
const calledBy = remembering((name, text) => {
  const own = parsed(text, `file:///fuzz/${name}.arazzo.yaml`);
  const document = own && modelOf(own);
  return own && document && { parsed: own, document };
});

let knownParts: ReadonlyMap<string, ParsedDocument> | undefined;

/** The documents that descriptions refer to; broken ones are what the descriptions themselves are. */
function parts(): ReadonlyMap<string, ParsedDocument> {
  knownParts ??= new Map(
    Object.entries(PARTS).flatMap(([uri, text]) => {
      const document = parsed(text, uri);
      return document === undefined ? [] : [[uri, document] as const];
    }),
  );
  return knownParts;
}

function readDescription(name: string, text: string): OpenApiDocument | AsyncApiDocument | undefined {
  const document = parsed(text, `file:///fuzz/${name}.openapi.yaml`);
  if (document === undefined) return undefined;
  if (isJsonObject(document.value) && 'asyncapi' in document.value) {
    const { value, diagnostics } = readAsyncApi(document);
    checkAll(diagnostics, text);
    return value;
  }
  const { value, diagnostics } = readOpenApi(document, { documents: parts() });
  checkAll(diagnostics, text);
  for (const entry of value?.operations ?? []) if (value !== undefined) describeResponses(value, entry);
  return value;
}

function linked(
  document: ParsedDocument,
  model: ArazzoDocument,
  sources: Sources,
  documents: Documents,
  events: AsyncSources,
): readonly WorkflowPlan[] {
  const { value, diagnostics } = linkWorkflows(document, model, sources, documents, events);
  checkAll(
    diagnostics.filter(({ location }) => location.uri === document.uri),
    document.text,
  );
  return value;
}

function checkAll(diagnostics: readonly Diagnostic[], text: string): void {
  if (diagnostics.length > MAX_DIAGNOSTICS) throw new Error(`${diagnostics.length} diagnostics.`);
  let last = 0;
  for (const { location, message, code } of diagnostics) {
    const { range, line, column } = location;
    const wrong =
      range.start < last ||
      range.end < range.start ||
      range.end > text.length ||
      line < 1 ||
      column < 1 ||
      message === '' ||
      message.length > 20_000 ||
      /\[object |undefined|NaN"/.test(message.replace(/"[^"]*"/gs, '""'));
    if (wrong)
      throw new Error(
        `The diagnostic ${code} is no good: ${JSON.stringify({ location, message }).slice(0, 500)}`,
      );
    last = range.start;
    codeFrame(text, location);
  }
}
