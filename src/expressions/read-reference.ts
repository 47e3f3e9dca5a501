import { didYouMean } from '../document/did-you-mean.ts';
import { parsePointer } from '../document/json-pointer.ts';
import type { Access } from './condition.ts';
import { ExpressionError } from './expression-error.ts';
import { matchRoot } from './roots.ts';
import type { Root } from './roots.ts';
import type { InteractionSource, MessageSource, Pointer, RuntimeExpression } from './runtime-expression.ts';

/** An expression and the accesses (`.name`, `[0]`) that follow it in the text. */
export interface Reference {
  readonly expression: RuntimeExpression;
  readonly path: readonly Access[];
  readonly warnings: readonly string[];
}

/** Why a text is no expression. `root` tells whether its first word is one of the specification's. */
export interface ReferenceProblem {
  readonly problem: string;
  readonly offset: number;
  readonly suggestion?: string;
  readonly unknownRoot?: true;
}

const COMPONENT_TYPES = ['parameters', 'successActions', 'failureActions', 'interactions'] as const;
const PLAIN_ROOTS: ReadonlySet<string> = new Set(['url', 'method', 'statusCode', 'self']);

/** Signs that no name can hold, however lenient: they belong to other languages or to the grammar itself. */
const NOT_IN_NAMES = /[{}[\]#$|*?()"'<>=&]/;
const CONTROL = /\p{Cc}/u;
const IDENTIFIER = /^[A-Za-z0-9._-]+/;
const STRICT_IDENTIFIER = /^[A-Za-z0-9_-]+$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads a text that is one expression, perhaps followed by accesses. With `dotted` (simple conditions) `.name`
 * and `[n]` after a body are the language; otherwise they are a form that callers warn of.
 */
export function readReference(
  text: string,
  { dotted }: { readonly dotted: boolean },
): Reference | ReferenceProblem {
  try {
    return new ReferenceReader(text, dotted).read();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return {
      problem: error.message,
      offset: Math.min(error.offset, text.length),
      ...(error.suggestion !== undefined ? { suggestion: error.suggestion } : {}),
      ...(error.unknownRoot ? { unknownRoot: true as const } : {}),
    };
  }
}

class ReferenceReader {
  readonly #text: string;
  readonly #dotted: boolean;
  readonly #warnings: string[] = [];
  #at = 0;

  constructor(text: string, dotted: boolean) {
    this.#text = text;
    this.#dotted = dotted;
  }

  read(): Reference {
    const { root, length, warning } = matchRoot(this.#text);
    this.#at = length;
    if (warning !== undefined) this.#warn(warning);
    const expression = this.#readRoot(root);
    const path = this.#readPath();
    return { expression, path, warnings: this.#warnings };
  }

  #readRoot(root: Root): RuntimeExpression {
    if (PLAIN_ROOTS.has(root)) {
      if (this.#at < this.#text.length) {
        throw new ExpressionError(`Nothing can follow "$${root}".`, this.#at, `$${root}`);
      }
      return { kind: root as 'url' | 'method' | 'statusCode' | 'self' };
    }
    // After `$` alone (`$body`) comes what would follow the dot.
    if (this.#at > 1) this.#expectDot(root);
    switch (root) {
      case 'request':
      case 'response':
      case 'message':
        return { kind: root, source: this.#readSource(root) };
      case 'interaction':
        return { kind: root, source: this.#readAnswer() };
      case 'inputs':
      case 'outputs': {
        const name = this.#readName('name');
        return { kind: root, name, pointer: this.#readPointer() };
      }
      case 'steps':
        return this.#readSteps();
      case 'workflows':
        return this.#readWorkflows();
      case 'sourceDescriptions': {
        const source = this.#readSegment('source description');
        this.#expectDot(`sourceDescriptions.${source}`);
        const reference = this.#takeRest();
        if (/[{}]/.test(reference))
          throw new ExpressionError('Braces cannot stand inside of an expression.', this.#at);
        if (reference === '')
          throw new ExpressionError('The expression ends where a name is needed.', this.#at);
        return { kind: 'sourceDescriptions', source, reference };
      }
      default: {
        const type = this.#readSegment('component type');
        const known = COMPONENT_TYPES.find((candidate) => candidate === type);
        if (known === undefined) {
          const meant = didYouMean(type, COMPONENT_TYPES);
          const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
          throw new ExpressionError(
            `An expression reaches the components ${COMPONENT_TYPES.map((name) => `"${name}"`).join(', ')}, not "${type}".${hint}`,
            this.#at - type.length,
            meant === undefined ? undefined : `$components.${meant}${this.#text.slice(this.#at)}`,
          );
        }
        this.#expectDot(`components.${type}`);
        const name = this.#takeRest();
        this.#checkName(name, 'component', this.#text.length - name.length);
        return { kind: 'components', type: known, name };
      }
    }
  }

  #readSource(root: 'request' | 'response' | 'message'): MessageSource {
    const word = /^[A-Za-z]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    const start = this.#at;
    this.#at += word.length;
    const from = word === 'headers' ? 'header' : word;
    if (from !== word) this.#warn(`Write "$${root}.header" for "$${root}.headers".`);
    switch (from) {
      case 'header':
      case 'query':
      case 'path': {
        this.#expectDot(`${root}.${word}`);
        if (from !== 'header' && root !== 'request') {
          this.#warn(`Only a request has a ${from}: "$${root}.${from}" is always absent.`);
        }
        const name = this.#takeRest();
        if (name === '')
          throw new ExpressionError(
            `The name of a ${from === 'header' ? 'header' : 'parameter'} is missing.`,
            this.#at,
          );
        if (/[{}]/.test(name))
          throw new ExpressionError('Braces cannot stand inside of an expression.', this.#at);
        if (from === 'header' && !TOKEN.test(name)) {
          throw new ExpressionError(`"${name}" cannot be the name of a header.`, this.#at - name.length);
        }
        return { from, name };
      }
      case 'body':
      case 'payload': {
        if (from === 'payload' && root === 'response')
          this.#warn('Write "$response.body" for "$response.payload".');
        if (from === 'body' && root === 'message')
          this.#warn('Write "$message.payload" for "$message.body".');
        const next = this.#text[this.#at];
        if (next !== undefined && !'#.[/'.includes(next)) {
          throw new ExpressionError(
            `"$${root}.${from}" is followed by "${next}"; a JSON Pointer comes after "#".`,
            this.#at,
          );
        }
        return { from, pointer: this.#readPointer() };
      }
      default: {
        const known = root === 'message' ? ['header', 'payload'] : ['header', 'query', 'path', 'body'];
        const meant = didYouMean(word, known);
        const choice = known.map((name) => `"${name}"`).join(', ');
        throw new ExpressionError(
          `"$${root}." is followed by one of ${choice}.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
          start,
          meant === undefined ? undefined : `$${root}.${meant}${this.#text.slice(this.#at)}`,
        );
      }
    }
  }

  #readAnswer(): InteractionSource {
    const word = /^[A-Za-z]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    const start = this.#at;
    this.#at += word.length;
    if (word === 'query') {
      this.#expectDot('interaction.query');
      const name = this.#takeRest();
      if (/[{}]/.test(name))
        throw new ExpressionError('Braces cannot stand inside of an expression.', this.#at);
      return { from: 'query', name };
    }
    const next = this.#text[this.#at];
    if (word === 'payload' && (next === undefined || '#.[/'.includes(next)))
      return { from: 'payload', pointer: this.#readPointer() };
    const meant = word === 'body' ? 'payload' : didYouMean(word, ['payload', 'query']);
    throw new ExpressionError(
      `"$interaction." is followed by "payload" or by "query" and a name.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
      start,
      meant === undefined ? undefined : `$interaction.${meant}${this.#text.slice(this.#at)}`,
    );
  }

  #readSteps(): RuntimeExpression {
    const rest = this.#text.slice(this.#at);
    const marked = /^(.*?)\.outputs(?=\.|$)/.exec(rest.split('#', 1)[0] ?? '');
    if (marked !== null && marked[1] !== '') {
      const stepId = this.#takeId(marked[1] ?? '', 'step');
      this.#at += '.outputs'.length;
      this.#expectDot(`steps.${stepId}.outputs`);
      const output = this.#readName('output');
      return { kind: 'steps', stepId, output, pointer: this.#readPointer() };
    }
    const stepId = this.#readSegment('step');
    this.#expectDot(`steps.${stepId}`);
    if (
      /^(?:outputs|inputs|request|response|parameters|outcome|status)?(?:$|[.#[])/.test(
        this.#text.slice(this.#at),
      )
    ) {
      throw new ExpressionError(
        `Only outputs of a step can be referred to: "$steps.${stepId}.outputs.<name>".`,
        this.#at,
      );
    }
    this.#warn(`Write "$steps.${stepId}.outputs." before the name of the output.`);
    const output = this.#readName('output');
    return { kind: 'steps', stepId, output, pointer: this.#readPointer() };
  }

  #readWorkflows(): RuntimeExpression {
    const rest = this.#text.slice(this.#at).split('#', 1)[0] ?? '';
    const marked = /^(.*?)\.(inputs|outputs)(?=\.|$)/.exec(rest);
    if (marked === null || marked[1] === '') {
      throw new ExpressionError(
        'A workflow is followed by "inputs" or "outputs": "$workflows.<workflowId>.outputs.<name>".',
        this.#at,
      );
    }
    const stepOf = /^[^.]+(?=\.steps\.)/.exec(marked[1] ?? '');
    if (stepOf !== null) {
      const message = 'Steps of another workflow cannot be referred to; give that workflow an output.';
      throw new ExpressionError(message, this.#at + stepOf[0].length);
    }
    const workflowId = this.#takeId(marked[1] ?? '', 'workflow');
    const field = marked[2] === 'inputs' ? 'inputs' : 'outputs';
    this.#at += field.length + 1;
    this.#expectDot(`workflows.${workflowId}.${field}`);
    const name = this.#readName('name');
    return { kind: 'workflows', workflowId, field, name, pointer: this.#readPointer() };
  }

  /** A step's or a workflow's id, which 1.0 lets hold any sign. */
  #takeId(id: string, what: string): string {
    if (!STRICT_IDENTIFIER.test(id)) {
      this.#checkName(id, what, this.#at);
      if (!this.#warnings.some((warning) => warning.includes(`"${id}"`))) {
        this.#warn(
          `The ${what} "${id}" cannot be referred to in Arazzo 1.1: only letters, digits, "-" and "_" are allowed.`,
        );
      }
    }
    this.#at += id.length;
    return id;
  }

  /** A name up to the next dot. */
  #readSegment(what: string): string {
    const segment = /^[^.#[]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    if (segment === '') throw new ExpressionError(`The name of the ${what} is missing.`, this.#at);
    return this.#takeId(segment, what);
  }

  /** A name that may hold dots: up to a pointer, an index, or the end. */
  #readName(what: string): string {
    const rest = this.#text.slice(this.#at);
    const name = /^[^#[]*/.exec(rest)?.[0] ?? '';
    if (name === '')
      throw new ExpressionError(
        `The ${what === 'name' ? 'name' : `name of the ${what}`} is missing.`,
        this.#at,
      );
    if ((IDENTIFIER.exec(name)?.[0] ?? '') !== name) {
      this.#checkName(name, what, this.#at);
      this.#warn(`The name "${name}" has signs that Arazzo 1.1 does not allow in names.`);
    }
    this.#at += name.length;
    return name;
  }

  #checkName(name: string, what: string, offset: number): void {
    if (name === '') throw new ExpressionError(`The name of the ${what} is missing.`, offset);
    const wrong = NOT_IN_NAMES.exec(name) ?? CONTROL.exec(name);
    if (wrong !== null)
      throw new ExpressionError(
        `"${wrong[0]}" cannot stand in ${what === 'name' ? 'a name' : `the name of ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`}.`,
        offset + wrong.index,
      );
    if (name.trim() !== name)
      throw new ExpressionError('A name cannot begin or end with white space.', offset);
  }

  /** `#` and a JSON Pointer, or nothing. */
  #readPointer(): Pointer {
    const hash = this.#text[this.#at];
    if (hash === '/' && this.#at < this.#text.length) {
      this.#warn('A JSON Pointer comes after "#".');
    } else if (hash !== '#') return [];
    const start = this.#at + (hash === '#' ? 1 : 0);
    let pointer = this.#text.slice(start);
    if (pointer !== '' && !pointer.startsWith('/')) {
      this.#warn('A JSON Pointer begins with "/".');
      pointer = `/${pointer}`;
    }
    if (/[{}]/.test(pointer))
      throw new ExpressionError('Braces cannot stand inside of a JSON Pointer.', start);
    const tokens = parsePointer(pointer);
    if (tokens === undefined)
      throw new ExpressionError('"~" is followed by "0" or "1" in a JSON Pointer.', start);
    this.#at = this.#text.length;
    return tokens;
  }

  #readPath(): Access[] {
    const path: Access[] = [];
    while (this.#at < this.#text.length) {
      const rest = this.#text.slice(this.#at);
      const index = /^\[(\d+)\]/.exec(rest);
      const member = /^\.([^.[\]{}#$|*?()"'<>=&\s]+)/.exec(rest);
      const quoted = /^\[(?:'((?:[^']|'')*)'|"([^"]*)")\]/.exec(rest);
      if (index !== null) path.push({ index: Number(index[1]) });
      else if (member !== null) path.push({ member: member[1] ?? '' });
      else if (quoted !== null) {
        path.push({ member: quoted[1]?.replaceAll("''", "'") ?? quoted[2] ?? '' });
        if (this.#dotted) this.#warn('Only numbers stand in brackets.');
      } else throw this.#badAccess(rest);
      this.#at += (index ?? member ?? quoted)?.[0].length ?? 1;
    }
    return path;
  }

  #badAccess(rest: string): ExpressionError {
    if (/^\[[*?]/.test(rest) || rest.startsWith('[-')) {
      return new ExpressionError(
        'Wildcards, filters and negative indexes are no part of expressions; use a JSONPath criterion or selector.',
        this.#at,
      );
    }
    return new ExpressionError(`The expression cannot go on with "${rest.slice(0, 20)}".`, this.#at);
  }

  #takeRest(): string {
    const rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return rest;
  }

  #expectDot(before: string): void {
    if (this.#text[this.#at] !== '.') {
      throw new ExpressionError(`"$${before}" is followed by "." and a name.`, this.#at);
    }
    this.#at += 1;
    if (this.#at >= this.#text.length)
      throw new ExpressionError('The expression ends where a name is needed.', this.#at);
  }

  #warn(warning: string): void {
    this.#warnings.push(warning);
  }
}
