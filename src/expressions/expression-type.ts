/** The languages that select a part of structured data. */
export type SelectorType = 'jsonpath' | 'xpath' | 'jsonpointer';

/** The versions of each language; the first is what is meant where none is said. */
const VERSIONS: Readonly<Record<SelectorType, readonly string[]>> = {
  jsonpath: ['rfc9535', 'draft-goessner-dispatch-jsonpath-00'],
  xpath: ['xpath-31', 'xpath-30', 'xpath-20', 'xpath-10'],
  jsonpointer: ['rfc6901'],
};

/** The version of JSONPath that came before RFC 9535. */
export const JSONPATH_DRAFT = 'draft-goessner-dispatch-jsonpath-00';

/** The language of that name, `undefined` for any other text. */
export function selectorType(name: string): SelectorType | undefined {
  return name === 'jsonpath' || name === 'xpath' || name === 'jsonpointer' ? name : undefined;
}

/** One sentence on a version that a language does not have. */
export function versionProblem(type: SelectorType, version: string): string | undefined {
  const versions = VERSIONS[type];
  if (versions.includes(version)) return undefined;
  const known = versions.map((name) => `"${name}"`).join(', ');
  return `"${version}" is not a version of "${type}"; ${versions.length === 1 ? 'it is' : 'they are'} ${known}.`;
}
