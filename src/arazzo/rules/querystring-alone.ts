import type { Parameter, Step, Workflow } from '../model.ts';
import type { Rule } from './rule.ts';

/**
 * A parameter in `querystring` is the whole query of its request: no second one and no query parameter stands beside it.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#parameter-object
 */
export const querystringAlone: Rule = {
  code: 'arazzo/querystring-alone',
  check(document, context) {
    for (const workflow of document.workflows) {
      for (const step of workflow.steps) {
        const parameters = inQuery(workflow, step);
        const whole = parameters.find((parameter) => parameter.in === 'querystring');
        const other = parameters.findLast((parameter) => parameter !== whole);
        if (whole === undefined || other === undefined) continue;
        // What the step says itself is told, rather than what its workflow says for all steps.
        const [told, related] = isBefore(whole, other) ? [other, whole] : [whole, other];
        context.report({
          severity: 'error',
          message: `The parameter "${whole.name}" in "querystring" is the whole query, so "${other.name}" cannot be sent beside it.`,
          pointer: told.pointer,
          related: { message: `"${related.name}" is given here.`, pointer: related.pointer },
          section: 'parameter-object',
        });
      }
    }
  },
};

/** The parameters of a step's request that go into its query; a step's own overrides one of its workflow. */
function inQuery(workflow: Workflow, step: Step): readonly Parameter[] {
  if (step.target.kind === 'workflowId' || step.message !== undefined) return [];
  const byIdentity = new Map<string, Parameter>();
  for (const parameter of [...workflow.parameters, ...step.parameters])
    if (parameter.in === 'query' || parameter.in === 'querystring')
      byIdentity.set(`${parameter.in} ${parameter.name}`, parameter);
  return [...byIdentity.values()];
}

function isBefore(one: Parameter, other: Parameter): boolean {
  const isOwn = ({ pointer }: Parameter): boolean => pointer.includes('/steps/');
  if (isOwn(one) !== isOwn(other)) return isOwn(other);
  const place = ({ pointer }: Parameter): number => Number(pointer.slice(pointer.lastIndexOf('/') + 1));
  return place(one) < place(other);
}
