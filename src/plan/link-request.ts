import type { Output, Parameter, RequestBody } from '../arazzo/model.ts';
import type { Operation } from '../openapi/operation.ts';
import { isSecretName } from './secret-name.ts';
import type { BodyPlan, OutputPlan, ParameterPlan } from './workflow-plan.ts';

/** Links outputs, and tells which of them are secrets. */
export function linkOutputs(outputs: readonly Output[], secrets: readonly string[]): readonly OutputPlan[] {
  return outputs.map(({ name, value }) => ({
    name,
    value,
    secret: secrets.includes(name) || isSecretName(name),
  }));
}

/** Links a request body. */
export function linkBody(body: RequestBody | undefined): { readonly body?: BodyPlan } {
  if (body === undefined || (body.payload === undefined && body.replacements.length === 0)) return {};
  const { contentType, payload } = body;
  const replacements = body.replacements.map(({ target, type, value }) => ({
    target,
    ...(type === undefined ? {} : { type }),
    value,
  }));
  return {
    body: {
      ...(contentType === undefined ? {} : { contentType }),
      ...(payload === undefined ? {} : { payload }),
      ...(replacements.length === 0 ? {} : { replacements }),
    },
  };
}

/** Links the parameters of a request: a step's own, over those of its workflow. */
export function linkParameters(
  operation: Operation,
  shared: readonly Parameter[],
  own: readonly Parameter[],
): readonly ParameterPlan[] {
  const byIdentity = new Map<string, Parameter>();
  // A parameter of the workflow that has no place belongs to the workflows that its steps call.
  for (const parameter of [...shared.filter((one) => one.in !== undefined), ...own])
    byIdentity.set(`${parameter.in} ${parameter.name}`, parameter);
  return [...byIdentity.values()].flatMap((parameter): readonly ParameterPlan[] => {
    const location = parameter.in ?? 'query';
    // One of the workflow, for those of its steps that use a channel.
    if (location === 'channel') return [];
    const declared = operation.parameters.find(
      ({ name, in: place }) => name === parameter.name && place === location,
    );
    return [
      {
        name: parameter.name,
        in: location,
        value: parameter.value,
        required: location === 'path' || declared?.required === true,
      },
    ];
  });
}
