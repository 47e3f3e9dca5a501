import { runtimeOf } from '../machines/registry.ts';
import { createFlow } from '../plan/create-flow.ts';
import { innerFlow, statesByPath } from '../plan/flow.ts';
import type {
  CallState,
  Edge,
  FailureEdge,
  Flow,
  FlowState,
  InteractionState,
  WaitState,
  WorkflowState,
} from '../plan/flow.ts';
import type { StepPlan, WorkflowPlan } from '../plan/workflow-plan.ts';
import { isMermaidId, mermaidLabel } from './mermaid-text.ts';

/** How much a diagram says. */
export interface MermaidOptions {
  /**
   * `overview`, the default: every state, one arrow from a state to another, failures by the names of their actions,
   * pauses before a retry folded into the state they belong to.
   * `full`: an arrow for each edge, in the order in which they are tried, with its criteria and the inputs that it
   * forgets.
   */
  readonly detail?: 'overview' | 'full';
}

/** An arrow of the diagram. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** Labels longer than this are cut: in the overview, in full. */
const MAX_LABEL = { overview: 64, full: 160 } as const;

/**
 * Draws a workflow as a Mermaid state diagram (`stateDiagram-v2`), the picture of its machine: the states under their
 * names, `✓` on the edges of a success, `✗` on those of a failure, `↻` for retries, and the events that a person sends
 * by their names. The text ends in a line break and is valid whatever the document holds.
 *
 * @param source - a plan, or a machine of `compileMachine`
 * @throws TypeError when a machine does not come from `compileMachine`
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export function toMermaid(
  source: WorkflowPlan | { readonly config: object },
  options: MermaidOptions = {},
): string {
  const flow: Flow = 'config' in source ? runtimeOf(source).flow : createFlow(source);
  const detail = options.detail ?? 'overview';
  const classes = new Map<string, string[]>();
  const lines = drawFlow(flow, '', { detail, ids: idsOf(flow), classes });
  const cancelled = idsOf(flow)('cancelled');
  lines.push(`note right of ${cancelled} : from any state, by the event cancel`);
  for (const [name, style] of Object.entries(STYLES)) {
    const ids = classes.get(name) ?? [];
    if (ids.length > 0) lines.push(`classDef ${name} ${style}`, `class ${ids.join(',')} ${name}`);
  }
  return `stateDiagram-v2\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** The states of steps themselves. */
type StepState = CallState | WorkflowState | InteractionState;

function isStepState(state: FlowState): state is StepState {
  return state.kind === 'call' || state.kind === 'workflow' || state.kind === 'interaction';
}

/** How the kinds of states look. */
const STYLES = {
  waiting: 'fill:#fff4d6,stroke:#b7791f,color:#3d2c05',
  busy: 'fill:#dbeafe,stroke:#2563eb,color:#0b2545',
  backoff: 'fill:#ede9fe,stroke:#7c3aed,color:#2e1065,stroke-dasharray:4 3',
  success: 'fill:#dcfce7,stroke:#16a34a,color:#052e16',
  failure: 'fill:#fee2e2,stroke:#dc2626,color:#450a0a',
  ended: 'fill:#f1f5f9,stroke:#64748b,color:#1e293b',
} as const;

/** What a whole drawing shares. */
interface Drawing {
  readonly detail: 'overview' | 'full';
  readonly ids: (path: string) => string;
  /** The ids of the states of each look. */
  readonly classes: Map<string, string[]>;
}

/** The lines of a flow: its states, those of called workflows inside theirs, then its arrows. */
function drawFlow(flow: Flow, prefix: string, drawing: Drawing): string[] {
  const { detail, classes } = drawing;
  const id = (name: string): string => drawing.ids(`${prefix}${name}`);
  const isShown = ({ kind, name }: FlowState): boolean =>
    (detail === 'full' || (kind !== 'backoff' && kind !== 'recovery')) &&
    (prefix === '' || name !== 'cancelled');
  const shown = flow.states.filter(isShown);
  const lines: string[] = [];
  for (const state of shown) {
    const { name } = state;
    const retries = detail === 'overview' && isStepState(state) ? retriesOf(state) : [];
    const inner = innerFlow(state);
    const isPlain = id(name) === name && retries.length === 0 && inner === undefined;
    lines.push(
      isPlain ? name : `state "${mermaidLabel(name, MAX_LABEL[detail])}" as ${id(name)}`,
      ...(inner === undefined ? retries.map((text) => `${id(name)} : ${text}`) : []),
    );
    if (inner !== undefined) {
      const inside = drawFlow(inner.flow, `${prefix}${name}.`, drawing);
      lines.push(`state ${id(name)} {`, ...inside.map((line) => `  ${line}`), '}');
    }
    const look = lookOf(state);
    if (look !== undefined) classes.set(look, [...(classes.get(look) ?? []), id(name)]);
  }
  lines.push(`[*] --> ${id(flow.initial)}`);
  const arrows = detail === 'full' ? shown.flatMap((state) => arrowsOf(state)) : overviewOf(flow);
  for (const { from, to, label } of arrows)
    lines.push(`${id(from)} --> ${id(to)}${label === '' ? '' : ` : ${label}`}`);
  return lines;
}

/** How a state looks; a state with others inside has no look of its own. */
function lookOf(state: FlowState): keyof typeof STYLES | undefined {
  switch (state.kind) {
    case 'wait':
    case 'interaction':
      return 'waiting';
    case 'call':
      return 'busy';
    case 'backoff':
      return 'backoff';
    case 'recovery':
      return state.first.kind === 'call' ? 'busy' : undefined;
    case 'workflow':
    case 'transfer':
      return undefined;
    case 'final':
      return ({ done: 'success', failed: 'failure', cancelled: 'ended' } as const)[state.name];
  }
}

/** Gives each state an id that Mermaid can read: its name, where that is one and no state inside another. */
function idsOf(flow: Flow): (path: string) => string {
  const paths = [...statesByPath(flow).keys()];
  const taken = new Set(paths.filter((path) => isMermaidId(path)));
  const ids = new Map<string, string>();
  for (const [index, path] of paths.entries()) {
    let id = path.replaceAll('.', '__');
    if (!isMermaidId(path)) {
      if (!isMermaidId(id)) id = `state${index}`;
      while (taken.has(id)) id += '_';
      taken.add(id);
    }
    ids.set(path, id);
  }
  return (path) => ids.get(path) ?? path;
}

/** Every edge by itself, with all that it says. */
function arrowsOf(state: FlowState): readonly Arrow[] {
  switch (state.kind) {
    case 'wait':
      return waitArrows(state);
    case 'interaction':
      return interactionArrows(state);
    case 'call':
    case 'workflow':
      return callArrows(state);
    case 'transfer':
      return [
        {
          from: state.name,
          to: 'done',
          label: `✓ ${mermaidLabel(state.call.workflow.workflowId, MAX_LABEL.full)}`,
        },
        { from: state.name, to: 'failed', label: '✗' },
      ];
    case 'backoff':
      return [
        ...state.recover.map(({ target, action }) => ({
          from: state.name,
          to: target,
          label: mermaidLabel(`↻ ${action}`, MAX_LABEL.full),
        })),
        { from: state.name, to: state.resume.target, label: '↻ try again' },
      ];
    case 'recovery':
      return [{ from: state.name, to: state.resume.target, label: '↻ try again' }];
    case 'final':
      return [];
  }
}

function waitArrows(state: WaitState): readonly Arrow[] {
  const { name: from, inputs, repeat } = state;
  return [
    arrow(from, state.proceed, `submit ${inputs.join(', ')}`),
    ...(repeat === undefined ? [] : [arrow(from, repeat, 'repeat')]),
    ...revisions(state).map((edge) => arrow(from, edge, `revise ${edge.input}`)),
    ...state.expired.map((edge) =>
      arrow(from, edge, `✗ time over${edge.action === undefined ? '' : ` · ${edge.action.name}`}`),
    ),
  ];
}

function interactionArrows(state: InteractionState): readonly Arrow[] {
  const { name: from, declined, expired, impossible } = state;
  const failing = (edges: readonly FailureEdge[], text: string): readonly Arrow[] =>
    edges.map((edge) => {
      const name = failureName(edge).replace(/^✗ /, '');
      const action = edge.action === undefined && edge.repeats === undefined ? '' : ` · ${name}`;
      return arrow(from, edge, `✗ ${text}${action}${criteriaOf(edge)}`);
    });
  return [
    ...callArrows(state),
    ...failing(declined, 'declined'),
    ...failing(expired, 'time over'),
    ...failing(impossible, 'cannot be asked'),
  ];
}

function callArrows(state: StepState): readonly Arrow[] {
  const { name: from, step } = state;
  const own = step.successCriteria?.map(({ text }) => text) ?? [successOf(state)];
  return [
    ...state.succeeded.map((edge) =>
      arrow(
        from,
        edge,
        `✓ ${[...own, ...(edge.action?.criteria.map(({ text }) => text) ?? [])].join(' && ')}`,
      ),
    ),
    ...failures(state).map((edge) => arrow(from, edge, `${failureName(edge, step)}${criteriaOf(edge)}`)),
  ];
}

/** What a success is where the document has no criteria. */
function successOf(state: StepState): string {
  switch (state.kind) {
    case 'call':
      if (state.step.kind === 'operation') return '2xx';
      return state.step.channelOperation.action === 'send' ? 'message sent' : 'message received';
    case 'interaction':
      return 'answered';
    case 'workflow':
      return `${state.call.workflow.workflowId} done`;
  }
}

function arrow(from: string, edge: Edge, text: string): Arrow {
  const forgets = edge.forget.length === 0 ? '' : ` · forget ${edge.forget.join(', ')}`;
  return { from, to: edge.target, label: mermaidLabel(`${text}${forgets}`, MAX_LABEL.full) };
}

function criteriaOf({ action }: FailureEdge): string {
  const texts = action?.criteria.map(({ text }) => text) ?? [];
  if (action?.type === 'retry') texts.push(`retries < ${action.limit}`);
  return texts.length === 0 ? '' : ` · ${texts.join(' && ')}`;
}

/** The failure edges, after a response and without one, in the order of the document. */
function failures(state: StepState): readonly FailureEdge[] {
  const { step, failed } = state;
  const lost = state.kind === 'call' ? state.lost : [];
  const key = (edge: FailureEdge): string => `${edge.action?.pointer ?? ''} ${edge.repeats ?? ''}`;
  const known = new Set(failed.map(key));
  const place = ({ action, repeats }: FailureEdge): number => {
    if (repeats !== undefined) return -1;
    return action === undefined ? step.onFailure.length : step.onFailure.indexOf(action);
  };
  return [...failed, ...lost.filter((edge) => !known.has(key(edge)))].toSorted(
    (one, other) => place(one) - place(other),
  );
}

function failureName({ action, repeats }: FailureEdge, step?: StepPlan): string {
  if (repeats !== undefined) return '✗ repeat failed';
  if (action === undefined) return '✗ any other failure';
  const sign = action.type === 'retry' ? '↻' : '✗';
  return `${sign} ${step?.onTimeout?.includes(action) === true ? 'time over · ' : ''}${action.name}`;
}

/** What stands under the name of a state in the overview: its retries. */
function retriesOf(state: StepState): readonly string[] {
  const retries = state.failed.flatMap(({ action }) =>
    action?.type === 'retry' ? [`↻ ${action.name}, ${action.limit} times at most`] : [],
  );
  return retries.map((text) => mermaidLabel(text, MAX_LABEL.overview));
}

/** What can be revised in a waiting state, without what it asks for itself. */
function revisions(state: WaitState): WaitState['revise'] {
  return state.revise.filter(({ input, target }) => target !== state.name || !state.inputs.includes(input));
}

/** One arrow from a state to another, its labels under each other. */
function overviewOf(flow: Flow): readonly Arrow[] {
  const labels = new Map<string, Map<string, string[]>>();
  const draw = (from: string, to: string, label: string): void => {
    const row = labels.get(from) ?? new Map<string, string[]>();
    labels.set(from, row);
    const texts = row.get(to) ?? [];
    row.set(to, texts);
    if (!texts.includes(label)) texts.push(label);
  };
  for (const state of flow.states) {
    if (state.kind === 'wait') {
      draw(state.name, state.proceed.target, `submit ${state.inputs.join(', ')}`);
      if (state.repeat !== undefined) draw(state.name, state.repeat.target, 'repeat');
      for (const { input, target } of revisions(state)) draw(state.name, target, `revise ${input}`);
      for (const { target } of state.expired) draw(state.name, target, '✗ time over');
    } else if (state.kind === 'transfer') {
      draw(state.name, 'done', '✓');
      draw(state.name, 'failed', '✗');
    } else if (isStepState(state)) {
      const [criterion = successOf(state), ...more] =
        state.step.successCriteria?.map(({ text }) => text) ?? [];
      const criteria = more.length === 0 ? criterion : `${criterion} && …`;
      for (const { action, target } of state.succeeded)
        draw(state.name, target, `✓ ${action?.name ?? criteria}`);
      for (const edge of failures(state))
        if (edge.action?.type !== 'retry') draw(state.name, edge.target, failureName(edge, state.step));
      if (state.kind === 'interaction') {
        for (const { action, target } of state.declined)
          if (action?.type !== 'retry') draw(state.name, target, '✗ declined');
        for (const { action, target } of state.expired)
          if (action?.type !== 'retry') draw(state.name, target, '✗ time over');
      }
    }
  }
  return [...labels].flatMap(([from, row]) =>
    [...row].map(([to, texts]) => ({
      from,
      to,
      label: texts.map((text) => mermaidLabel(text, MAX_LABEL.overview)).join('<br/>'),
    })),
  );
}
