import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { compilePattern } from '../../expressions/linear-pattern.ts';

/** How many ways each pattern is tried. */
const VARIANTS = 24;
/** Longer texts are given up. */
const MAX_LENGTH = 5000;

/**
 * Texts that a pattern is found in, different ones, shortest kinds first; each of them checked with the engine that
 * judges it. Empty where none could be made.
 */
export function textsMatching(pattern: string): readonly string[] {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) return [];
  const tree = treeOf(pattern);
  const made = tree === undefined ? [] : variantsOf(tree);
  return distinct(made.flatMap((text) => [text, ` ${text} `, `a${text}`])).filter((text) =>
    finds(compiled.value, text),
  );
}

/** Texts that a pattern is not found in: near ones first, those that differ from a match in little. */
export function textsNotMatching(pattern: string): readonly string[] {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) return [];
  const near = textsMatching(pattern).slice(0, 4).flatMap(nearTo);
  return distinct([...near, 'no match', '-', '0', 'x', '', '\u0000']).filter(
    (text) => !finds(compiled.value, text),
  );
}

function nearTo(text: string): readonly string[] {
  return [
    `${text}!`,
    text.slice(0, -1),
    text.slice(1),
    `!${text}`,
    text.toUpperCase(),
    text.replaceAll(/[A-Za-z]/g, '0'),
    text.replaceAll(/\d/g, 'x'),
  ];
}

function finds(pattern: { test(text: string): boolean }, text: string): boolean {
  try {
    return pattern.test(text);
  } catch {
    return false;
  }
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted((a, b) => Number(/^\s|\s$/.test(a)) - Number(/^\s|\s$/.test(b)));
}

/** What the engine takes and ECMAScript has not: flags at the start, `\A` and `\z`, Python's names of groups. */
function asEcmaScript(pattern: string): string {
  return pattern
    .replace(/^\(\?[imsU]+\)/, '')
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\\(.)/gs, (whole: string, letter: string) =>
      letter === 'A' ? '^' : letter === 'z' || letter === 'Z' ? '$' : whole,
    );
}

function treeOf(pattern: string): AST.Pattern | undefined {
  const parser = new RegExpParser();
  const source = asEcmaScript(pattern);
  for (const unicode of [true, false]) {
    try {
      return parser.parsePattern(source, 0, source.length, { unicode, unicodeSets: false });
    } catch {
      // The other dialect may take it.
    }
  }
  return undefined;
}

function variantsOf(tree: AST.Pattern): string[] {
  const texts: string[] = [];
  for (let variant = 0; variant < VARIANTS; variant += 1) {
    const text = ofAlternatives(tree.alternatives, { variant, size: 0 });
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** What is decided while a text is made: which variant, and how long it is by now. */
interface Making {
  readonly variant: number;
  size: number;
}

function ofAlternatives(alternatives: readonly AST.Alternative[], making: Making): string | undefined {
  const chosen = alternatives[making.variant % alternatives.length];
  let text = '';
  for (const element of chosen?.elements ?? []) {
    const part = ofElement(element, making);
    if (part === undefined) return undefined;
    text += part;
    making.size += part.length;
    if (making.size > MAX_LENGTH) return undefined;
  }
  return text;
}

function ofElement(element: AST.Element, making: Making): string | undefined {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterSet':
      return CANDIDATES.find((character) => inSet(element, character));
    case 'CharacterClass':
      return ofClass(element, making);
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives, making);
    case 'Quantifier': {
      const { min, max } = element;
      const times = Math.min(max, Math.max(min, min === 0 ? making.variant % 3 : min + (making.variant % 2)));
      let text = '';
      for (let count = 0; count < times; count += 1) {
        const part = ofElement(element.element, making);
        if (part === undefined) return undefined;
        text += part;
        if (text.length > MAX_LENGTH) return undefined;
      }
      return text;
    }
    case 'Assertion':
      return '';
    default:
      // Backreferences and sets of strings are not in the language of the engine.
      return undefined;
  }
}

/** Characters to choose from, ordinary ones first. */
const CANDIDATES: readonly string[] = Array.from(
  'a1Ab0_- .@/:,;+~!#$%&*()=?"\'<>[]{}|^`\\\t\n' +
    'cdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ23456789' +
    'éßñ中あ€\u0001\u007F\u00A0',
);

function ofClass(element: AST.CharacterClass, { variant }: Making): string | undefined {
  const isIn = (character: string): boolean =>
    element.elements.some((part) => inClassPart(part, character)) !== element.negate;
  if (element.negate) return CANDIDATES.find(isIn);
  const part = element.elements[variant % Math.max(1, element.elements.length)];
  if (part?.type === 'Character') return String.fromCodePoint(part.value);
  if (part?.type === 'CharacterClassRange')
    return String.fromCodePoint(variant % 2 === 0 ? part.min.value : part.max.value);
  return CANDIDATES.find(isIn);
}

function inClassPart(part: AST.CharacterClass['elements'][number], character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  switch (part.type) {
    case 'Character':
      return part.value === code;
    case 'CharacterClassRange':
      return part.min.value <= code && code <= part.max.value;
    case 'CharacterSet':
      return inSet(part, character);
    default:
      return false;
  }
}

function inSet(set: AST.CharacterSet, character: string): boolean {
  switch (set.kind) {
    case 'any':
      return character !== '\n' && character !== '\r';
    case 'digit':
      return /\d/.test(character) !== set.negate;
    case 'space':
      return /\s/.test(character) !== set.negate;
    case 'word':
      return /\w/.test(character) !== set.negate;
    case 'property':
      return inProperty(set, character);
  }
}

/** The properties that patterns in documents ask for; what is none of them is in no set, and the engine judges. */
function inProperty(set: AST.UnicodePropertyCharacterSet, character: string): boolean {
  const name = set.value ?? set.key;
  const tests: Readonly<Record<string, RegExp>> = {
    L: /\p{L}/u,
    Letter: /\p{L}/u,
    Lu: /\p{Lu}/u,
    Ll: /\p{Ll}/u,
    N: /\p{N}/u,
    Nd: /\p{Nd}/u,
    P: /\p{P}/u,
    S: /\p{S}/u,
    Z: /\p{Z}/u,
    Latin: /\p{Script=Latin}/u,
    Alphabetic: /\p{Alphabetic}/u,
  };
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  return test !== undefined && test.test(character) !== set.negate;
}
