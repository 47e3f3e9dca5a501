import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { declaredInputs, inputOf, withoutRequired } from '../../src/plan/link-inputs.ts';
import type { InputPlan } from '../../src/plan/workflow-plan.ts';
import { inputsOf, planOf, stepOf, uses } from './small-documents.ts';

function inputPlan(name: string, workflow: JsonObject, more: JsonObject = {}): InputPlan {
  const found = planOf(workflow, more).inputs.find((input) => input.name === name);
  if (found === undefined) throw new Error(`There is no input "${name}".`);
  return found;
}

describe('declaredInputs', () => {
  it('reads properties and required through allOf', () => {
    const { properties, required } = declaredInputs({
      required: ['a'],
      properties: { a: {} },
      allOf: [{ required: ['b'], properties: { b: { type: 'string' } } }, { allOf: [{ required: ['c'] }] }],
    });
    expect([...properties.keys()]).toEqual(['a', 'b']);
    expect([...required]).toEqual(['a', 'b', 'c']);
  });

  it('takes the first declaration of an input', () => {
    const { properties } = declaredInputs({
      properties: { a: { type: 'string' } },
      allOf: [{ properties: { a: {} } }],
    });
    expect(properties.get('a')).toEqual({ type: 'string' });
  });

  it.each([[undefined], [true], [{ properties: 3, required: 'a', allOf: {} }]])(
    'reads nothing out of %j',
    (schema) => {
      const { properties, required } = declaredInputs(schema);
      expect([properties.size, required.size]).toEqual([0, 0]);
    },
  );
});

describe('withoutRequired', () => {
  it('leaves what a value inside of an input requires', () => {
    const inner = { type: 'object', required: ['x'] };
    expect(
      withoutRequired({ required: ['a'], properties: { a: inner }, allOf: [{ required: ['b'] }] }),
    ).toEqual({
      properties: { a: inner },
      allOf: [{}],
    });
  });

  it('leaves what is required through anyOf, which is checked at the start', () => {
    expect(withoutRequired({ anyOf: [{ required: ['a'] }] })).toEqual({ anyOf: [{ required: ['a'] }] });
  });
});

it.each([
  ['user.name', 'user.name'],
  ['user.mail', 'user'],
  ['user.mail.host', 'user'],
  ['other.x', 'other.x'],
])('inputOf takes $inputs.%s for the input %s', (name, input) => {
  const declared = declaredInputs({ properties: { user: {}, 'user.name': {} } });
  expect(inputOf({ kind: 'inputs', name } as never, declared)).toBe(input);
});

describe('an input is required', () => {
  it('because the document says so', () => {
    expect(inputPlan('a', { inputs: inputsOf(['a']), steps: [stepOf('s', uses('a'))] }).requiredBecause).toBe(
      'required',
    );
  });

  it('because allOf, and a component that it refers to, say so', () => {
    const plan = inputPlan(
      'a',
      { inputs: { allOf: [{ $ref: '#/components/inputs/base' }] }, steps: [stepOf('s', uses('a'))] },
      { components: { inputs: { base: inputsOf(['a']) } } },
    );
    expect(plan.requiredBecause).toBe('required');
  });

  it('as the value of a parameter in the path', () => {
    const step = {
      stepId: 's',
      operationId: 'read',
      parameters: [{ name: 'id', in: 'path', value: '$inputs.a' }],
    };
    expect(inputPlan('a', { steps: [step] }).requiredBecause).toBe('path');
  });

  it('as the value of a parameter that the operation requires, and not of another', () => {
    const step = {
      stepId: 's',
      operationId: 'search',
      parameters: [
        { name: 'q', in: 'query', value: '$inputs.a' },
        { name: 'page', in: 'query', value: '$inputs.b' },
      ],
    };
    expect(inputPlan('a', { steps: [step] }).requiredBecause).toBe('parameter');
    expect(inputPlan('b', { steps: [step] }).requiredBecause).toBeUndefined();
  });

  it('as the value of a property of the body that the operation requires, and not of another', () => {
    const step = { stepId: 's', operationId: 'check', requestBody: { payload: uses('code', 'note') } };
    expect(inputPlan('code', { steps: [step] }).requiredBecause).toBe('body');
    expect(inputPlan('note', { steps: [step] }).requiredBecause).toBeUndefined();
  });

  it('inside of a text, without which no request can be made', () => {
    const step = stepOf('s', { greeting: 'Hello {$inputs.a}' });
    expect(inputPlan('a', { steps: [step] }).requiredBecause).toBe('text');
  });

  it('not where only a criterion or an output refers to it', () => {
    const step = stepOf(
      's',
      {},
      { successCriteria: [{ condition: '$inputs.a != 1' }], outputs: { b: '$inputs.b' } },
    );
    expect(inputPlan('a', { steps: [step] })).toEqual({ name: 'a', schema: {}, secret: false, home: 's' });
    expect(inputPlan('b', { steps: [step] }).requiredBecause).toBeUndefined();
  });

  it('never where it has a default, also of null', () => {
    const workflow = {
      inputs: inputsOf(['a', 'b'], { a: { default: 1 }, b: { default: null } }),
      steps: [stepOf('s', uses('a', 'b'))],
    };
    expect(inputPlan('a', workflow).requiredBecause).toBeUndefined();
    expect(inputPlan('b', workflow).requiredBecause).toBeUndefined();
  });

  it('at the start only, where no step refers to it', () => {
    const input = inputPlan('a', { inputs: inputsOf(['a']), steps: [stepOf('s')] });
    expect(input).toMatchObject({ requiredAtStart: true });
    expect(input.requiredBecause).toBeUndefined();
  });
});

describe('the home of an input', () => {
  const home = (name: string, ...steps: readonly JsonObject[]) => inputPlan(name, { steps }).home;

  it('is the first step in document order that refers to it', () => {
    expect(home('a', stepOf('one'), stepOf('two', uses('a')), stepOf('three', uses('a')))).toBe('two');
  });

  it('may be a step whose criteria, actions or outputs refer to it', () => {
    expect(
      home(
        'a',
        stepOf('one', {}, { successCriteria: [{ condition: '$inputs.a == 1' }] }),
        stepOf('two', uses('a')),
      ),
    ).toBe('one');
    const action = { name: 'x', type: 'end', criteria: [{ condition: '$inputs.a == 1' }] };
    expect(home('a', stepOf('one', {}, { onFailure: [action] }), stepOf('two', uses('a')))).toBe('one');
    expect(home('a', stepOf('one', {}, { outputs: { o: '$inputs.a' } }), stepOf('two', uses('a')))).toBe(
      'one',
    );
  });
});

describe('an input is secret', () => {
  it.each([
    ['by its name', 'password', {}],
    ['by its format', 'a', { format: 'password' }],
    ['being write-only', 'a', { writeOnly: true }],
    ['where the document says so', 'a', { 'x-xstate': { secret: true } }],
  ])('%s', (_why, name, schema) => {
    expect(
      inputPlan(name, {
        inputs: { type: 'object', properties: { [name]: schema } },
        steps: [stepOf('s', uses(name))],
      }).secret,
    ).toBe(true);
  });

  it('not where the document says that it is none', () => {
    const properties = { token: { 'x-xstate': { secret: false } } };
    expect(
      inputPlan('token', { inputs: { type: 'object', properties }, steps: [stepOf('s', uses('token'))] })
        .secret,
    ).toBe(false);
  });
});

it('choices become an expression and two pointers', () => {
  const properties = {
    a: { 'x-xstate': { choices: { from: '$steps.s.outputs.list', value: '/id', label: '/name' } } },
  };
  const plan = inputPlan('a', {
    inputs: { type: 'object', properties },
    steps: [stepOf('s', {}, { outputs: { list: '$response.body#/list' } }), stepOf('t', uses('a'))],
  });
  expect(plan.choices).toMatchObject({
    from: { kind: 'steps', stepId: 's', output: 'list' },
    value: ['id'],
    label: ['name'],
  });
});

it('inputs may have the names of what every object inherits', () => {
  const properties: JsonObject = JSON.parse('{"__proto__":{"type":"string"},"constructor":{}}');
  const plan = planOf({
    inputs: { type: 'object', required: ['__proto__', 'constructor'], properties },
    steps: [stepOf('s', { a: '$inputs.__proto__', b: '$inputs.constructor' })],
  });
  expect(plan.inputs.map(({ name, schema, requiredBecause }) => [name, schema, requiredBecause])).toEqual([
    ['__proto__', { type: 'string' }, 'required'],
    ['constructor', {}, 'required'],
  ]);
});
