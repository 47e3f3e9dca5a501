import { isJsonObject, memberOf, type JsonObject, type JsonValue } from '../../document/json.ts';
import { compareValues } from '../../expressions/compare.ts';
import type { ComparisonOperator } from '../../expressions/condition.ts';
import type { Value } from './draft.ts';

/** What is known of the value that is looked for. */
export interface ComparedPlace {
  readonly samples: readonly JsonValue[];
  readonly schema: JsonObject | undefined;
  /** The value that stands there now. */
  readonly now: Value;
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The operator with its operands changed over. */
export function mirrored(operator: ComparisonOperator): ComparisonOperator {
  return MIRRORED[operator];
}

/**
 * Values that may make a comparison hold, or not, with the other side's: the likeliest first. Whether they do is for
 * the comparison to say.
 */
export function comparedValues(
  operator: ComparisonOperator,
  wanted: boolean,
  other: Value,
  place: ComparedPlace,
): readonly Value[] {
  const wantsEqual = (operator === '==') === wanted;
  const values =
    operator !== '==' && operator !== '!='
      ? ordered(other, place)
      : wantsEqual
        ? equalTo(other, place)
        : otherThan(other, place);
  const doIt = values.filter((value) => compareValues(operator, value, other) === wanted);
  return [...doIt, ...values.filter((value) => !doIt.includes(value))];
}

function equalTo(other: Value, { samples, schema }: ComparedPlace): readonly Value[] {
  const types = typesOf(schema);
  if (other === undefined || other === null)
    return types.includes('null') ? [null, undefined] : [undefined, null];
  if (typeof other === 'string') {
    const alike = samples.filter(
      (one) => typeof one === 'string' && one.toLowerCase() === other.toLowerCase(),
    );
    const number = Number(other);
    const isNumeric = other.trim() !== '' && !Number.isNaN(number);
    return isNumeric && types.some((type) => /^(?:integer|number)$/.test(type))
      ? [number, ...alike, other]
      : [...alike, other, ...(isNumeric ? [number] : [])];
  }
  if (typeof other === 'number')
    return types.includes('string') ? [String(other), other] : [other, String(other)];
  return [other];
}

function otherThan(other: Value, { samples, schema, now }: ComparedPlace): readonly Value[] {
  const others = [...(now === undefined ? [] : [now]), ...samples];
  if (typeof other === 'boolean') return [!other, ...others, undefined];
  if (typeof other === 'number')
    return typesOf(schema).includes('string')
      ? [...others, String(other + 1), other + 1, other - 1, undefined]
      : [other + 1, other - 1, ...others, undefined];
  if (typeof other === 'string')
    return [...others, ...(other === '' ? ['something'] : [`other than ${other}`, '']), undefined];
  return [...others, 'something', 1, true, {}, []];
}

function ordered(other: Value, { samples }: ComparedPlace): readonly Value[] {
  const number = typeof other === 'string' && other.trim() !== '' ? Number(other) : other;
  if (typeof number === 'number' && !Number.isNaN(number)) {
    const near = [number, number + 1, number - 1, number + 0.5, number - 0.5];
    const known = samples.filter((one) => typeof one === 'number');
    return [...near, ...known, ...near.map(String), undefined];
  }
  if (typeof other === 'string') {
    const texts = [other, `${other}a`, other.slice(0, -1), '', '\u007F', '!', 'zzzz'];
    return [...texts, ...samples.filter((one) => typeof one === 'string'), undefined];
  }
  return [...samples, 1, 0, undefined];
}

/** Values that hold by themselves, or do not. */
export function truthValues(wanted: boolean, { samples, schema }: ComparedPlace): readonly Value[] {
  const types = typesOf(schema);
  if (wanted) return [...samples.filter(Boolean), true, 'yes', 1, {}];
  const empty: readonly Value[] = [
    ...(types.includes('boolean') ? [false] : []),
    ...(types.includes('integer') || types.includes('number') ? [0] : []),
    ...(types.includes('string') ? [''] : []),
    ...(types.includes('null') ? [null] : []),
  ];
  return [...empty, undefined, false, null, '', 0];
}

/** The values at and beside a number that a value is compared with in order: `[9, 10, 11]`; none for anything else. */
export function boundaryValues(operator: ComparisonOperator, other: Value): readonly number[] {
  if (operator === '==' || operator === '!=' || isJsonObject(other)) return [];
  const number = typeof other === 'string' && other.trim() !== '' ? Number(other) : other;
  if (typeof number !== 'number' || Number.isNaN(number)) return [];
  const step = Number.isInteger(number) ? 1 : 10 ** -decimalsOf(number);
  const round = (value: number): number => Number(value.toFixed(decimalsOf(number)));
  return [round(number - step), number, round(number + step)];
}

function decimalsOf(number: number): number {
  return Math.min(10, (String(number).split('.')[1] ?? '').length);
}

/** The types that a schema allows, as far as it names them. */
function typesOf(schema: JsonObject | undefined): readonly string[] {
  const type = schema === undefined ? undefined : memberOf(schema, 'type');
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? (type as readonly JsonValue[]).map(String) : [];
}
