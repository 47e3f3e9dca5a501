import type { JsonObject, JsonValue } from '../../document/json.ts';
import { textsMatching } from './pattern-text.ts';

/** By format, a text of it; `#` stands for a digit that tells texts apart. */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-0#T12:00:00Z',
  date: '2026-01-0#',
  time: '12:00:0#Z',
  duration: 'P#D',
  email: 'person#@example.com',
  'idn-email': 'person#@example.com',
  hostname: 'host#.example.com',
  'idn-hostname': 'host#.example.com',
  ipv4: '192.0.2.#',
  ipv6: '2001:db8::#',
  uri: 'https://example.com/#',
  url: 'https://example.com/#',
  iri: 'https://example.com/#',
  'uri-reference': '/#',
  'iri-reference': '/#',
  'uri-template': '/{id}/#',
  uuid: '00000000-0000-4000-8000-00000000000#',
  'json-pointer': '/#',
  'relative-json-pointer': '#/a',
  regex: '^a#$',
  byte: 'YWJj',
  binary: 'abc#',
};

/** A number or a text that a flattened schema allows, told from others by the name of where it stands. */
export function sampleScalar(
  schema: JsonObject,
  type: 'integer' | 'number' | 'string',
  name: string,
  variant: number,
): JsonValue | undefined {
  return type === 'string' ? sampleText(schema, name, variant) : sampleNumber(schema, type, name, variant);
}

/** 1 to 9, the same for the same name. */
function digitOf(name: string, variant: number): number {
  let sum = variant;
  for (const character of name) sum = (sum * 7 + (character.codePointAt(0) ?? 0)) % 9973;
  return 1 + (sum % 9);
}

function sampleText(schema: JsonObject, name: string, variant: number): string | undefined {
  const { pattern, format } = schema;
  const least = Math.min(Number(schema['minLength'] ?? 0), 10_000);
  const most = Number(schema['maxLength'] ?? Number.POSITIVE_INFINITY);
  if (typeof pattern === 'string') {
    const texts = textsMatching(pattern).filter(({ length }) => length >= least && length <= most);
    if (texts.length > 0) return texts[variant % texts.length];
  }
  const written = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  const plain = written?.replace('#', String(digitOf(name, variant))) ?? `${name}-${variant + 1}`;
  const long = plain.length < least ? plain.padEnd(least, 'x') : plain;
  return long.length > most ? long.slice(0, Math.max(0, most)) : long;
}

function sampleNumber(
  schema: JsonObject,
  type: 'integer' | 'number',
  name: string,
  variant: number,
): number | undefined {
  const numberAt = (keyword: string): number | undefined => {
    const value = schema[keyword];
    return typeof value === 'number' ? value : undefined;
  };
  const unit = numberAt('multipleOf') ?? (type === 'integer' ? 1 : undefined);
  const step = unit ?? 0.5;
  const from = numberAt('minimum');
  const above = numberAt('exclusiveMinimum');
  const to = numberAt('maximum');
  const below = numberAt('exclusiveMaximum');
  const lowest = Math.max(from ?? -Infinity, above === undefined ? -Infinity : above + (unit ?? 0.001));
  const highest = Math.min(to ?? Infinity, below === undefined ? Infinity : below - (unit ?? 0.001));
  const wanted = digitOf(name, variant) * (unit ?? 1);
  const within = Math.min(highest, Math.max(lowest, lowest > 0 ? lowest + variant * step : wanted));
  if (unit === undefined) return within;
  const up = Math.ceil(within / unit - 1e-9) * unit;
  return up <= highest ? up : Math.floor(within / unit + 1e-9) * unit;
}
