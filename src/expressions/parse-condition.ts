import type { ComparisonOperator, Condition } from './condition.ts';
import { readOperandText } from './operand-text.ts';
import { readReference } from './read-reference.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/** What parsing a simple condition gives. `offset` is 0-based into the text. */
export type ParsedCondition =
  | { readonly value: Condition; readonly warnings: readonly string[] }
  | { readonly problem: string; readonly offset: number; readonly suggestion?: string };

/** How a condition is read. */
export interface ConditionOptions {
  /** What a bare `$` or `@` stands for: set for JSONPath criteria that are written as comparisons. */
  readonly root?: RuntimeExpression;
}

/** Conditions nested more deeply than this are refused. */
const MAX_DEPTH = 100;

const OPERATOR = /^(?:<=|>=|==|!=|<|>)/;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/;
const WORD = /^[A-Za-z_][\w-]*/;
const WORD_OPERATORS: Readonly<Record<string, string>> = {
  and: 'Write "&&" for "and".',
  or: 'Write "||" for "or".',
  not: 'Write "!" for "not".',
  is: 'Write "==" for "is".',
  eq: 'Write "==" for "eq".',
  equals: 'Write "==" for "equals".',
  contains: 'There is no operator "contains"; use a criterion of type "regex" or "jsonpath".',
  includes: 'There is no operator "includes"; use a criterion of type "regex" or "jsonpath".',
  matches: 'There is no operator "matches"; use a criterion of type "regex".',
  in: 'There is no operator "in"; compare with each value and join with "||".',
};
const WRONG_OPERATORS: readonly (readonly [wrong: string, right: string])[] = [
  ['===', '=='],
  ['!==', '!='],
  ['<>', '!='],
  ['=<', '<='],
  ['=>', '>='],
  ['=~', ''],
  ['=', '=='],
];
/** Other words for the literals, as other languages have them. */
const OTHER_LITERALS: Readonly<Record<string, { readonly value: boolean | null; readonly write: string }>> = {
  True: { value: true, write: 'true' },
  TRUE: { value: true, write: 'true' },
  False: { value: false, write: 'false' },
  FALSE: { value: false, write: 'false' },
  None: { value: null, write: 'null' },
  NULL: { value: null, write: 'null' },
  undefined: { value: null, write: 'null' },
};

/**
 * Reads a simple condition: comparisons of expressions and literals with `!`, `&&`, `||` and parentheses. `!`
 * binds tightest, then comparisons, which do not chain, `&&`, `||`. Double-quoted strings, braces around an
 * expression or the whole condition, and unquoted text on the right of a comparison are read with a warning.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#literals
 */
export function parseCondition(text: string, options: ConditionOptions = {}): ParsedCondition {
  const braced = /^\s*\{(\s*[$!(].*)\}\s*$/s.exec(text);
  if (braced !== null) {
    const inner = parse(braced[1] ?? '', options, text.indexOf('{') + 1);
    if ('value' in inner)
      return { ...inner, warnings: ['A condition is written without braces.', ...inner.warnings] };
  }
  return parse(text, options, 0);
}

function parse(text: string, options: ConditionOptions, shift: number): ParsedCondition {
  const parser = new ConditionParser(text, options);
  try {
    const value = parser.parse();
    return { value, warnings: [...new Set(parser.warnings)] };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const suggestion = error.suggestion === undefined ? {} : { suggestion: error.suggestion };
    return { problem: error.message, offset: Math.min(error.offset, text.length) + shift, ...suggestion };
  }
}

class ConditionError extends Error {
  readonly offset: number;
  readonly suggestion: string | undefined;
  constructor(message: string, offset: number, suggestion?: string) {
    super(message);
    this.offset = offset;
    this.suggestion = suggestion;
  }
}

class ConditionParser {
  readonly warnings: string[] = [];
  readonly #text: string;
  readonly #root: RuntimeExpression | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string, options: ConditionOptions) {
    this.#text = text;
    this.#root = options.root;
  }

  parse(): Condition {
    const condition = this.#readOr();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return condition;
  }

  #readOr(): Condition {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ConditionError('The condition is nested too deeply.', this.#at);
    const operands = [this.#readAnd()];
    while (this.#take('||')) operands.push(this.#readAnd());
    this.#depth -= 1;
    return operands.length === 1 ? operands[0]! : { kind: 'or', operands };
  }

  #readAnd(): Condition {
    const operands = [this.#readComparison()];
    while (this.#take('&&')) operands.push(this.#readComparison());
    return operands.length === 1 ? operands[0]! : { kind: 'and', operands };
  }

  #readComparison(): Condition {
    const left = this.#readUnary(false);
    const operator = this.#takeOperator();
    if (operator === undefined) return left;
    const right = this.#readUnary(true);
    const start = this.#at;
    if (this.#takeOperator() !== undefined) {
      throw new ConditionError('Comparisons cannot be chained; join two comparisons with "&&".', start);
    }
    return { kind: 'compare', operator, left, right };
  }

  #readUnary(right: boolean): Condition {
    let negations = 0;
    while (this.#rest().startsWith('!') && !this.#rest().startsWith('!=')) {
      this.#at += 1;
      negations += 1;
      if (negations > MAX_DEPTH) throw new ConditionError('The condition is nested too deeply.', this.#at);
      this.#skipSpace();
    }
    let condition = this.#readPrimary(right && negations === 0);
    for (; negations > 0; negations -= 1) condition = { kind: 'not', operand: condition };
    this.#skipSpace();
    return condition;
  }

  #readPrimary(right: boolean): Condition {
    this.#skipSpace();
    const rest = this.#rest();
    if (rest.startsWith('(')) return this.#readGroup();
    if (rest.startsWith("'") || rest.startsWith('"')) return this.#readString();
    if (rest.startsWith('{$')) return this.#readBraced();
    if (rest.startsWith('$') || (rest.startsWith('@') && this.#root !== undefined))
      return this.#readReference();
    const number = NUMBER.exec(rest);
    if (number !== null) {
      this.#at += number[0].length;
      const value = Number(number[0]);
      if (!Number.isFinite(value))
        throw new ConditionError('The number is too large.', this.#at - number[0].length);
      return { kind: 'literal', value };
    }
    return this.#readWord(rest, right);
  }

  #readGroup(): Condition {
    const open = this.#at;
    this.#at += 1;
    const condition = this.#readOr();
    this.#skipSpace();
    if (!this.#take(')')) {
      if (this.#at < this.#text.length) throw this.#unexpected();
      throw new ConditionError('A parenthesis is not closed.', open);
    }
    return condition;
  }

  #readString(): Condition {
    const start = this.#at;
    const quote = this.#text[start] ?? "'";
    let value = '';
    let at = start + 1;
    for (; ; at += 1) {
      const character = this.#text[at];
      if (character === undefined) throw new ConditionError('A string is not closed.', start);
      if (character === quote) {
        if (this.#text[at + 1] !== quote) break;
        at += 1;
      }
      value += character;
    }
    this.#at = at + 1;
    if (quote === '"') this.warnings.push('Strings stand in single quotes.');
    const inner = /^\{(\$[^{}]*)\}$/.exec(value)?.[1];
    const reference = inner === undefined ? undefined : readReference(inner, { dotted: true });
    if (reference !== undefined && 'expression' in reference) {
      this.warnings.push('An expression in a condition is written without quotes and braces.');
      return { kind: 'reference', expression: reference.expression, path: reference.path };
    }
    if (value.includes('{$'))
      this.warnings.push('Expressions inside of a quoted string of a simple condition are not evaluated.');
    return { kind: 'literal', value };
  }

  #readBraced(): Condition {
    const start = this.#at;
    const close = this.#text.indexOf('}', start);
    if (close === -1) throw new ConditionError('A brace is not closed.', start);
    this.#at = start + 1;
    const condition = this.#readReference();
    if (this.#at !== close) throw new ConditionError('Braces hold one expression.', start);
    this.#at = close + 1;
    this.warnings.push('An expression in a condition is written without quotes and braces.');
    return condition;
  }

  #readReference(): Condition {
    const start = this.#at;
    const word = readOperandText(this.#text, start);
    const rooted = this.#root !== undefined && /^[$@](?:$|[.[])/.test(word);
    const text = rooted ? `$response.body${word.slice(1)}` : word;
    const read = readReference(text, { dotted: true });
    if ('problem' in read) {
      const offset = rooted ? Math.max(0, read.offset - '$response.body'.length + 1) : read.offset;
      const suggestion =
        read.suggestion === undefined || rooted
          ? undefined
          : this.#text.slice(0, start) + read.suggestion + this.#text.slice(start + word.length);
      throw new ConditionError(read.problem, start + offset, suggestion);
    }
    this.#at = start + word.length;
    // `.length()` is what other dialects write.
    if (rooted && /^\.length$/.test(word.slice(-7)) && this.#rest().startsWith('()')) this.#at += 2;
    this.warnings.push(...(rooted ? [] : read.warnings));
    if (word.endsWith('.length')) {
      this.warnings.push(
        '".length" is no part of the language; it is read as the number of items unless there is such a member.',
      );
    }
    const expression = rooted ? this.#root : read.expression;
    return { kind: 'reference', expression, path: read.path };
  }

  #readWord(rest: string, right: boolean): Condition {
    const word = WORD.exec(rest)?.[0];
    if (word === undefined) throw this.#unexpected();
    const after = rest.slice(word.length);
    const ends = /^\s*(?:$|\)|\}|&&|\|\||[<>=!])/.test(after);
    if (ends && (word === 'true' || word === 'false' || word === 'null')) {
      this.#at += word.length;
      return { kind: 'literal', value: word === 'null' ? null : word === 'true' };
    }
    const other = Object.hasOwn(OTHER_LITERALS, word) ? OTHER_LITERALS[word] : undefined;
    if (ends && other !== undefined) {
      this.#at += word.length;
      this.warnings.push(`Write "${other.write}" for "${word}".`);
      return { kind: 'literal', value: other.value };
    }
    if (!right) throw this.#unexpected();
    const unquoted = /^(?:(?!&&|\|\|)[^'"()$])*/.exec(rest)?.[0].trimEnd() ?? '';
    this.#at += unquoted.length;
    this.warnings.push(`Strings stand in single quotes: write "'${unquoted}'".`);
    return { kind: 'literal', value: unquoted };
  }

  #takeOperator(): ComparisonOperator | undefined {
    this.#skipSpace();
    const rest = this.#rest();
    const wrong = WRONG_OPERATORS.find(
      ([operator]) => rest.startsWith(operator) && !(operator === '=' && rest.startsWith('==')),
    );
    if (wrong !== undefined) {
      const [operator, right] = wrong;
      const hint = right === '' ? 'use a criterion of type "regex"' : `write "${right}"`;
      const fixed = this.#text.slice(0, this.#at) + right + rest.slice(operator.length);
      throw new ConditionError(
        `There is no operator "${operator}"; ${hint}.`,
        this.#at,
        right === '' ? undefined : fixed,
      );
    }
    const operator = OPERATOR.exec(rest)?.[0];
    if (operator === undefined) return undefined;
    this.#at += operator.length;
    this.#skipSpace();
    return operator as ComparisonOperator;
  }

  #take(token: string): boolean {
    this.#skipSpace();
    if (!this.#rest().startsWith(token)) return false;
    this.#at += token.length;
    this.#skipSpace();
    return true;
  }

  #unexpected(): ConditionError {
    this.#skipSpace();
    const rest = this.#rest();
    if (rest === '') {
      const what =
        this.#text.trim() === '' ? 'The condition is empty.' : 'The condition ends where a value is needed.';
      return new ConditionError(what, this.#at);
    }
    const word = WORD.exec(rest)?.[0] ?? '';
    const hint = Object.hasOwn(WORD_OPERATORS, word.toLowerCase())
      ? WORD_OPERATORS[word.toLowerCase()]
      : undefined;
    if (hint !== undefined) return new ConditionError(hint, this.#at);
    if (/^&(?!&)/.test(rest)) return new ConditionError('Write "&&" for "&".', this.#at);
    if (/^\|(?!\|)/.test(rest)) return new ConditionError('Write "||" for "|".', this.#at);
    const shown = word === '' ? (/^(?:&&|\|\||[=!<>]=|.)/su.exec(rest)?.[0] ?? '') : word;
    return new ConditionError(`The condition cannot go on with "${shown}" here.`, this.#at);
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}
