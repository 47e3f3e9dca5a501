import { describe, expect, it } from 'vitest';
import { problems, withStep, workflowOf } from './support.ts';

const INPUTS = '/workflows/0/inputs';
const withInputs = (inputs: string, components = ''): string =>
  withStep('operationId: send', {
    version: '1.1.0',
    workflow: `inputs: ${inputs}`,
    after: components === '' ? '' : `components:\n  inputs: ${components}\n`,
  });

describe('inputs', () => {
  it('are absent where none are declared', () => {
    expect(workflowOf(withStep('operationId: send'))).not.toHaveProperty('inputs');
  });

  it('may be a boolean', () => {
    expect(workflowOf(withInputs('true'))?.inputs).toEqual({});
    expect(workflowOf(withInputs('false'))?.inputs).toEqual({ not: {} });
  });

  it.each([
    ['{ type: text }', '/type'],
    ['{ type: [] }', '/type'],
    ['{ properties: { a: 3 } }', '/properties/a'],
    ['{ properties: [] }', '/properties'],
    ['{ properties: { a: { required: true } } }', '/properties/a/required'],
    ['{ allOf: [] }', '/allOf'],
    ['{ anyOf: [{ minLength: -1 }] }', '/anyOf/0/minLength'],
    ['{ enum: a }', '/enum'],
    ['{ multipleOf: 0 }', '/multipleOf'],
    ['{ items: [{}] }', '/items'],
    ['{ $ref: 3 }', '/$ref'],
  ])('%s is no schema', (schema, place) => {
    expect(problems(withInputs(schema))).toEqual([`error arazzo/invalid-schema ${INPUTS}${place}`]);
  });

  it('keep what schemas do not define, and do not look into constants', () => {
    const schema = '{ x-form: { type: text }, default: { type: text }, const: { $ref: 3 }, widget: 1 }';
    expect(problems(withInputs(schema))).toEqual([]);
    expect(workflowOf(withInputs(schema))?.inputs).toMatchObject({ widget: 1, const: { $ref: 3 } });
  });
});

const inputs = (schema: string): unknown =>
  workflowOf(withInputs(schema, '{ a: { type: string, description: x } }'))?.inputs;

describe('$ref in inputs', () => {
  it('is replaced by what it refers to, however deep', () => {
    const text = withInputs(
      "{ $ref: '#/components/inputs/login' }",
      "{ login: { properties: { who: { $ref: '#/components/inputs/user' } } }, user: { $anchor: person, type: string } }",
    );
    expect(problems(text)).toEqual([]);
    expect(workflowOf(text)?.inputs).toEqual({ properties: { who: { $anchor: 'person', type: 'string' } } });
  });

  it('may name an anchor', () => {
    const text = withInputs(
      "{ properties: { who: { $ref: '#person' } } }",
      '{ user: { $anchor: person, type: string } }',
    );
    expect(problems(text)).toEqual([]);
    expect(workflowOf(text)?.inputs).toMatchObject({ properties: { who: { type: 'string' } } });
  });

  it('may point into a component or into the schema itself', () => {
    const text = withInputs(
      "{ $defs: { a: { type: integer } }, properties: { a: { $ref: '#/$defs/a' }, b: { $ref: '#/components/inputs/u/properties/a~1b' } } }",
      '{ u: { properties: { a/b: { type: boolean } } } }',
    );
    expect(problems(text)).toEqual([]);
    expect(workflowOf(text)?.inputs).toMatchObject({
      properties: { a: { type: 'integer' }, b: { type: 'boolean' } },
    });
  });

  it('takes over annotations beside it and adds other keywords to it', () => {
    expect(inputs("{ $ref: '#/components/inputs/a', description: y }")).toEqual({
      type: 'string',
      description: 'y',
    });
    expect(inputs("{ $ref: '#/components/inputs/a', minLength: 2 }")).toEqual({
      minLength: 2,
      allOf: [{ type: 'string', description: 'x' }],
    });
  });

  it.each([
    "'#/components/inputs/b'",
    "'#nothing'",
    "'other.yaml#/a'",
    "'#/components/inputs/__proto__'",
    "'#/~2'",
  ])('cannot refer to %s', (reference) => {
    const text = withInputs(`{ properties: { a: { $ref: ${reference} } } }`, '{ a: {} }');
    expect(problems(text)).toEqual([`error arazzo/schema-reference ${INPUTS}/properties/a/$ref`]);
    expect(workflowOf(text)?.inputs).toEqual({ properties: { a: {} } });
  });

  it('that only refers to itself is an error', () => {
    const text = withInputs(
      "{ $ref: '#/components/inputs/a' }",
      "{ a: { $ref: '#/components/inputs/b' }, b: { $ref: '#/components/inputs/a' } }",
    );
    expect(problems(text).every((problem) => problem.startsWith('error arazzo/schema-reference'))).toBe(true);
    expect(problems(text)).not.toEqual([]);
  });

  it('that contains itself is a warning', () => {
    const text = withInputs(
      "{ $ref: '#/components/inputs/tree' }",
      "{ tree: { properties: { kids: { items: { $ref: '#/components/inputs/tree' } } } } }",
    );
    expect(problems(text)).toEqual([
      'warning arazzo/schema-reference /components/inputs/tree/properties/kids/items/$ref',
    ]);
    expect(workflowOf(text)?.inputs).toEqual({ properties: { kids: { items: {} } } });
  });

  it('cannot make a schema grow without bound', () => {
    const levels = Array.from({ length: 40 }, (_, level) => {
      const next = `{ $ref: '#/components/inputs/l${level + 1}' }`;
      return `l${level}: { properties: { a: ${next}, b: ${next} } }`;
    });
    const text = withInputs("{ $ref: '#/components/inputs/l0' }", `{ ${levels.join(', ')}, l40: {} }`);
    const started = performance.now();
    expect(problems(text).some((problem) => problem.includes('arazzo/schema-reference'))).toBe(true);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
