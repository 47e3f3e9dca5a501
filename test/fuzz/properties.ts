import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { isJsonObject, type JsonValue } from '../../src/document/json.ts';
import { persist, restore } from '../../src/machines/persist.ts';
import { isUsageError } from '../../src/machines/usage-error.ts';
import type { WorkflowMachine } from '../../src/machines/workflow-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { checked, checkValue, evaluateSentence, sentence } from './languages.ts';
import { bomb, damaged } from './hostile-texts.ts';
import { mutated, mutations, type Mutation } from './mutate.ts';
import { machineOf, plansOf, takeThrough } from './pipeline.ts';
import { choices, play, playOn, type Choices } from './play.ts';
import { asking, everything, examples, inSwagger, logins, type Seed } from './seeds.ts';

/** One thing that must hold whatever comes, and what comes. `run` throws where it does not hold. */
export interface Property {
  readonly arbitrary: fc.Arbitrary<unknown>;
  readonly run: (value: never) => void;
}

function property<Value>(arbitrary: fc.Arbitrary<Value>, run: (value: Value) => void): Property {
  return { arbitrary, run };
}

const asText = (tree: JsonValue, asYaml: boolean): string => {
  // What JSON cannot say is not said; the writer of YAML refuses some names that hostile keys have.
  const json = JSON.stringify(tree) ?? 'null';
  if (!asYaml) return json;
  try {
    return stringify(JSON.parse(json), { aliasDuplicateObjects: false });
  } catch {
    return json;
  }
};

interface Changed {
  /** Its name, so that what is shown of a failure stays short. */
  readonly seed: string;
  readonly changes: readonly Mutation[];
  readonly choices: Choices;
  readonly asYaml: boolean;
}

const changed = (...seeds: readonly Seed[]): fc.Arbitrary<Changed> =>
  fc.record({
    seed: fc.constantFrom(...seeds.map((seed) => seed.name)),
    changes: mutations,
    choices,
    asYaml: fc.integer({ min: 0, max: 19 }).map((die) => die === 0),
  });

const seedOf = (name: string): Seed =>
  [inSwagger, asking, ...logins, ...examples].find((seed) => seed.name === name) ?? everything;

function changedDocument({ seed: name, changes, choices: moves, asYaml }: Changed): void {
  const seed = seedOf(name);
  takeThrough({ ...seed.texts, document: asText(mutated(seed.tree, changes), asYaml) }, moves);
}

/** The versions that a description may say it is written in; most often its own. */
const version = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<JsonValue>('3.0.4', '3.1.1', '3.2.0', 3.1, '2.0', 2, '3', '4.0.0'),
  },
);

interface ChangedDescription extends Changed {
  readonly version: JsonValue | undefined;
}

const changedDescriptions = (...seeds: readonly Seed[]): fc.Arbitrary<ChangedDescription> =>
  fc.tuple(changed(...seeds), version).map(([change, written]) => ({ ...change, version: written }));

function inVersion(tree: JsonValue, written: JsonValue | undefined): JsonValue {
  if (written === undefined || !isJsonObject(tree)) return tree;
  const { openapi, swagger, ...rest } = tree;
  return { [openapi === undefined && swagger !== undefined ? 'swagger' : 'openapi']: written, ...rest };
}

function changedDescription({
  seed: name,
  changes,
  choices: moves,
  asYaml,
  version: written,
}: ChangedDescription): void {
  const seed = seedOf(name);
  const openapi = Object.fromEntries(
    Object.entries(seed.descriptions).map(([source, tree]) => [
      source,
      asText(inVersion(mutated(tree, changes), written), asYaml),
    ]),
  );
  takeThrough({ ...seed.texts, openapi }, moves);
}

const brokenText = fc.record({
  text: fc.oneof(
    bomb,
    damaged(everything.texts.document),
    damaged(everything.texts.openapi['shop'] ?? ''),
    damaged(inSwagger.texts.openapi['shop'] ?? ''),
  ),
  place: fc.constantFrom('document', 'openapi', 'arazzo'),
  choices,
});

const plans = [everything, asking, ...logins].flatMap(({ texts }) => plansOf(texts));

/** The machines of all seeds; those of the one that has everything come more often. */
const machines = new Map(plans.map((plan) => [plan.workflowId, { plan, machine: machineOf(plan) }]));

const workflowId = fc.constantFrom('order', 'order', 'ask', 'ask', ...machines.keys());

function compiled(name: string): { readonly plan: WorkflowPlan; readonly machine: WorkflowMachine } {
  const found = machines.get(name);
  if (found === undefined) throw new Error(`No workflow "${name}".`);
  return found;
}

interface ChangedRun {
  readonly workflow: string;
  /** What happens before it is stored. */
  readonly before: Choices;
  readonly changes: readonly Mutation[];
  /** What happens when it goes on. */
  readonly after: Choices['moves'];
}

function storedRun({ workflow, before, changes, after }: ChangedRun): void {
  const { plan, machine } = compiled(workflow);
  const reached = play(machine, plan, before);
  const stored = persist({ getPersistedSnapshot: () => machine.getPersistedSnapshot(reached as never) });
  try {
    const actor = restore(machine, mutated(stored, changes));
    playOn(machine, plan, actor.getSnapshot() as never, after);
  } catch (error) {
    if (!isUsageError(error)) throw error;
  }
}

/** What must hold, by name. */
export const PROPERTIES = {
  'a document with changed parts': property(changed(everything, everything, asking), changedDocument),
  'a workflow of the repository with changed parts': property(
    changed(...logins, ...examples),
    changedDocument,
  ),
  'a description with changed parts': property(
    changedDescriptions(everything, inSwagger, everything, inSwagger, ...logins, ...examples),
    changedDescription,
  ),
  'a text that is broken or swells': property(brokenText, ({ text, place, choices: moves }) => {
    const { texts } = everything;
    if (place === 'document') takeThrough({ ...texts, document: text }, moves);
    else takeThrough({ ...texts, [place]: { [place === 'openapi' ? 'shop' : 'mail']: text } }, moves);
  }),
  'a machine that is given garbage': property(
    fc.record({ workflow: workflowId, choices }),
    ({ workflow, choices: moves }) => {
      const { plan, machine } = compiled(workflow);
      play(machine, plan, moves);
    },
  ),
  'a criterion of any language': property(sentence, evaluateSentence),
  'a schema of inputs': property(checked, checkValue),
  'a stored run with changed parts': property(
    fc.record({
      workflow: workflowId,
      before: choices,
      changes: mutations,
      after: choices.map(({ moves }) => moves),
    }),
    storedRun,
  ),
} satisfies Readonly<Record<string, Property>>;

/** The name of a property. */
export type PropertyName = keyof typeof PROPERTIES;
