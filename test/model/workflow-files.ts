import { loadDocument } from '../../src/run/load-document.ts';
import type { OpenApiDocument } from '../../src/openapi/openapi-document.ts';
import type { JsonObject } from '../../src/document/json.ts';
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
export async function subjectOf(workflowId: WorkflowId): Promise<Subject> {
  const path = new URL(`../../workflows/${workflowId}.arazzo.yaml`, import.meta.url).pathname;
  const { value, diagnostics } = await loadDocument(path);
  const plan = value?.planFor(workflowId);
  if (value === undefined || plan === undefined)
    throw new Error(diagnostics.map(({ message }) => message).join(' '));
  const sources = value.sources as Readonly<Record<string, OpenApiDocument>>;
  return { document: value.parsed.value as JsonObject, workflowId, sources, plan };
}
