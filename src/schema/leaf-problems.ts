import type { OutputUnit } from '@cfworker/json-schema';

import { childOf, parsePointer } from '../document/json-pointer.ts';
import { isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { PATTERN_FORMAT } from './prepare-schema.ts';

/** One reason why a value does not follow its schema. */
export interface SchemaProblem {
  /** Where in the value, a JSON Pointer; `''` is the value itself. */
  readonly instance: string;
  /** The keyword that refuses it: `type`, `required`, `pattern`, `format`, `minLength`, `oneOf`, … */
  readonly rule: string;
  /** One plain sentence that tells what is asked for, and never what was given. */
  readonly message: string;
}

const MAX_PROBLEMS = 20;

/** Keywords that only say that something inside of them failed. */
const WRAPPERS: ReadonlySet<string> = new Set([
  '$ref',
  'allOf',
  'if',
  'properties',
  'patternProperties',
  'prefixItems',
  'items',
  'dependentSchemas',
  'dependencies',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
]);
/** Keywords whose failure says enough: what is inside of them is left out. */
const OPAQUE: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'contains', 'propertyNames', 'not']);
/** The causes among what the validator found, each once, at most 20. */
export function leafProblems(units: readonly OutputUnit[], schema: JsonValue): readonly SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  const hidden: string[] = [];
  for (const unit of units) {
    if (WRAPPERS.has(unit.keyword) || hidden.some((prefix) => unit.keywordLocation.startsWith(prefix)))
      continue;
    if (OPAQUE.has(unit.keyword)) hidden.push(`${unit.keywordLocation}/`);
    const problem = toProblem(unit, schema);
    problems.set(JSON.stringify([problem.instance, problem.rule, problem.message]), problem);
    if (problems.size >= MAX_PROBLEMS) break;
  }
  return [...problems.values()];
}

function toProblem(unit: OutputUnit, schema: JsonValue): SchemaProblem {
  const instance = decoded(unit.instanceLocation);
  const forbidding = /\/(additionalProperties|unevaluatedProperties|unevaluatedItems|items)\/not$/.exec(
    unit.keywordLocation,
  )?.[1];
  if (unit.keyword === 'not' && forbidding !== undefined) {
    const what = forbidding.endsWith('Properties') ? 'member' : 'item';
    return { instance, rule: forbidding, message: `This ${what} is not allowed.` };
  }
  const asked = keywordValue(schema, unit.keywordLocation);
  if (unit.keyword === 'format' && typeof asked === 'string' && asked.startsWith(PATTERN_FORMAT)) {
    return { instance, rule: 'pattern', message: 'The value does not match the pattern.' };
  }
  return { instance, rule: unit.keyword, message: messageOf(unit, asked) };
}

function messageOf(unit: OutputUnit, asked: JsonValue | undefined): string {
  const count = typeof asked === 'number' ? String(asked) : 'the allowed number of';
  switch (unit.keyword) {
    case 'type':
      return `The value must be ${typeNames(asked)}.`;
    case 'required':
    case 'dependentRequired':
      return `${missingName(unit)} is missing.`;
    case 'enum':
      return `The value must be one of ${listed(asked)}.`;
    case 'const':
      return `The value must be ${JSON.stringify(asked) ?? 'the one that is given'}.`;
    case 'format':
      return `The value must have the format "${typeof asked === 'string' ? asked : 'that is given'}".`;
    case 'minLength':
      return `The value must have at least ${characters(asked)}.`;
    case 'maxLength':
      return `The value must have at most ${characters(asked)}.`;
    case 'minimum':
      return `The value must be at least ${count}.`;
    case 'maximum':
      return `The value must be at most ${count}.`;
    case 'exclusiveMinimum':
      return `The value must be more than ${count}.`;
    case 'exclusiveMaximum':
      return `The value must be less than ${count}.`;
    case 'multipleOf':
      return `The value must be a multiple of ${count}.`;
    case 'minItems':
      return `There must be at least ${count} items.`;
    case 'maxItems':
      return `There can be at most ${count} items.`;
    case 'uniqueItems':
      return 'The items must differ from each other.';
    case 'minProperties':
      return `There must be at least ${count} members.`;
    case 'maxProperties':
      return `There can be at most ${count} members.`;
    case 'anyOf':
      return 'The value must have one of the forms that are allowed.';
    case 'oneOf':
      return 'The value must have exactly one of the forms that are allowed.';
    case 'not':
      return 'The value has a form that is not allowed.';
    case 'contains':
    case 'minContains':
    case 'maxContains':
      return 'The items do not hold what is asked for.';
    case 'propertyNames':
      return 'A member has a name that is not allowed.';
    default:
      return `The value does not follow the rule "${unit.keyword}".`;
  }
}

function missingName(unit: OutputUnit): string {
  // The name comes from the schema; the validator tells it last in a sentence of its own.
  const name = /(?:property|have) "([^]*)"\.$/.exec(unit.error)?.[1];
  return name === undefined ? 'A member' : `The member "${name}"`;
}

function typeNames(asked: JsonValue | undefined): string {
  const types = (Array.isArray(asked) ? (asked as readonly JsonValue[]) : [asked]).filter(
    (type) => typeof type === 'string',
  );
  return types.length === 0 ? 'of another type' : types.map(withArticle).join(' or ');
}

function withArticle(type: string): string {
  if (type === 'null') return 'null';
  return `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function listed(asked: JsonValue | undefined): string {
  if (!Array.isArray(asked)) return 'the values that are given';
  const values = (asked as readonly JsonValue[]).slice(0, 10).map((value) => JSON.stringify(value));
  return values.join(', ') + (asked.length > 10 ? ', …' : '');
}

function characters(asked: JsonValue | undefined): string {
  if (typeof asked !== 'number') return 'the allowed number of characters';
  return asked === 1 ? '1 character' : `${asked} characters`;
}

/** A URI fragment, `#` included, as plain text. */
function decoded(location: string): string {
  const pointer = location.slice(1);
  try {
    return pointer.includes('%') ? decodeURIComponent(pointer) : pointer;
  } catch {
    return pointer;
  }
}

/** The value of a keyword; `$ref`s on the way to it are followed. */
function keywordValue(schema: JsonValue, location: string): JsonValue | undefined {
  let node: JsonValue | undefined = schema;
  for (const token of parsePointer(decoded(location)) ?? []) {
    node = token === '$ref' ? followRef(schema, node) : childOf(node, token);
    if (node === undefined) return undefined;
  }
  return node;
}

function followRef(schema: JsonValue, node: JsonValue | undefined): JsonValue | undefined {
  const reference = isJsonObject(node) ? node['$ref'] : undefined;
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  let target: JsonValue | undefined = schema;
  const tokens = parsePointer(decoded(reference));
  if (tokens === undefined) return undefined;
  for (const token of tokens) target = childOf(target, token);
  return target;
}
