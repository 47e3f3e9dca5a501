import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, Node, Pair, Scalar, YAMLMap } from 'yaml';

import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Severity, SourceRange } from './diagnostic.ts';
import { setMember } from './json.ts';
import type { JsonValue } from './json.ts';
import { MAX_DEPTH } from './source-tree.ts';
import type { SourceTree } from './source-tree.ts';

/** A problem of the text, before it is known which node it belongs to. */
export interface TextProblem {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: SourceRange;
  readonly related?: { readonly message: string; readonly range: SourceRange };
}

/** What aliases may add to a document: so many nodes, counting what is copied again each time. */
const MAX_ALIAS_NODES = 200_000;

const NEVER_YAML_KEYS = new Set(['<<']);

/**
 * Reads YAML 1.2 with the core schema. Aliases are followed within a budget; merge keys, custom tags, keys that
 * are no scalars and several documents in one text are not supported and are reported.
 *
 * @returns Every problem found; no tree when one of them is an error.
 */
export function readYamlText(text: string): {
  readonly tree?: SourceTree;
  readonly problems: readonly TextProblem[];
} {
  const documents = parse(text);
  if ('problem' in documents) return { problems: [documents.problem] };
  const [document] = documents;
  const problems = documents.flatMap((each) => syntaxProblems(each, text.length));
  const second = documents[1];
  if (second !== undefined) {
    const start = second.range?.[0] ?? 0;
    problems.push({
      code: 'document/multiple-documents',
      severity: 'error',
      message: 'The text holds more than one YAML document.',
      range: { start, end: Math.min(start + 3, text.length) },
    });
  }
  if (document === undefined || problems.some((problem) => problem.severity === 'error')) {
    return problems.length > 0 ? { problems } : { problems, tree: EMPTY };
  }
  const reader = new TreeReader();
  const value = reader.read(document.contents, 0);
  problems.push(...reader.problems);
  if (problems.some((problem) => problem.severity === 'error')) return { problems };
  const contents = document.contents;
  return {
    problems,
    tree: { value, rangeOf: (tokens, part) => findRange(contents, tokens, part, reader.targets) },
  };
}

const EMPTY: SourceTree = { value: null, rangeOf: () => ({ start: 0, end: 0 }) };

type YamlDocument = Document.Parsed;

function parse(text: string): readonly YamlDocument[] | { readonly problem: TextProblem } {
  try {
    const documents = parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const all = [...documents] as YamlDocument[];
    // `---` at the end of a text begins a document that nobody wrote.
    return all.filter((document, index) => index === 0 || !isEmptyDocument(document));
  } catch (error) {
    const deep = error instanceof RangeError;
    return { problem: deep ? tooDeep({ start: 0, end: 0 }) : unreadable() };
  }
}

function isEmptyDocument(document: YamlDocument): boolean {
  const { contents } = document;
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === '');
}

function unreadable(): TextProblem {
  return {
    code: 'document/yaml-syntax',
    severity: 'error',
    message: 'The text cannot be read as YAML.',
    range: { start: 0, end: 0 },
  };
}

function tooDeep(range: SourceRange): TextProblem {
  return {
    code: 'document/too-large',
    severity: 'error',
    message: 'The document is nested too deeply.',
    range,
  };
}

function syntaxProblems(document: YamlDocument, length: number): TextProblem[] {
  const exhausted = document.errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) return [tooDeep(rangeOfError(exhausted.pos, length))];
  const problems: TextProblem[] = [];
  for (const error of document.errors) {
    const range = rangeOfError(error.pos, length);
    // One mistake often makes the reader stumble twice at the same place.
    if (problems.at(-1)?.range.start === range.start) continue;
    problems.push({
      code: 'document/yaml-syntax',
      severity: 'error',
      message: sentence(error.message),
      range,
    });
  }
  for (const warning of document.warnings) {
    const tag = warning.code === 'TAG_RESOLVE_FAILED';
    problems.push({
      code: 'document/unsupported-yaml',
      severity: tag ? 'error' : 'warning',
      message: tag
        ? 'Tags other than those of the JSON schema of YAML are not supported.'
        : sentence(warning.message),
      range: rangeOfError(warning.pos, length),
    });
  }
  return problems;
}

function rangeOfError([from, to]: readonly [number, number], length: number): SourceRange {
  const start = Math.min(from, length);
  return { start, end: Math.max(start, Math.min(to, length)) };
}

function sentence(message: string): string {
  const line = (message.split('\n')[0] ?? '')
    .replace('Missing closing "quote', 'Missing closing "double quote"')
    .trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** Turns the nodes of YAML into JSON, in the order they are written. */
class TreeReader {
  readonly problems: TextProblem[] = [];
  /** What each alias stands for. */
  readonly targets = new Map<Node, Node>();
  readonly #anchors = new Map<string, Node>();
  readonly #read = new Map<
    Node,
    { readonly value: JsonValue; readonly size: number; readonly height: number }
  >();
  #size = 0;
  #deepest = 0;
  #aliasNodes = 0;

  read(node: unknown, depth: number): JsonValue {
    this.#size += 1;
    this.#deepest = Math.max(this.#deepest, depth);
    if (isAlias(node)) return this.#readAlias(node, depth);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor === undefined) return this.#readPlain(node, depth);
    const [before, around] = [this.#size, this.#deepest];
    this.#anchors.set(anchor, node as Node);
    this.#deepest = depth;
    const value = this.#readPlain(node, depth);
    this.#read.set(node as Node, { value, size: this.#size - before + 1, height: this.#deepest - depth });
    this.#deepest = Math.max(this.#deepest, around);
    return value;
  }

  #readPlain(node: unknown, depth: number): JsonValue {
    if (depth > MAX_DEPTH) return this.#tooLarge(tooDeep(rangeOfNode(node)));
    if (isMap(node)) return this.#readMap(node, depth);
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1));
    return isScalar(node) ? this.#readScalar(node) : null;
  }

  #readMap(map: YAMLMap, depth: number): JsonValue {
    const object: Record<string, JsonValue> = {};
    const keys = new Map<string, SourceRange>();
    for (const pair of map.items) {
      const range = rangeOfNode(pair.key);
      const key = keyText(pair.key);
      if (key === undefined) {
        this.#unsupported(
          'A key must be a plain scalar; sequences, mappings and aliases are not supported as keys.',
          range,
        );
        continue;
      }
      if (NEVER_YAML_KEYS.has(key) && isAlias(pair.value)) {
        this.#unsupported(
          'Merge keys are not part of YAML 1.2: "<<" is a key like any other.',
          range,
          'warning',
        );
      }
      const first = keys.get(key);
      if (first === undefined) keys.set(key, range);
      else {
        this.problems.push({
          code: 'document/duplicate-key',
          severity: 'error',
          message: `The key "${key}" is given more than once.`,
          range,
          related: { message: 'It is first given here.', range: first },
        });
      }
      setMember(object, key, this.read(pair.value, depth + 1));
    }
    return object;
  }

  #readScalar(scalar: Scalar): JsonValue {
    const { value } = scalar;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        this.#unsupported(
          'The number has no JSON form: it is infinite, no number, or too large.',
          rangeOfNode(scalar),
        );
        return null;
      }
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(scalar.source ?? '')) {
        this.#unsupported(
          'The number has more digits than can be kept; quote it if it is an identifier.',
          rangeOfNode(scalar),
          'warning',
        );
      }
      return value;
    }
    return typeof value === 'string' || typeof value === 'boolean' ? value : null;
  }

  #readAlias(alias: Node & { readonly source: string }, depth: number): JsonValue {
    const target = this.#anchors.get(alias.source);
    const known = target === undefined ? undefined : this.#read.get(target);
    if (target === undefined || known === undefined) {
      this.problems.push({
        code: 'document/yaml-syntax',
        severity: 'error',
        message:
          target === undefined
            ? `The alias "${alias.source}" has no anchor before it.`
            : `The alias "${alias.source}" stands inside of what it refers to.`,
        range: rangeOfNode(alias),
      });
      return null;
    }
    this.targets.set(alias, target);
    this.#size += known.size;
    this.#aliasNodes += known.size;
    this.#deepest = Math.max(this.#deepest, depth + known.height);
    if (depth + known.height > MAX_DEPTH) return this.#tooLarge(tooDeep(rangeOfNode(alias)));
    if (this.#aliasNodes <= MAX_ALIAS_NODES) return known.value;
    return this.#tooLarge({
      code: 'document/too-large',
      severity: 'error',
      message: 'Aliases make the document too large.',
      range: rangeOfNode(alias),
    });
  }

  /** Told once. */
  #tooLarge(problem: TextProblem): null {
    if (!this.problems.some(({ code }) => code === problem.code)) this.problems.push(problem);
    return null;
  }

  #unsupported(message: string, range: SourceRange, severity: Severity = 'error'): void {
    this.problems.push({ code: 'document/unsupported-yaml', severity, message, range });
  }
}

/** A key as it is written: `200`, `1.0` and `null` are names, too. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return key === null ? '' : undefined;
  if (typeof key.value === 'string') return key.value;
  return key.source ?? String(key.value);
}

function rangeOfNode(node: unknown): SourceRange {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}

function findRange(
  root: unknown,
  tokens: readonly string[],
  part: 'key' | 'value',
  targets: ReadonlyMap<Node, Node>,
): SourceRange {
  let node = root;
  let pair: Pair | undefined;
  for (const token of tokens) {
    const inside = isAlias(node) ? targets.get(node) : node;
    pair = isMap(inside) ? inside.items.find((item) => keyText(item.key) === token) : undefined;
    if (pair !== undefined) node = pair.value;
    else {
      const item = isSeq(inside) && /^(?:0|[1-9]\d*)$/.test(token) ? inside.items[Number(token)] : undefined;
      if (item === undefined) return rangeOfNode(node);
      node = item;
    }
  }
  const value = rangeOfNode(node);
  // `key:` without a value has no text of its own.
  return pair !== undefined && (part === 'key' || value.start === value.end) ? rangeOfNode(pair.key) : value;
}
