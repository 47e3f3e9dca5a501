import { hasMember, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { AsyncApiDocument } from '../asyncapi/asyncapi-document.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import { type InputRules, inputRules } from './input-rules.ts';
import type { WorkflowReference } from './raw-reference.ts';
import { type RawWorkflow, readRawWorkflow, workflowsNamedBy } from './raw-workflow.ts';

/** An Arazzo document with what its source descriptions lead to, by their names. */
export interface DocumentSources {
  /** Known to be valid; parsed or as plain data. */
  readonly document: ParsedDocument | JsonValue;
  /** The OpenAPI descriptions. */
  readonly sources: Readonly<Record<string, OpenApiDocument>>;
  /** The AsyncAPI descriptions. */
  readonly asyncSources?: Readonly<Record<string, AsyncApiDocument>>;
  /** The other Arazzo documents. */
  readonly documents?: Readonly<Record<string, DocumentSources>>;
}

/** A workflow with all that it leads to. */
export interface Reading {
  readonly workflow: RawWorkflow;
  readonly rules: InputRules;
  /** What `dependsOn` asks for, transitively: each once, dependencies first, in written order. */
  readonly preludes: readonly Reading[];
  /** A workflow that this one names. */
  workflowOf(reference: WorkflowReference): Reading;
}

interface Cached {
  readonly from: DocumentSources;
  readonly readings: Map<string, Reading>;
}

const cache = new WeakMap<object, Cached>();

/**
 * Reads a workflow and every workflow it leads to; once for all runs with the same sources.
 * @throws Error where a document is not valid, or a workflow leads to itself.
 */
export function readWorkflow(from: DocumentSources, workflowId: string): Reading {
  const { document, sources, documents } = from;
  const key = typeof document === 'object' && document !== null ? document : {};
  const known = cache.get(key);
  const isSame = known?.from.sources === sources && known.from.documents === documents;
  const cached = known !== undefined && isSame ? known : { from, readings: new Map<string, Reading>() };
  cache.set(key, cached);
  const found = cached.readings.get(workflowId);
  if (found !== undefined) return found;
  const reading = createReader().read(from, workflowId);
  cached.readings.set(workflowId, reading);
  return reading;
}

function createReader() {
  const all = new Map<unknown, Map<string, Reading | 'open'>>();

  const read = (from: DocumentSources, workflowId: string): Reading => {
    const ofDocument = all.get(from.document) ?? new Map<string, Reading | 'open'>();
    all.set(from.document, ofDocument);
    const known = ofDocument.get(workflowId);
    if (known === 'open') throw new Error(`The workflow "${workflowId}" leads to itself.`);
    if (known !== undefined) return known;
    ofDocument.set(workflowId, 'open');
    const workflow = readRawWorkflow(from.document, workflowId, from.sources, from.asyncSources);
    const workflowOf = (reference: WorkflowReference): Reading =>
      read(homeOf(from, reference), reference.workflowId);
    for (const reference of workflowsNamedBy(workflow)) workflowOf(reference);
    const preludes = new Set<Reading>();
    for (const dependency of workflow.dependsOn.map(workflowOf)) {
      for (const earlier of dependency.preludes) preludes.add(earlier);
      preludes.add(dependency);
    }
    const rules = inputRules(
      workflow,
      [...preludes].map((prelude) => prelude.rules),
    );
    const reading = { workflow, rules, preludes: [...preludes], workflowOf };
    ofDocument.set(workflowId, reading);
    return reading;
  };
  return { read };
}

function homeOf(from: DocumentSources, { source }: WorkflowReference): DocumentSources {
  if (source === undefined) return from;
  const home = memberOf(from.documents ?? {}, source);
  if (home === undefined || !hasMember(home, 'document')) {
    throw new Error(`The source description "${source}" is no Arazzo document that was given.`);
  }
  return home;
}
