import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import type { Result } from '../document/diagnostic.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { isUriReference } from '../document/uri.ts';
import type { ArazzoDocument, ArazzoVersion } from './model.ts';
import { optional } from './optional.ts';
import { readComponents } from './read-components.ts';
import { createReadContext } from './read-context.ts';
import type { ReadContext } from './read-context.ts';
import { describe, readFields } from './read-fields.ts';
import type { Fields } from './read-fields.ts';
import { readSource } from './read-source.ts';
import { readWorkflow } from './read-workflow.ts';
import { DOCUMENT_SHAPE, INFO_SHAPE } from './shapes.ts';
import { INTERACTION_SECTION } from './specification.ts';

const { section } = DOCUMENT_SHAPE;

const VERSIONS: readonly ArazzoVersion[] = ['1.0', '1.1', '1.2'];

function isOfVersion(written: string, version: ArazzoVersion): boolean {
  return written.startsWith(`${version}.`) && /^\d+\.\d+\.\d+(?:-.+)?$/.test(written);
}

/**
 * Reads an Arazzo Description: its model, and every problem of its structure. A node that is broken is reported
 * and left out of the model, and the rest goes on; there is no model when the document is none of Arazzo, or of
 * a version that is not read (1.0 and 1.1 are, and the draft of 1.2). Never throws. What the parts say about each other is checked by
 * `validateArazzo`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#arazzo-specification-object
 */
export function readArazzo(document: ParsedDocument): Result<ArazzoDocument> {
  const root = isJsonObject(document.value) ? document.value : {};
  const written = memberOf(root, 'arazzo');
  const version = VERSIONS.find((known) => typeof written === 'string' && isOfVersion(written, known));
  const context = createReadContext(document, root, version ?? '1.1');
  if (typeof written !== 'string' || version === undefined) {
    reportNoVersion(context);
    return { value: undefined, diagnostics: context.diagnostics() };
  }
  if (version === '1.2') {
    const message = `Arazzo ${written} is a draft, which may change: what this document says may mean something else then.`;
    context.problem('warning', 'arazzo/draft-version', '/arazzo', message, { section: INTERACTION_SECTION });
  }
  const fields = readFields(context, root, '', DOCUMENT_SHAPE);
  const value = fields === undefined ? undefined : readDocument(context, fields, written);
  return { value, diagnostics: context.diagnostics() };
}

function readDocument(context: ReadContext, fields: Fields, arazzo: string): ArazzoDocument {
  const info = fields.has('info')
    ? readFields(context, fields.value('info'), '/info', INFO_SHAPE)
    : undefined;
  for (const name of ['sourceDescriptions', 'workflows']) {
    if (!fields.has(name) || fields.items(name).length > 0) continue;
    context.problem('error', 'arazzo/empty-list', `/${name}`, `"${name}" must have an entry.`, { section });
  }
  const sourceDescriptions = fields
    .items('sourceDescriptions')
    .flatMap((item) => readSource(context, item) ?? []);
  const { components, inputs } = readComponents(context, fields.object('components'), sourceDescriptions);
  const scope = { sources: sourceDescriptions, components };
  return {
    pointer: '',
    uri: context.document.uri,
    arazzo,
    version: context.version,
    ...optional('self', readSelf(context, fields)),
    info: {
      title: info?.string('title') ?? '',
      version: info?.string('version') ?? '',
      ...optional('summary', info?.string('summary')),
      ...optional('description', info?.string('description')),
    },
    sourceDescriptions,
    workflows: fields.items('workflows').flatMap((item) => readWorkflow(context, item, scope) ?? []),
    componentInputs: inputs,
  };
}

function readSelf(context: ReadContext, fields: Fields): string | undefined {
  const self = fields.string('$self');
  if (self === undefined) return undefined;
  const problem = !isUriReference(self)
    ? '"$self" must be a URI-reference: other characters are percent-encoded.'
    : self.includes('#')
      ? '"$self" must not have a fragment.'
      : undefined;
  if (problem === undefined) return self;
  context.problem('error', 'arazzo/field-value', '/$self', problem, { section });
  return undefined;
}

function reportNoVersion(context: ReadContext): void {
  const { document, root } = context;
  const written = memberOf(root, 'arazzo');
  if (written !== undefined) {
    const told =
      typeof written === 'string'
        ? `"${written}"`
        : typeof written === 'number'
          ? String(written)
          : describe(written);
    const quotes = written === 1 || written === 1.1 ? ' Write "1.0.1" or "1.1.0".' : '';
    const message = `The Arazzo version ${told} is not supported; 1.0 and 1.1 are, and the draft of 1.2.${quotes}`;
    context.problem('error', 'arazzo/unsupported-version', '/arazzo', message, { section: 'versions' });
  } else if (memberOf(root, 'workflowsSpec') !== undefined) {
    const message = '"workflowsSpec" is from before Arazzo 1.0; write "arazzo: 1.0.1".';
    context.problem('error', 'arazzo/unsupported-version', '/workflowsSpec', message, {
      part: 'key',
      section: 'versions',
    });
  } else
    context.problem(
      'error',
      'arazzo/not-arazzo',
      '',
      notArazzo(document.value === root ? root : undefined, document),
      { section },
    );
}

function notArazzo(root: JsonObject | undefined, document: ParsedDocument): string {
  if (root === undefined) return `An Arazzo Description must be an object, not ${describe(document.value)}.`;
  const other = ['openapi', 'swagger', 'asyncapi'].find((name) => memberOf(root, name) !== undefined);
  const found = other === undefined ? '' : `; it has "${other}", so it is a source description`;
  return `An Arazzo Description must say its version in "arazzo"${found}.`;
}
