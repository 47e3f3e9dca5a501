import { isUriReference } from '../document/uri.ts';
import type { SourceDescription } from './model.ts';
import type { ReadContext } from './read-context.ts';
import { readFields, reportNewer } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { SOURCE_SHAPE } from './shapes.ts';
import { suggest } from './suggest.ts';

const TYPES = ['openapi', 'arazzo', 'asyncapi'] as const;
const { section } = SOURCE_SHAPE;

/**
 * Reads a Source Description Object.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#source-description-object
 */
export function readSource(context: ReadContext, { value, pointer }: Item): SourceDescription | undefined {
  const fields = readFields(context, value, pointer, SOURCE_SHAPE);
  if (fields === undefined) return undefined;
  const written = fields.string('type');
  const type = TYPES.find((name) => name === written);
  if (written !== undefined && type === undefined) {
    const hint = suggest(written, TYPES);
    const message = `"type" of a source must be one of ${TYPES.map((name) => `"${name}"`).join(', ')}, not "${written}".${hint}`;
    context.problem('error', 'arazzo/field-value', `${pointer}/type`, message, { section });
  }
  if (type === 'asyncapi' && context.version === '1.0')
    reportNewer(context, 'asyncapi', `${pointer}/type`, section);
  const name = fields.string('name');
  const url = fields.string('url');
  for (const [field, text] of [
    ['name', name],
    ['url', url],
  ] as const) {
    if (text !== '') continue;
    context.problem(
      'error',
      'arazzo/field-value',
      `${pointer}/${field}`,
      `"${field}" of a source must not be empty.`,
      { section },
    );
  }
  if (url !== undefined && !isUriReference(url)) {
    const message = '"url" of a source must be a URI-reference; this is read as if it were percent-encoded.';
    context.problem('warning', 'arazzo/lenient-form', `${pointer}/url`, message, { section });
  }
  if (name === undefined || url === undefined || name === '') return undefined;
  return { pointer, name, url, ...(type === undefined ? {} : { type }) };
}
