import * as fc from 'fast-check';
import { edited, hostileValue } from './mutate.ts';

const times = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join('');

/** Texts that have broken, stopped or swollen readers of YAML; the number says how much of it. */
const BOMBS: readonly ((size: number) => string)[] = [
  (size) => `a0: &a0 [x]\n${times(size, (i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]\n`)}`,
  (size) => `a0: &a0 {k: v}\n${times(size, (i) => `a${i + 1}: &a${i + 1} {a: *a${i}, b: *a${i}}\n`)}`,
  (size) => '['.repeat(size * 20),
  (size) => `${'['.repeat(size * 20)}${']'.repeat(size * 20)}`,
  (size) => '{a: '.repeat(size * 20),
  (size) => `${'{"a":'.repeat(size * 20)}1${'}'.repeat(size * 20)}`,
  (size) => times(size * 3, (i) => `${' '.repeat(i)}a:\n`),
  (size) => `${'- '.repeat(size * 20)}a`,
  (size) => `${'? '.repeat(size * 20)}a`,
  (size) => `${'!a '.repeat(size)}a`,
  (size) => `${'&a '.repeat(size)}a`,
  (size) => `arazzo: ${'x'.repeat(size * 2000)}`,
  (size) => `"${'\\u0041'.repeat(size * 300)}`,
  (size) => `arazzo: |\n${'  line\n'.repeat(size * 100)}`,
  (size) => `arazzo: >\n${'\n'.repeat(size * 100)}`,
  (size) => '---\n'.repeat(size * 5),
  (size) => '...\n'.repeat(size * 5),
  (size) => '# a\n'.repeat(size * 100),
  (size) => times(size * 20, () => 'key: 1\n'),
  (size) => times(size * 20, (i) => `key${i}: ${i}\n`),
  (size) => `{${times(size * 20, (i) => `"k${i % 7}": ${i},`)}"z": 1}`,
  (size) => `a: ${'9'.repeat(size * 50)}`,
  (size) => `a: 0x${'f'.repeat(size * 50)}`,
  (size) => `a: &a [*a${', *a'.repeat(size)}]`,
  (size) => `a: &a {*a : *a, b: [${'*a,'.repeat(size)}]}`,
  (size) => `<<: &a {<<: *a}\n${times(size, () => '<<: *a\n')}`,
  (size) => `%YAML 1.1\n${'%TAG ! tag:x,2000:\n'.repeat(size)}---\na: !!set {yes: no}`,
  (size) => `${'\t'.repeat(size * 10)}a: b`,
  (size) => `a:${' '.repeat(size * 200)}b: c`,
  (size) => `${'a: '.repeat(size * 5)}b`,
  (size) => `[${'a: b, '.repeat(size * 20)}]`,
  (size) => `${'\uFEFF'.repeat(size)}arazzo: 1.0.1`,
  (size) => `__proto__: {polluted: yes}\nconstructor: {prototype: {polluted: ${size}}}\n`,
  (size) => `{"__proto__": {"toString": ${size}}, "__proto__": 1}`,
  (size) => `\u0000${'\u0001\u007f\u0085\u2028'.repeat(size)}`,
  (size) => '\uD800'.repeat(size * 10),
  (size) => `a: ${"'".repeat(size * 10)}`,
  (size) => `a: !!binary ${'A'.repeat(size * 20)}`,
  (size) => `a: 2001-01-01\nb: .nan\nc: ~\nd: 0o${'7'.repeat(size)}\ne: -.inf`,
];

/** A text that no author would write on purpose. */
export const bomb: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...BOMBS), fc.integer({ min: 1, max: 40 }))
  .map(([make, size]) => make(size));

/** A text with changes of single characters and pieces, as an editor, a merge or a bad line would leave it. */
export function damaged(text: string): fc.Arbitrary<string> {
  const damage = fc.record({
    where: fc.nat(),
    other: fc.nat(),
    value: fc.oneof(
      hostileValue,
      fc.constantFrom(
        '\n',
        '\t',
        ': ',
        '- ',
        '&a ',
        '*a',
        '"',
        "'",
        '|',
        '>',
        '{',
        '}',
        '[',
        ']',
        ',',
        '#',
        '%',
        '\r',
        '---\n',
        '? ',
        '!',
        '@',
      ),
    ),
  });
  // Most of the text is kept: what is cut away is no longer tested.
  return fc.array(damage, { minLength: 1, maxLength: 4 }).map((all) =>
    all.reduce((result, each) => {
      const way = each.where % 6;
      return edited(result, { ...each, where: way < 2 && each.other % 4 !== 0 ? way + 2 : each.where });
    }, text),
  );
}
