import { setMember, type JsonObject, type JsonValue } from '../../document/json.ts';
import { evaluateTemplate, textOf } from '../../expressions/evaluate.ts';
import { describeResponses, type DescribedResponse } from '../../openapi/describe-responses.ts';
import { isJsonMediaType, isTextMediaType } from '../../openapi/media-type.ts';
import type { OpenApiDocument } from '../../openapi/openapi-document.ts';
import type { Operation } from '../../openapi/operation.ts';
import { requiredHeaders } from '../../openapi/response-headers.ts';
import { responseSchema } from '../../openapi/self-contained-schema.ts';
import { mayHaveBody, type Draft } from './draft.ts';
import { templatePlace, type Solving } from './place.ts';
import { sampleSchema } from './sample-schema.ts';
import { createShape, type Shape } from './shape.ts';
import { writeXml, xmlOf } from './xml-text.ts';

/** The responses that an operation declares, as drafts to begin with. */
export interface BaseResponses {
  /** The status codes that it names, successes first; one for each range. */
  readonly statuses: readonly number[];
  /** Whether a status is declared: by itself, its range or the default. */
  isDeclared(statusCode: number): boolean;
  /** Drafts of a status, those with a valid body first; at least one. */
  draftsOf(statusCode: number, prefersXml: boolean): readonly Draft[];
}

const MAX_EXAMPLES = 4;

/** What is known of the responses of an operation; without its description anything is allowed. */
export function baseResponses(openapi: OpenApiDocument | undefined, operation: Operation): BaseResponses {
  const entry = openapi?.operations.find(
    ({ method, path }) => method === operation.method && path === operation.path,
  );
  const described = openapi === undefined || entry === undefined ? [] : describeResponses(openapi, entry);
  const isHead = operation.method === 'HEAD';
  const known = new Map<string, readonly Draft[]>();
  return {
    statuses: statusesOf(described),
    isDeclared: (statusCode) => described.length === 0 || responseFor(described, statusCode) !== undefined,
    draftsOf(statusCode, prefersXml) {
      const key = `${statusCode} ${prefersXml}`;
      const response = responseFor(described, statusCode);
      const made = known.get(key);
      if (made !== undefined) return made;
      const drafts =
        isHead || !mayHaveBody(statusCode)
          ? [
              {
                statusCode,
                headers: {},
                shape: createShape(undefined, described.length === 0 || response !== undefined),
                notes: {},
                strays: 0,
              },
            ]
          : draftsFor(openapi, described.length === 0, response, statusCode, prefersXml);
      const headers = headersOf(openapi, response);
      const whole = drafts.map((draft) => ({ ...draft, headers: { ...headers, ...draft.headers } }));
      known.set(key, whole);
      return whole;
    },
  };
}

/** Bodies of a schema that come as responses with the status 200. */
export function bodiesAlone(schema: JsonObject | undefined): BaseResponses {
  const shape = createShape(schema, true);
  const drafts = bodiesOf(schema, shape, []).map((body): Draft => ({
    statusCode: 200,
    headers: {},
    body,
    shape,
    notes: {},
    strays: 0,
  }));
  const first: Draft = { statusCode: 200, headers: {}, body: {}, shape, notes: {}, strays: 0 };
  return {
    statuses: [200],
    isDeclared: (statusCode) => statusCode === 200,
    draftsOf: (statusCode) => (statusCode !== 200 ? [] : drafts.length === 0 ? [first] : drafts),
  };
}

/** The headers that a response must have; texts and numbers are written as they are. */
function headersOf(
  openapi: OpenApiDocument | undefined,
  response: DescribedResponse | undefined,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (openapi === undefined || response === undefined) return headers;
  for (const { name, schema = {}, example } of requiredHeaders(openapi, response)) {
    const value =
      example ?? sampleSchema(schema, name.toLowerCase(), { root: schema, variant: 0, isFull: false });
    if (value !== undefined && value !== null)
      setMember(
        headers,
        name.toLowerCase(),
        Array.isArray(value) ? value.map(textOf).join(',') : textOf(value),
      );
  }
  return headers;
}

function statusesOf(described: readonly DescribedResponse[]): readonly number[] {
  const statuses = described.flatMap(({ status }): readonly number[] => {
    const range = /^([2-5])XX$/i.exec(status)?.[1];
    if (range !== undefined) return [Number(range) * 100];
    if (status === 'default') return [500];
    const number = Number(status);
    return Number.isInteger(number) && number >= 200 && number <= 599 ? [number] : [];
  });
  return [...new Set(statuses)].toSorted((a, b) => Number(a >= 300) - Number(b >= 300));
}

function responseFor(
  described: readonly DescribedResponse[],
  statusCode: number,
): DescribedResponse | undefined {
  const named = (name: string): DescribedResponse | undefined =>
    described.find(({ status }) => status.toUpperCase() === name);
  return named(String(statusCode)) ?? named(`${Math.floor(statusCode / 100)}XX`) ?? named('DEFAULT');
}

function draftsFor(
  openapi: OpenApiDocument | undefined,
  isUnknown: boolean,
  response: DescribedResponse | undefined,
  statusCode: number,
  prefersXml: boolean,
): readonly Draft[] {
  const content = Object.entries(response?.content ?? {});
  const bare = (): readonly Draft[] => {
    const shape = createShape(undefined, isUnknown || response !== undefined);
    const mediaType = prefersXml ? 'application/xml' : 'application/json';
    const draft: Draft = { statusCode, headers: {}, mediaType, shape, notes: {}, strays: 0 };
    return prefersXml ? [draft] : [draft, { ...draft, body: {} }];
  };
  if (openapi === undefined || response === undefined || content.length === 0) return bare();
  const rank = (type: string): number => {
    if (isXml(type)) return prefersXml ? 0 : 2;
    return isJsonMediaType(type) ? 1 : 3;
  };
  const drafts = content
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .flatMap(([range, { examples }]): readonly Draft[] => {
      const mediaType = concreteType(range, prefersXml);
      const schema = responseSchema(openapi, response, range);
      if (isXml(mediaType)) return xmlDrafts(statusCode, mediaType, schema, examples);
      const isJson = isJsonMediaType(mediaType);
      const shape = createShape(isJson ? schema : undefined, true);
      const bodies = isJson ? bodiesOf(schema, shape, examples) : textsOf(mediaType, examples);
      return bodies.map((body) => ({
        statusCode,
        headers: {},
        mediaType,
        body,
        shape,
        notes: {},
        strays: 0,
      }));
    });
  const isGood = ({ shape, body }: Draft): boolean => shape.isValid(body);
  // There are schemas that no value can be made of.
  if (drafts.length === 0) return bare();
  return [...drafts.filter(isGood), ...drafts.filter((draft) => !isGood(draft))];
}

function isXml(mediaType: string): boolean {
  return /(?:^|[/+])xml$/.test(mediaType.split(';')[0]?.trim().toLowerCase() ?? '');
}

/** A media type that a range allows. */
function concreteType(range: string, prefersXml: boolean): string {
  if (!range.includes('*')) return range;
  if (range.startsWith('text/')) return 'text/plain';
  return prefersXml ? 'application/xml' : 'application/json';
}

function bodiesOf(
  schema: Parameters<typeof createShape>[0],
  shape: Shape,
  examples: readonly JsonValue[],
): readonly JsonValue[] {
  const made = [true, false].flatMap((isFull) =>
    [0, 1, 2].flatMap((variant) => {
      const body = sampleSchema(schema ?? {}, 'value', { root: schema ?? {}, variant, isFull });
      return body === undefined ? [] : [body];
    }),
  );
  const all = [...examples.slice(0, MAX_EXAMPLES), ...(schema === undefined ? [{}] : made)];
  const once = [...new Map(all.map((body) => [JSON.stringify(body), body])).values()];
  const good = once.filter((body) => shape.isValid(body));
  // Bodies that are not valid help only where there is no other.
  return good.length === 0 ? once.slice(0, 3) : good;
}

function textsOf(mediaType: string, examples: readonly JsonValue[]): readonly JsonValue[] {
  const texts = examples.filter((example) => typeof example === 'string').slice(0, MAX_EXAMPLES);
  if (texts.length > 0) return texts;
  return [isTextMediaType(mediaType) ? 'something' : { contentType: mediaType, base64: 'c29tZXRoaW5n' }];
}

function xmlDrafts(
  statusCode: number,
  mediaType: string,
  schema: Parameters<typeof createShape>[0],
  examples: readonly JsonValue[],
): readonly Draft[] {
  const shape = createShape(undefined, true);
  const root = schema ?? {};
  const samples =
    examples.length > 0 ? examples : [sampleSchema(root, 'value', { root, variant: 0, isFull: true })];
  return samples.slice(0, MAX_EXAMPLES).flatMap((sample): readonly Draft[] => {
    if (sample === undefined) return [];
    const body =
      typeof sample === 'string' && sample.trim().startsWith('<') ? sample : writeXml(xmlOf(sample, root));
    return [{ statusCode, headers: {}, mediaType, body, shape, notes: {}, strays: 0 }];
  });
}

/** A draft in which what the step's outputs come from is there, as far as the declared response allows it. */
export function withOutputs(draft: Draft, solving: Solving): Draft {
  let result = draft;
  for (const { name, value } of solving.outputs) {
    const evaluated = evaluateTemplate(value, solving.scopeOf(result));
    if ('value' in evaluated && evaluated.value !== undefined) continue;
    const place = templatePlace(value, [], solving);
    if (place === undefined) continue;
    const filled = firstFilled(result, place.samples(result)[0] ?? `${name}-1`, place, solving, value);
    if (filled !== undefined) result = { ...filled, notes: result.notes, strays: result.strays };
  }
  return result;
}

/** How many ways of filling a place are looked at. */
const TRIED = 10;

function firstFilled(
  draft: Draft,
  value: JsonValue,
  place: NonNullable<ReturnType<typeof templatePlace>>,
  solving: Solving,
  template: Solving['outputs'][number]['value'],
): Draft | undefined {
  let tried = 0;
  for (const next of place.set(draft, value)) {
    const evaluated = evaluateTemplate(template, solving.scopeOf(next));
    const isThere = 'value' in evaluated && evaluated.value !== undefined;
    if (isThere && (next.shape.isValid(next.body) || !draft.shape.isValid(draft.body))) return next;
    tried += 1;
    if (tried >= TRIED) return undefined;
  }
  return undefined;
}
