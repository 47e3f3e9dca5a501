import type { JsonObject } from '../../src/document/json.ts';
import type { AsyncApiDocument } from '../../src/asyncapi/asyncapi-document.ts';
import type { OpenApiDocument } from '../../src/openapi/openapi-document.ts';
import { loadDocument, type LoadedDocument } from '../../src/run/load-document.ts';
import type { DocumentSources } from '../../src/testing/reading.ts';
import type { Subject } from './lockstep.ts';

/** The ready-made logins. */
export const WORKFLOW_IDS = [
  'sms-otp-login',
  'whatsapp-otp-login',
  'email-otp-login',
  'sms-otp-mfa',
  'email-otp-discovery',
] as const;

export type WorkflowId = (typeof WORKFLOW_IDS)[number];

/** Reads one of the documents in `workflows/`, with its sources. */
export function subjectOf(workflowId: WorkflowId): Promise<Subject> {
  return subjectIn(new URL(`../../workflows/${workflowId}.arazzo.yaml`, import.meta.url), workflowId);
}

/** Reads a workflow of a document, with its sources and what those that are Arazzo documents refer to themselves. */
export async function subjectIn(url: URL, workflowId: string): Promise<Subject> {
  const loaded = await load(url);
  const plan = loaded.planFor(workflowId);
  if (plan === undefined) throw new Error(`${url.href} has no workflow "${workflowId}" that can be linked.`);
  return { ...(await readingOf(loaded)), workflowId, plan };
}

async function readingOf({
  document,
  parsed,
  sources,
  asyncSources,
}: LoadedDocument): Promise<DocumentSources> {
  const documents: Record<string, DocumentSources> = {};
  for (const { name, type, url } of document.sourceDescriptions) {
    if (type === 'arazzo') documents[name] = await readingOf(await load(new URL(url, parsed.uri)));
  }
  return {
    document: parsed.value as JsonObject,
    sources: sources as Readonly<Record<string, OpenApiDocument>>,
    asyncSources: asyncSources as Readonly<Record<string, AsyncApiDocument>>,
    documents,
  };
}

async function load(url: URL): Promise<LoadedDocument> {
  const { value, diagnostics } = await loadDocument(url.href);
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return value;
}
