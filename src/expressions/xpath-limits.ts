import type { Element } from 'slimdom';

/** Longer expressions are refused. */
export const MAX_QUERY_LENGTH = 2000;

/** Documents with more nodes are not searched for pairs. */
export const MAX_NODES_IN_PAIRS = 2000;

const MAX_REPEATS = 10_000;
const MAX_BINDINGS = 6;
/** What a function that makes many items of one text counts for. */
const ITEMS_OF_TEXT = 100;

const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'abs adjust-date-to-timezone adjust-dateTime-to-timezone adjust-time-to-timezone avg base-uri boolean ceiling ' +
    'codepoint-equal codepoints-to-string compare concat contains count data dateTime day-from-date ' +
    'day-from-dateTime days-from-duration deep-equal default-collation distinct-values document-uri empty ' +
    'encode-for-uri ends-with escape-html-uri exactly-one exists false floor format-date format-integer ' +
    'format-number has-children head hours-from-dateTime hours-from-duration hours-from-time id in-scope-prefixes ' +
    'index-of innermost insert-before iri-to-uri lang last local-name local-name-from-QName lower-case matches max ' +
    'min minutes-from-dateTime minutes-from-duration minutes-from-time month-from-date month-from-dateTime ' +
    'months-from-duration name namespace-uri namespace-uri-for-prefix namespace-uri-from-QName node-name ' +
    'normalize-space normalize-unicode not number one-or-more outermost path position prefix-from-QName QName ' +
    'remove replace resolve-QName reverse root round round-half-to-even seconds-from-dateTime ' +
    'seconds-from-duration seconds-from-time starts-with string string-join string-length string-to-codepoints ' +
    'subsequence substring substring-after substring-before sum tail timezone-from-date timezone-from-dateTime ' +
    'timezone-from-time tokenize translate true unordered upper-case year-from-date year-from-dateTime ' +
    'years-from-duration zero-or-one ' +
    // map:, array: and math:
    'append contains entry flatten get join keys merge put size acos asin atan atan2 cos exp exp10 log log10 pi pow ' +
    'sin sqrt tan'
  ).split(' '),
);

const REFUSED: Readonly<Record<string, string>> = {
  inlineFunctionExpr: 'Functions of its own',
  namedFunctionRef: 'References to functions',
  dynamicFunctionInvocationExpr: 'Calls of function values',
  argumentPlaceholder: 'Calls with "?" for an argument',
  letClause: '"let"',
  rangeSequenceExpr: 'Ranges with "to"',
};

/**
 * Why an expression is not evaluated: what it uses could run for ever, reach out of the document, or give something
 * else at another time. Ordinary expressions use none of it. Paths are not counted here: the nodes that they visit
 * are.
 *
 * @param tree The expression as XQueryX.
 */
export function limitProblem(tree: Element): string | undefined {
  let repeats = 1;
  let bindings = 0;
  for (const element of [tree, ...tree.getElementsByTagNameNS('*', '*')]) {
    const name = element.localName;
    const refused = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
    if (refused !== undefined) return `${refused} cannot be used in XPath here.`;
    if (name === 'sequenceExpr' || name === 'squareArray' || name === 'mapConstructor') {
      repeats *= Math.max(1, element.childElementCount);
    }
    if (name === 'typedVariableBinding' || name === 'simpleMapExpr') {
      bindings += name === 'simpleMapExpr' ? element.childElementCount - 1 : 1;
    }
    if (name === 'functionName' || name === 'EQName') {
      const problem = functionProblem(element);
      if (problem !== undefined) return problem;
      if (element.textContent === 'tokenize' || element.textContent === 'string-to-codepoints') {
        repeats *= ITEMS_OF_TEXT;
      }
    }
  }
  return repeats > MAX_REPEATS || bindings > MAX_BINDINGS
    ? 'The XPath expression repeats too much of itself.'
    : undefined;
}

const COMPARISONS = /^(?:equal|notEqual|lessThan|lessThanOrEqual|greaterThan|greaterThanOrEqual)Op$/;
const COMPARES_ALL: ReadonlySet<string> = new Set(['distinct-values', 'index-of', 'deep-equal']);
const NEAR_AXES = /^(?:attribute|self|parent)$/;
const CONSTANT = /ConstantExpr$|^(?:contextItemExpr|varRef)$/;

/** Whether an expression compares many nodes with many others, so that its work grows with the square of them. */
export function comparesPairs(tree: Element): boolean {
  return [tree, ...tree.getElementsByTagNameNS('*', '*')].some((element) => {
    if (element.localName === 'functionName' || element.localName === 'EQName') {
      return COMPARES_ALL.has(element.textContent ?? '');
    }
    if (!COMPARISONS.test(element.localName)) return false;
    const operands = [...element.children].map((operand) => operand.firstElementChild);
    return operands.every((operand) => operand !== null && !isSingle(operand));
  });
}

function isSingle(expression: Element): boolean {
  const name = expression.localName;
  if (CONSTANT.test(name)) return true;
  if (name === 'functionCallExpr') {
    const called = expression.firstElementChild?.textContent ?? '';
    return /^(?:count|string|number|sum|string-length|position|last|name|local-name|concat|normalize-space)$/.test(
      called,
    );
  }
  if (name !== 'pathExpr') return false;
  return [...expression.children].every((step) => {
    const first = step.firstElementChild;
    if (step.localName !== 'stepExpr' || first === null) return false;
    if (first.localName === 'xpathAxis') return NEAR_AXES.test(first.textContent ?? '');
    return (
      first.localName === 'filterExpr' &&
      first.firstElementChild !== null &&
      isSingle(first.firstElementChild)
    );
  });
}

/** The processor's own functions (they evaluate, fetch and sleep) are in a namespace that no prefix here names. */
function functionProblem(element: Element): string | undefined {
  const name = element.textContent ?? '';
  const prefix = element.getAttributeNS(element.namespaceURI, 'prefix') ?? '';
  if (prefix === 'xs') return undefined;
  if (!FUNCTIONS.has(name)) return `The function "${name}" cannot be used in XPath here.`;
  return /^(?:replace|tokenize)$/.test(name) ? patternProblem(element) : undefined;
}

/** These two run on the engine of JavaScript, which can take for ever where something repeated is repeated. */
function patternProblem(element: Element): string | undefined {
  const call = element.parentElement;
  const list = [...(call?.children ?? [])].find(({ localName }) => localName === 'arguments');
  const index = call?.localName === 'arrowExpr' ? 0 : 1;
  const pattern = list?.children[index];
  if (pattern === undefined) return undefined;
  const source = pattern.textContent ?? '';
  const safe = pattern.localName === 'stringConstantExpr' && !/[*+}?]/.test(source.replace(/\\.|[*+]$/g, ''));
  return safe
    ? undefined
    : `The pattern of "${element.textContent ?? ''}" must be a text that repeats its end at most.`;
}
