import * as fc from 'fast-check';

/** A state of a random machine: a configuration as plain JSON. */
interface StateJson {
  readonly [member: string]: unknown;
}

/** Names that mean something to someone: to JavaScript, to HTML, to Mermaid, to the drawing itself. */
const NAMES = [
  'idle',
  'loading',
  'done',
  'failed',
  'constructor',
  '__proto__',
  'toString',
  '<b>&"\'',
  'end',
  'note',
  'a b',
  '(start)',
  '状態',
  '%%{init}',
] as const;

const name = fc.constantFrom(...NAMES);
const event = fc.constantFrom('GO', 'BACK', '*', 'cancel', 'submit', 'x"y', '--> [*]');

/** Targets are made of the names, so that many of them exist, some in other states, and some nowhere. */
const target = fc.oneof(
  name,
  name.map((one) => `.${one}`),
  fc.tuple(name, name).map(([one, other]) => `${one}.${other}`),
  name.map((one) => `#m.${one}`),
  fc.tuple(name, name).map(([one, other]) => `#m.${one}.${other}`),
);

const transition = fc.oneof(
  target,
  fc.record(
    {
      target: fc.oneof(target, fc.array(target, { maxLength: 2 })),
      guard: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 90 }),
        fc.record({ type: fc.constant('inputs present'), params: fc.jsonValue({ maxDepth: 1 }) }),
      ),
      actions: fc.oneof(
        fc.constantFrom('log', 'fail'),
        fc.array(fc.record({ type: fc.string({ maxLength: 9 }) })),
      ),
    },
    { requiredKeys: [] },
  ),
);

const transitions = fc.oneof(transition, fc.array(transition, { maxLength: 3 }));

function state(depth: number): fc.Arbitrary<StateJson> {
  const common = {
    type: fc.constantFrom(undefined, undefined, undefined, 'final', 'parallel', 'history'),
    initial: name,
    on: fc.dictionary(event, transitions, { maxKeys: 3 }),
    always: transitions,
    after: fc.dictionary(fc.constantFrom('1000', 'soon'), transitions, { maxKeys: 1 }),
    invoke: fc.record({ src: name, onDone: transitions, onError: transitions }, { requiredKeys: ['src'] }),
    tags: fc.subarray(['busy', 'waiting', 'step:x']),
    description: fc.string({ maxLength: 20 }),
  };
  if (depth === 0) return fc.record(common, { requiredKeys: [] });
  return fc.record(
    { ...common, states: fc.dictionary(name, state(depth - 1), { maxKeys: depth + 1 }), onDone: transitions },
    { requiredKeys: depth === 2 ? ['states'] : [] },
  );
}

/** The configurations of machines, as JSON: nested, parallel, with edges across borders and to nowhere. */
export const randomMachine = state(2).map((root) => ({ ...root, id: 'm' }));
