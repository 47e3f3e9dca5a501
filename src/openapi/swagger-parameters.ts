import type { OperationParameter, ParameterLocation, ParameterStyle } from './operation.ts';
import { malformed, type ObjectNode } from './unusable-part.ts';

const STYLES: Readonly<Record<string, ParameterStyle>> = {
  ssv: 'spaceDelimited',
  tsv: 'tabDelimited',
  pipes: 'pipeDelimited',
};

/**
 * How a parameter of Swagger 2.0 writes arrays: its `collectionFormat`, as a style of OpenAPI 3.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v2.0.html#parameter-object
 */
export function readSwaggerParameter(
  { value, pointer, document }: ObjectNode,
  location: ParameterLocation,
): Pick<OperationParameter, 'style' | 'explode'> {
  const format = value['collectionFormat'] ?? 'csv';
  const ofPlace = location === 'path' || location === 'header' ? 'simple' : 'form';
  if (format === 'csv') return { style: ofPlace, explode: false };
  if (format === 'multi') return { style: ofPlace, explode: ofPlace === 'form' };
  const style = typeof format === 'string' && Object.hasOwn(STYLES, format) ? STYLES[format] : undefined;
  if (style === undefined) {
    throw malformed(
      { document, pointer: `${pointer}/collectionFormat` },
      '"collectionFormat" is one of csv, ssv, tsv, pipes, multi.',
    );
  }
  return { style, explode: false };
}
