import { setMember, type JsonValue } from '../document/json.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { Runtime } from '../machines/runtime.ts';
import type { WaitState } from '../plan/flow.ts';
import type { Trial } from './alphabet.ts';
import { criteriaOfStep } from './criteria.ts';
import { looksInto } from './places.ts';
import type { Happening } from './situation.ts';
import { templatesOf } from './step-templates.ts';

/** Whether requests, questions or criteria of a workflow are made of a part of an input. */
export function isLookedInto({ plan }: Runtime, input: string): boolean {
  const expressions = plan.steps.flatMap((step) => [
    ...templatesOf(step).flatMap((template) => expressionsIn(template)),
    ...criteriaOfStep(step).flatMap(({ criterion }) => expressionsIn(criterion)),
  ]);
  return expressions.some(
    (one) =>
      looksInto(one) && one.kind === 'inputs' && (one.name === input || one.name.startsWith(`${input}.`)),
  );
}

/** The name of no input: its letters are none that a document's names may have. */
const UNASKED = '(not asked)';

type ValueOf = (input: string) => JsonValue | undefined;

/** What a person may do in a waiting state. */
export function waitTrials(
  state: WaitState,
  missing: readonly string[],
  { goodOf, sparseOf, badOf }: Readonly<Record<'goodOf' | 'sparseOf' | 'badOf', ValueOf>>,
  {
    earlier,
    revisable,
  }: {
    /** An input of an earlier step: nobody asks for it any more. */
    readonly earlier: string | undefined;
    /** The inputs that may be given anew. */
    readonly revisable: readonly string[];
  },
): readonly Trial[] {
  const submit = (values: readonly (readonly [string, JsonValue])[], label?: string): Trial => {
    const members: Record<string, JsonValue> = {};
    for (const [name, value] of values) setMember(members, name, value);
    return { happening: { type: 'submit', values: members }, ...(label === undefined ? {} : { label }) };
  };
  const good = missing.flatMap((input) => {
    const value = goodOf(input);
    return value === undefined ? [] : [[input, value] as const];
  });
  const sparse = good.flatMap(([input]) => {
    const least = sparseOf(input);
    if (least === undefined) return [];
    const others = good.map(([name, value]) => [name, name === input ? least : value] as const);
    return [submit(others, `submit no more of ${input} than must be`)];
  });
  const bad = missing.flatMap((input) => {
    const value = badOf(input);
    return value === undefined
      ? []
      : [{ ...submit([[input, value]], `submit a wrong ${input}`), isWrong: true as const }];
  });
  const late = earlier === undefined ? undefined : goodOf(earlier);
  // Where no value is wrong, a name that nobody asks for is what is refused.
  const unasked =
    bad.length > 0 || late !== undefined ? [] : [submit([[UNASKED, true]], 'submit what nobody asks')];
  const plain = (happening: Happening): Trial => ({ happening });
  return [
    ...(good.length === 0 ? [] : [submit(good)]),
    ...sparse,
    ...bad,
    ...(good.length > 1 ? [submit(good.slice(0, 1))] : []),
    ...(late === undefined || earlier === undefined
      ? []
      : [{ ...submit([[earlier, late]], `submit ${earlier} too late`), isWrong: true as const }]),
    ...unasked.map((trial) => ({ ...trial, isWrong: true as const })),
    ...(state.repeat === undefined
      ? []
      : [plain({ type: 'repeat' }), { happening: { type: 'repeat' }, isEarly: true } as const]),
    ...revisable.map((input) => plain({ type: 'revise', input })),
    ...(state.step.waitLimitMs === undefined ? [] : [plain({ type: 'elapsed' })]),
  ];
}
