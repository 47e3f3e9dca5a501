import type { Operation, OperationParameter } from '../../src/openapi/operation.ts';

/** An operation for tests: `GET /` of the source `api` on http://api.test, with what is given on top. */
export function operationOf(members: Partial<Operation> = {}): Operation {
  return {
    source: 'api',
    method: 'GET',
    path: '/',
    servers: [{ url: 'http://api.test', variables: {} }],
    parameters: [],
    security: [],
    ...members,
  };
}

/** A declared parameter named `color`, with what is given on top. */
export function parameterOf(members: Partial<OperationParameter>): OperationParameter {
  return {
    name: 'color',
    in: 'query',
    required: false,
    style: 'form',
    explode: false,
    allowReserved: false,
    ...members,
  };
}
