import type { ArazzoDocument, Workflow } from '../arazzo/model.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { createReporter } from '../document/reporter.ts';
import type { AsyncApiDocument } from '../asyncapi/asyncapi-document.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import type { WorkflowPlan } from './workflow-plan.ts';

/** The descriptions of a document's sources by name; `undefined` for one that could not be read. */
export type Sources = Readonly<Record<string, OpenApiDocument | undefined>>;

/** The AsyncAPI descriptions of a document's sources by name; `undefined` for one that could not be read. */
export type AsyncSources = Readonly<Record<string, AsyncApiDocument | undefined>>;

/** Another Arazzo document that is a source of this one. */
export interface ArazzoSource {
  readonly parsed: ParsedDocument;
  readonly document: ArazzoDocument;
  readonly sources: Sources;
  readonly documents: Documents;
  readonly asyncSources: AsyncSources;
}

/** The Arazzo documents among a document's sources, by name; `undefined` for one that could not be read. */
export type Documents = Readonly<Record<string, ArazzoSource | undefined>>;

/** What linking a document's workflows needs at hand. */
export interface LinkContext {
  readonly document: ArazzoDocument;
  readonly sources: Sources;
  readonly asyncSources: AsyncSources;
  readonly reporter: ReturnType<typeof createReporter>;
  /** Links a workflow of this document; the same one once. `undefined`: it cannot be linked, which has been said. */
  readonly link: (workflow: Workflow) => WorkflowPlan | undefined;
  /** The context of a source that is an Arazzo document. */
  readonly contextOf: (source: string) => LinkContext | undefined;
}
