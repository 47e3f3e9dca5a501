import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A test that proves rules: their ids stand at the beginning of its title. */
export interface RuleTest {
  readonly ids: readonly string[];
  /** Its file, without folder and `.test.ts`. */
  readonly file: string;
  /** What is true, as a sentence that begins with the name of the group where the title has no subject. */
  readonly fact: string;
}

const FOLDER = fileURLToPath(new URL('./', import.meta.url));
const SUFFIX = '.test.ts';
// `describe('…'`, `it('…'` and, after the table of an `it.each`, `('…'`.
const TITLES = /\b(describe|it)\(\s*(['"])((?:\\.|(?!\2).)*)\2|\)\(\s*(['"])((?:\\.|(?!\4).)*)\4/g;
const IDS = /^([A-Z]+-\d+(?:,? [A-Z]+-\d+)*)(:?) (.+)$/;

/** The tests in a source whose titles begin with ids of rules. Titles are read, not run. */
export function ruleTestsIn(file: string, source: string): readonly RuleTest[] {
  const tests: RuleTest[] = [];
  let subject = '';
  for (const [, kind, , first, , second] of source.matchAll(TITLES)) {
    const title = (first ?? second ?? '').replaceAll(/\\(.)/g, '$1');
    if (kind === 'describe') subject = title;
    const [, ids, colon, text = ''] = (kind === 'describe' ? null : IDS.exec(title)) ?? [];
    if (ids === undefined) continue;
    // What differs between the rows of a table stands in parentheses.
    const words = text.replace(/ \([^()]*%[sj][^()]*\)/, '').replaceAll(/%[sj]/g, '…');
    const fact = colon === ':' || subject === '' ? words : `${subject} ${words}`;
    tests.push({ ids: ids.split(/,? /), file, fact });
  }
  return tests;
}

/** The tests of this folder, by file and then in their order. */
export function ruleTests(): readonly RuleTest[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(SUFFIX))
    .toSorted()
    .flatMap((name) => ruleTestsIn(name.slice(0, -SUFFIX.length), readFileSync(`${FOLDER}${name}`, 'utf8')));
}
