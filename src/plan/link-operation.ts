import { memberOf } from '../document/json.ts';
import type { Step } from '../arazzo/model.ts';
import { findOperation } from '../openapi/find-operation.ts';
import type { Operation } from '../openapi/operation.ts';
import type { LinkContext } from './link-context.ts';

/** Finds the operation that a step calls, and says what stands in the way. */
export function linkOperation(
  context: LinkContext,
  step: Pick<Step, 'target' | 'pointer'>,
): Operation | undefined {
  const { document, sources, asyncSources, reporter } = context;
  const { target } = step;
  if (target.kind !== 'operationId' && target.kind !== 'operationPath') return undefined;
  const pointer = `${step.pointer}/${target.kind}`;
  const candidates = document.sourceDescriptions.filter((source) =>
    target.source === undefined ? source.type !== 'arazzo' : source.name === target.source,
  );
  const wanted = target.kind === 'operationId' ? target.operationId : `/${target.path.join('/')}`;
  const found: Operation[] = [];
  let problem: { readonly problem: string; readonly suggestion?: string } | undefined;
  for (const { name, type } of candidates) {
    if (type === 'asyncapi' || memberOf(asyncSources, name) !== undefined) continue;
    const openapi = memberOf(sources, name);
    if (openapi === undefined) {
      reporter.report({
        code: 'plan/source-missing',
        severity: 'warning',
        message: `The operation "${wanted}" was not looked up: the source description "${name}" could not be read.`,
        pointer,
      });
      return undefined;
    }
    const by = target.kind === 'operationId' ? { operationId: target.operationId } : { path: target.path };
    const operation = findOperation(openapi, name, by);
    if ('value' in operation) found.push(operation.value);
    else problem = operation;
  }
  const [first, second] = found;
  if (first === undefined) {
    const described = candidates.filter(
      ({ type, name }) => type !== 'asyncapi' && memberOf(asyncSources, name) === undefined,
    );
    if (described.length === 0 && candidates.length > 0) {
      // That an action is missing where the source says that it is of AsyncAPI has been said already.
      if (candidates.some(({ type }) => type !== 'asyncapi')) {
        const names = candidates.map(({ name }) => `"${name}"`).join(', ');
        reporter.report({
          code: 'arazzo/async-field',
          severity: 'error',
          message: `The operation "${wanted}" is one of AsyncAPI (${names}), so the step must have "action".`,
          pointer: step.pointer,
          help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
        });
      }
    } else if (described.length > 0 || target.source === undefined) {
      const names = described.map(({ name }) => `"${name}"`).join(', ') || 'any source description';
      const hint = problem?.suggestion === undefined ? '' : ` Did you mean "${problem.suggestion}"?`;
      reporter.report({
        code: 'plan/operation-not-found',
        severity: 'error',
        message: `${problem?.problem ?? `No operation "${wanted}" was found in ${names}.`}${problem?.problem.includes('Did you mean') === true ? '' : hint}`,
        pointer,
        help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
      });
    }
    return undefined;
  }
  if (second !== undefined) {
    reporter.report({
      code: 'plan/operation-ambiguous',
      severity: 'error',
      message: `The operation "${wanted}" is in "${first.source}" and in "${second.source}"; write "$sourceDescriptions.${first.source}.${wanted}".`,
      pointer,
      help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
    });
    return undefined;
  }
  return first;
}
