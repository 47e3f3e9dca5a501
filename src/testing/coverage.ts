import type { AnyTransitionDefinition } from 'xstate';
import type { JsonValue } from '../document/json.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { Runtime } from '../machines/runtime.ts';
import { GUARDS } from '../machines/guards.ts';
import { IMPOSSIBLE } from '../machines/judge.ts';
import { allFailureActions } from '../plan/failure-actions.ts';
import { statePaths } from '../plan/flow.ts';
import { gapKey, type AnswerGap } from './answer-alphabet.ts';
import { decisionKey, usedCriteria } from './criteria.ts';
import { inputMark, type InputUse } from './input-marks.ts';
import { allTransitions, transitionKey } from './machine-events.ts';
import { allowsEverything, canBeRefused } from './refused-inputs.ts';
import type { ModelCore } from './workflow-model.ts';

/** What is measured. */
export const COVERAGE_KINDS = ['states', 'edges', 'criteria', 'actions', 'inputs'] as const;

/** One of {@link COVERAGE_KINDS}. */
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** Something that can be covered. */
export interface CoverageItem {
  /** What it is, in words of the document. */
  readonly text: string;
  /** How often runs came through it. */
  readonly count: number;
  /** Why it is not covered, where that is known. */
  readonly why?: string;
}

/** How much of one kind was covered. */
export interface Measure {
  readonly covered: number;
  readonly total: number;
  readonly items: readonly CoverageItem[];
  /** What no run can cover, with the reason; it does not count. */
  readonly excluded: readonly { readonly text: string; readonly why: string }[];
}

/** An edge of the machine, for a picture. */
export interface CoveredEdge {
  /** The dotted path of the state that it leaves; '' for the whole machine. */
  readonly from: string;
  /** The dotted paths of the states that it leads to; empty where it leads nowhere. */
  readonly to: readonly string[];
  readonly label: string;
  readonly count: number;
  readonly isExcluded: boolean;
}

/** What runs of a workflow covered. */
export interface Coverage extends Readonly<Record<CoverageKind, Measure>> {
  /** The states that were entered, by their dotted paths. */
  readonly entered: ReadonlySet<string>;
  readonly paths: readonly CoveredEdge[];
}

/** The share that is covered, from 0 to 1; 1 of nothing. */
export function shareOf({ covered, total }: Measure): number {
  return total === 0 ? 1 : covered / total;
}

const UNKNOWN = 'no path was found that comes through it';

/** Measures what the runs of a model have covered so far. */
export function coverageOf(
  core: ModelCore,
  gaps: readonly AnswerGap[],
  unreachable: Readonly<Record<string, string>>,
): Coverage {
  const { machine, recorder, reachable } = core;
  const root = runtimeOf(machine);
  const count = (key: string): number => recorder.counts.get(key) ?? 0;
  const measured = (key: string, text: string, why?: string): CoverageItem => {
    const times = count(key);
    const reason = why ?? (reachable.has(key) ? undefined : UNKNOWN);
    return { text, count: times, ...(times > 0 || reason === undefined ? {} : { why: reason }) };
  };
  const edges = allTransitions(machine).map((transition) => {
    const key = transitionKey(transition);
    const text = edgeText(transition);
    return {
      transition,
      item: measured(key, text),
      excluded: count(key) > 0 ? undefined : exclusionOf(root, transition, text, unreachable),
    };
  });
  return {
    states: measureOf(
      statePaths(root.flow).map((state) => ({
        item: { text: state, count: recorder.states.has(state) ? 1 : 0 },
      })),
    ),
    edges: measureOf(edges),
    criteria: measureOf(criteriaItems(root, gaps, measured)),
    actions: measureOf(actionItems(root, edges)),
    inputs: measureOf(inputItems(root, measured)),
    entered: recorder.states,
    paths: edges.map(({ transition, item, excluded }) => ({
      from: transition.source.path.join('.'),
      to: (transition.target ?? []).map(({ path }) => path.join('.')),
      label: labelOf(transition),
      count: item.count,
      isExcluded: excluded !== undefined,
    })),
  };
}

interface Candidate {
  readonly item: CoverageItem;
  /** Why it cannot be covered. */
  readonly excluded?: string | undefined;
}

function measureOf(candidates: readonly Candidate[]): Measure {
  const items = candidates.filter(({ excluded }) => excluded === undefined).map(({ item }) => item);
  return {
    covered: items.filter((item) => item.count > 0).length,
    total: items.length,
    items,
    excluded: candidates.flatMap(({ item, excluded }) =>
      excluded === undefined ? [] : [{ text: item.text, why: excluded }],
    ),
  };
}

/** Why an edge does not count. */
function exclusionOf(
  root: Runtime,
  { eventType, guard }: AnyTransitionDefinition,
  text: string,
  unreachable: Readonly<Record<string, string>>,
): string | undefined {
  if (eventType === 'xstate.error.actor.wait') return 'it is taken only where a timer breaks';
  if ((guard as { readonly type?: string } | undefined)?.type === GUARDS.tooManySteps)
    return 'it is taken only by a run that takes more steps than are allowed';
  const runtime = refusedBy(root, guard);
  if (runtime !== undefined && !canBeRefused(runtime)) return 'no schema of the inputs refuses anything';
  return Object.entries(unreachable).find(([part]) => text.includes(part))?.[1];
}

/** The workflow that ends by an edge because its inputs were refused. */
function refusedBy(root: Runtime, guard: unknown): Runtime | undefined {
  const { type, params } = (guard ?? {}) as { readonly type?: string; readonly params?: Parameters };
  return type === GUARDS.inputsRefused ? root.frames.get(params?.frame ?? '') : undefined;
}

function nameOf({ path, key }: { readonly path: readonly string[]; readonly key: string }): string {
  return path.length === 0 ? key : path.join('.');
}

function edgeText(transition: AnyTransitionDefinition): string {
  const to = (transition.target ?? []).map(nameOf).join(', ');
  return `${nameOf(transition.source)} —${labelOf(transition)}→${to === '' ? '' : ` ${to}`}`;
}

/** What an edge says: its guard, or else its event. */
function labelOf({ eventType, guard }: AnyTransitionDefinition): string {
  const type = (guard as { readonly type?: string } | undefined)?.type;
  const event = /^xstate\.(done|error)\.(?:actor|state)\b/.exec(eventType);
  const isWait = eventType.endsWith('.actor.wait');
  const name =
    event === null
      ? eventType === IMPOSSIBLE
        ? 'cannot be asked'
        : eventType
      : event[1] === 'error'
        ? 'no response'
        : isWait
          ? 'time over'
          : type === undefined
            ? 'otherwise'
            : '';
  return [name, type ?? ''].filter((part) => part !== '').join(' · ') || 'at once';
}

function criteriaItems(
  root: Runtime,
  gaps: readonly AnswerGap[],
  measured: (key: string, text: string, why?: string) => CoverageItem,
): readonly Candidate[] {
  const gapOf = new Map(gaps.map((gap) => [decisionKey(gapKey(gap), gap.outcome), gap]));
  return usedCriteria(root).flatMap(({ key, path, stepId, text }) =>
    [true, false].map((outcome): Candidate => {
      const decision = decisionKey(key, outcome);
      const gap = gapOf.get(decision);
      const where = path === '' ? stepId : `${path}.${stepId}`;
      const item = measured(decision, `${where}: ${text} is ${String(outcome)}`, gap?.why);
      const isImpossible = gap !== undefined && gap.reason === 'constant' && item.count === 0;
      return { item, ...(isImpossible ? { excluded: gap.why } : {}) };
    }),
  );
}

interface EdgeCandidate extends Candidate {
  readonly transition: AnyTransitionDefinition;
}

/** An action is covered when an edge was taken that is one of its. */
function actionItems(root: Runtime, edges: readonly EdgeCandidate[]): readonly Candidate[] {
  const taken = new Map<string, { count: number; excluded: string | undefined }>();
  for (const { transition, item, excluded } of edges) {
    const key = actionKeyOf(transition);
    if (key === undefined) continue;
    const known = taken.get(key);
    taken.set(key, {
      count: (known?.count ?? 0) + item.count,
      excluded: known === undefined ? excluded : excluded === undefined ? undefined : known.excluded,
    });
  }
  return [...root.frames.values()].flatMap(({ path, plan }) =>
    plan.steps.flatMap((step) =>
      [...step.onSuccess, ...allFailureActions(step)].map((action, at): Candidate => {
        const { name } = action;
        const index = at < step.onSuccess.length ? at : at - step.onSuccess.length;
        const found = taken.get(JSON.stringify([path, step.stepId, name, index]));
        const list = (step.onTimeout ?? []).some((one) => one === action)
          ? ' (onTimeout)'
          : (step.onCancel ?? []).some((one) => one === action)
            ? ' (onCancel)'
            : '';
        const text = `${path === '' ? step.stepId : `${path}.${step.stepId}`}: ${name}${list}`;
        const item = { text, count: found?.count ?? 0 };
        // Without an edge it is never looked at: one before it always matches.
        const excluded = found === undefined ? 'an action before it always matches' : found.excluded;
        return { item, ...(excluded === undefined ? {} : { excluded }) };
      }),
    ),
  );
}

interface Parameters {
  readonly stepId?: string;
  readonly action?: string;
  readonly index?: number;
  readonly frame?: string;
}

function actionKeyOf({ guard, actions }: AnyTransitionDefinition): string | undefined {
  const named = [guard, ...actions] as readonly ({ readonly params?: Parameters } | undefined)[];
  const params = named.map((one) => one?.params).find((one) => one?.action !== undefined);
  return params === undefined
    ? undefined
    : JSON.stringify([params.frame ?? '', params.stepId, params.action, params.index]);
}

function inputItems(
  root: Runtime,
  measured: (key: string, text: string, why?: string) => CoverageItem,
): readonly Candidate[] {
  const item = (path: string, input: string, use: InputUse, words: string): Candidate => ({
    item: measured(inputMark(path, input, use), `${path === '' ? input : `${path}.${input}`}: ${words}`),
  });
  const refused = (path: string, input: string, schema: JsonValue): Candidate => {
    const candidate = item(path, input, 'invalid', 'refused');
    const isImpossible = candidate.item.count === 0 && allowsEverything(schema);
    return { ...candidate, ...(isImpossible ? { excluded: 'its schema refuses nothing' } : {}) };
  };
  return [...root.frames.values()].flatMap(({ path, plan, flow }) => {
    const asked = new Set(flow.states.flatMap((state) => (state.kind === 'wait' ? state.inputs : [])));
    return plan.inputs.flatMap(({ name, schema }) => [
      ...(path === '' ? [item(path, name, 'given', 'given at the start')] : []),
      ...(asked.has(name) ? [item(path, name, 'submitted', 'submitted')] : []),
      ...(path === '' || asked.has(name) ? [refused(path, name, schema)] : []),
    ]);
  });
}
