import type { Parameter } from '../model.ts';
import { reportRepeated } from './repeated.ts';
import type { Rule } from './rule.ts';

/**
 * No list of parameters has two of the same name and place. Names of headers are compared without case.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#parameter-object
 */
export const parameterUnique: Rule = {
  code: 'arazzo/parameter-unique',
  check(document, context) {
    const lists = document.workflows.flatMap((workflow) => [
      workflow.parameters,
      ...[...workflow.successActions, ...workflow.failureActions].map((action) => action.parameters),
      ...workflow.steps.flatMap((step) => [
        step.parameters,
        ...[...step.onSuccess, ...step.onFailure].map((action) => action.parameters),
      ]),
    ]);
    for (const list of lists) {
      reportRepeated(context, list, {
        key: keyOf,
        pointer: (parameter) => parameter.pointer,
        message: ({ name, in: place }) =>
          `The parameter "${name}"${place === undefined ? '' : ` in "${place}"`} is given more than once.`,
        section: 'parameter-object',
      });
    }
  },
};

function keyOf(parameter: Parameter): string {
  const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
  return `${parameter.in ?? ''} ${name}`;
}
