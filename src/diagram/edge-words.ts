import { IMPOSSIBLE } from '../machines/judge.ts';
import type { EdgeKind } from './graph.ts';
import { ownMember, ownText, ownTexts } from './own-member.ts';
import type { StateConfig, TransitionConfig } from './read-config.ts';

/** What the failure is called that no action of the document is for. */
export const ANY_OTHER_FAILURE = 'any other failure';

/** What an edge is and what it is called. */
export interface EdgeWords {
  readonly kind: EdgeKind;
  readonly label: string;
  readonly guard: string | undefined;
  readonly isMinor: boolean;
}

/** What a transition is: in the words of a workflow where its actions or guard are those of a compiled machine. */
export function edgeWords(state: StateConfig, transition: TransitionConfig, isInternal: boolean): EdgeWords {
  return workflowWords(state, transition, isInternal) ?? anyWords(state, transition);
}

function workflowWords(
  state: StateConfig,
  transition: TransitionConfig,
  isInternal: boolean,
): EdgeWords | undefined {
  const { event, guard, guardParams, actions } = transition;
  const isStep = state.tags.some((tag) => tag.startsWith('step:'));
  const params = (type: string): unknown => actions.find((action) => action.type === type)?.params;
  const has = (type: string): boolean => actions.some((action) => action.type === type);
  const words = (kind: EdgeKind, label: string, isMinor = false): EdgeWords => ({
    kind,
    label,
    guard,
    isMinor,
  });
  const bare = (kind: EdgeKind, label: string): EdgeWords => ({ ...words(kind, label), guard: undefined });

  if (has('exceed')) return bare('failure', 'too many steps');
  if (has('refuse')) return { ...bare('failure', 'inputs refused'), isMinor: true };
  if (has('adopt')) return guard === undefined ? bare('failure', 'failed') : bare('success', 'done');
  if (!isStep) return undefined;
  if (guard === 'inputs present')
    return bare('submit', `submit ${ownTexts(guardParams, 'inputs').join(', ')}`);
  if (event === 'submit' && isInternal) return words('submit', '', true);
  if (event === 'repeat') return { ...bare('repeat', 'repeat'), isMinor: isInternal };
  if (event === 'revise') return bare('revise', `revise ${ownText(guardParams, 'input') ?? ''}`.trim());
  if (has('loseTimer')) return words('failure', 'the timer broke', true);
  if (has('succeed')) return words('success', ownText(guardParams, 'action') ?? '');
  if (has('backOff')) return words('retry', ownText(params('backOff'), 'action') ?? 'retry');
  if (has('fail')) {
    if (guard === 'repeat failed') return bare('failure', 'repeat failed');
    const name = ownText(params('fail'), 'action');
    const after = (what: string): string => (name === undefined ? what : `${what} · ${name}`);
    if (!state.tags.includes('waiting') || event === 'submit')
      return words('failure', name ?? ANY_OTHER_FAILURE);
    if (event === 'decline') return words('failure', after('declined'));
    return event === IMPOSSIBLE
      ? words('failure', after('it cannot be asked'))
      : words('timeout', after('time over'));
  }
  const action = ownMember(guardParams, 'action');
  if (guard?.startsWith('retry of ') === true && typeof action === 'string') return bare('retry', action);
  // What is left leads back from a pause, or from what ran before a retry.
  return /^xstate\.(?:done|error)\./.test(event) && guard === undefined ? bare('retry', '') : undefined;
}

/** In the words of XState. */
function anyWords({ id: stateId }: StateConfig, { event, guard, description }: TransitionConfig): EdgeWords {
  const words = (kind: EdgeKind, label: string): EdgeWords => ({ kind, label, guard, isMinor: false });
  if (event === '') return words('always', description ?? '');
  if (event === 'cancel') return words('cancel', 'cancel');
  if (event.startsWith('xstate.after.')) {
    const delay = event.slice('xstate.after.'.length, -`.${stateId}`.length);
    return words('after', `after ${/^\d+$/.test(delay) ? `${delay} ms` : delay}`);
  }
  if (event.startsWith('xstate.done.state.')) return words('success', 'done');
  const invoke = /^xstate\.(?<what>done|error|snapshot)\.(?:actor\.)?(?<id>.*)$/.exec(event)?.groups;
  switch (invoke?.['what']) {
    case 'done':
      return words('success', `${invoke['id'] ?? ''} done`);
    case 'error':
      return words('failure', `${invoke['id'] ?? ''} failed`);
    case 'snapshot':
      return words('event', `${invoke['id'] ?? ''} changed`);
    default:
      return words('event', event === '*' ? 'any event' : event);
  }
}
