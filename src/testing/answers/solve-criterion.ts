import type { JsonValue } from '../../document/json.ts';
import type { Criterion } from '../../expressions/criterion.ts';
import { evaluateExpression, evaluateTemplate, textOf } from '../../expressions/evaluate.ts';
import { evaluateCriterion, querySource, xpathSource } from '../../expressions/evaluate-criterion.ts';
import { compilePattern } from '../../expressions/linear-pattern.ts';
import type { Draft, Value } from './draft.ts';
import { textsMatching, textsNotMatching } from './pattern-text.ts';
import { placeOf, pointerOf, type Place, type Solving } from './place.ts';
import { solveCondition } from './solve-condition.ts';
import { valuesSelecting, valuesSelectingNothing } from './solve-json-path.ts';
import { solveXPath } from './solve-xpath.ts';

/**
 * Drafts like the given one for which a criterion may pass, or fail; the draft itself first, where it does already.
 * They are proposals: who asks must evaluate.
 */
export function* solveCriterion(
  criterion: Criterion,
  wanted: boolean,
  draft: Draft,
  solving: Solving,
): Generator<Draft> {
  if (criterion.kind === 'simple') {
    yield* solveCondition(criterion.condition, wanted, draft, solving);
    return;
  }
  if (evaluateCriterion(criterion, solving.scopeOf(draft)) === wanted) yield draft;
  const place = placeOf(criterion.context, [], solving);
  if (place === undefined) return;
  for (const value of valuesFor(criterion, wanted, draft, place, solving)) yield* place.set(draft, value);
}

function* valuesFor(
  criterion: Exclude<Criterion, { kind: 'simple' }>,
  wanted: boolean,
  draft: Draft,
  place: Place,
  solving: Solving,
): Generator<Value> {
  const scope = solving.scopeOf(draft);
  const now = evaluateExpression(criterion.context, scope);
  const at = pointerOf(criterion.context);
  switch (criterion.kind) {
    case 'regex': {
      const pattern = evaluateTemplate(criterion.pattern, scope);
      if ('value' in pattern && typeof pattern.value === 'string')
        yield* textsFor(pattern.value, wanted, place.samples(draft), place.schema(draft)?.['type']);
      return;
    }
    case 'jsonpath': {
      const query = querySource(criterion.query, scope);
      if (query === undefined) return;
      const bodies = [now, ...place.samples(draft)];
      for (const body of bodies) {
        if (wanted) yield* valuesSelecting(query, body, draft.shape, at);
        else yield* valuesSelectingNothing(query, body, draft.shape, at);
      }
      return;
    }
    case 'xpath': {
      const query = xpathSource(criterion.query, scope);
      if ('value' in query) yield* solveXPath(query.value, wanted, now);
      if (!wanted) yield undefined;
    }
  }
}

function* textsFor(
  pattern: string,
  wanted: boolean,
  samples: readonly JsonValue[],
  type: JsonValue | undefined,
): Generator<Value> {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) return;
  const isFound = (value: JsonValue): boolean => {
    try {
      return compiled.value.test(textOf(value));
    } catch {
      return !wanted;
    }
  };
  yield* samples.filter((sample) => sample !== null && isFound(sample) === wanted);
  const isNumeric = type === 'integer' || type === 'number';
  for (const text of wanted ? textsMatching(pattern) : textsNotMatching(pattern)) {
    const number = Number(text);
    // Written again, the number must be the same text.
    if (isNumeric && String(number) === text) yield number;
    yield text;
  }
  if (!wanted) yield undefined;
}
