import { didYouMean } from '../document/did-you-mean.ts';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { misshapen, quirk } from './expression-problem.ts';
import type { Report } from './expression-problem.ts';
import { versionProblem } from './expression-type.ts';

const TYPES = ['simple', 'regex', 'jsonpath', 'xpath'] as const;

/** The type of a criterion, and the version of its language where the document says one. */
export interface CriterionType {
  readonly name: (typeof TYPES)[number];
  readonly version?: string;
}

/**
 * Reads the type of a Criterion Object: a name, or an Expression Type Object. Documents of 1.0 also write the version
 * beside the type.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#expression-type-object
 */
export function readCriterionType(json: JsonObject, report: Report): CriterionType | undefined {
  const written = memberOf(json, 'type');
  if (written === undefined) return { name: 'simple' };
  const nested = isJsonObject(written);
  const name = readName(
    nested ? memberOf(written, 'type') : written,
    nested ? '/type/type' : '/type',
    report,
  );
  if (name === undefined) return undefined;
  const version = nested ? memberOf(written, 'version') : memberOf(json, 'version');
  if (version === undefined || name === 'simple' || name === 'regex') return { name };
  const at = nested ? '/type/version' : '/version';
  const problem =
    typeof version === 'string' ? versionProblem(name, version) : 'The version must be a string.';
  if (problem === undefined) return { name, ...(typeof version === 'string' ? { version } : {}) };
  report(misshapen(at, problem));
  return undefined;
}

function readName(written: unknown, pointer: string, report: Report): CriterionType['name'] | undefined {
  if (typeof written !== 'string') {
    const place = pointer === '/type/type' ? '/type' : pointer;
    report(misshapen(place, 'The type is one of "simple", "regex", "jsonpath" and "xpath".'));
    return undefined;
  }
  const exact = TYPES.find((candidate) => candidate === written);
  if (exact !== undefined) return exact;
  const type = TYPES.find((candidate) => candidate === written.toLowerCase());
  if (type !== undefined) {
    report(quirk(pointer, `Types are written in lower case: "${type}".`));
    return type;
  }
  const meant = didYouMean(written, TYPES);
  const hint =
    meant === undefined
      ? 'it is one of "simple", "regex", "jsonpath" and "xpath".'
      : `did you mean "${meant}"?`;
  report(misshapen(pointer, `A criterion cannot have the type "${written}": ${hint}`));
  return undefined;
}
