import { hasMember, isJsonObject, memberOf } from '../../document/json.ts';
import type { JsonValue } from '../../document/json.ts';
import { childPointer } from '../../document/json-pointer.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * `retryAfter` and `retryLimit` are for actions of type `retry`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#failure-action-object
 */
export const retryFields: Rule = {
  code: 'arazzo/retry-fields',
  check(document, context) {
    const components = '/components/failureActions';
    const reused = context.written(components);
    for (const key of reused !== undefined && isJsonObject(reused) ? Object.keys(reused) : []) {
      checkAction(context, childPointer(components, key));
    }
    for (const { pointer, steps } of document.workflows) {
      checkList(context, `${pointer}/failureActions`);
      for (const step of steps) {
        for (const name of ['onFailure', 'onTimeout', 'onCancel'])
          checkList(context, `${step.pointer}/${name}`);
      }
    }
  },
};

function checkList(context: RuleContext, pointer: string): void {
  const list: JsonValue | undefined = context.written(pointer);
  if (isJsonObject(list)) checkAction(context, pointer);
  if (!Array.isArray(list)) return;
  for (const index of list.keys()) checkAction(context, `${pointer}/${index}`);
}

function checkAction(context: RuleContext, pointer: string): void {
  const action = context.written(pointer);
  if (action === undefined || !isJsonObject(action)) return;
  const type = memberOf(action, 'type');
  if (type !== 'end' && type !== 'goto') return;
  for (const field of ['retryAfter', 'retryLimit']) {
    if (!hasMember(action, field)) continue;
    context.report({
      severity: 'warning',
      message: `"${field}" means nothing for an action of type "${type}"; it is for "retry".`,
      pointer: `${pointer}/${field}`,
      part: 'key',
      section: 'failure-action-object',
    });
  }
}
