import type { Entry } from '../entry.ts';
import { leavesOf } from './now-view.ts';
import type { ActorInfo, Row } from './store.ts';
import { memberOf } from './unknown.ts';

/** How a row is written. */
export interface RowText {
  readonly what: string;
  /** What it came to. */
  readonly result: string;
  readonly tone: '' | 'sent' | 'good' | 'bad' | 'person';
}

/** What people send; everything else comes from machines. */
const FROM_PERSON = new Set(['submit', 'repeat', 'revise', 'cancel', 'decline']);

/** Writes a row. @param before - the states that the machine was in */
export function textOfRow(
  row: Row,
  actors: ReadonlyMap<string, ActorInfo>,
  before: readonly string[] | undefined,
): RowText {
  const { entry, result } = row;
  const actor = actors.get(entry.actor);
  const own = actor === undefined || actor.root === entry.actor ? '' : `${actor.name}: `;
  const states = result === undefined ? [] : leavesOf(result.states);
  const moved = result !== undefined && states.join() !== leavesOf(before ?? []).join();
  const came =
    result === undefined
      ? ''
      : moved
        ? `→ ${states.join(' · ')}`
        : result.status === 'active'
          ? ''
          : result.status;
  switch (entry.kind) {
    case 'actor':
      return textOfActor(entry);
    case 'snapshot':
      return {
        what: `${own}${entry.status === 'active' ? 'changed' : entry.status}`,
        result: came,
        tone: '',
      };
    case 'event':
      return { ...textOfEvent(entry, own), result: came };
  }
}

function textOfActor({ name, call }: Extract<Entry, { kind: 'actor' }>): RowText {
  if (call === undefined) return { what: `started ${name}`, result: '', tone: '' };
  return { what: `${call.method} ${call.path}`, result: call.stepId, tone: 'sent' };
}

function textOfEvent(
  { type, event }: Extract<Entry, { kind: 'event' }>,
  own: string,
): Pick<RowText, 'what' | 'tone'> {
  const done = /^xstate\.done\.actor\.(?<id>.+)$/s.exec(type)?.groups?.['id'];
  const lost = /^xstate\.error\.actor\.(?<id>.+)$/s.exec(type)?.groups?.['id'];
  if (done !== undefined) {
    const status = statusOf(event);
    if (status === undefined) return { what: `${own}${done} is done`, tone: 'good' };
    return { what: `${own}${status} from ${done}`, tone: status < 400 ? 'good' : 'bad' };
  }
  if (lost !== undefined) return { what: `${own}no answer for ${lost}`, tone: 'bad' };
  if (type === 'xstate.init') return { what: `${own}started`, tone: '' };
  return { what: own + type, tone: FROM_PERSON.has(type) ? 'person' : '' };
}

/** The status of the response that an actor's end brought. */
export function statusOf(event: unknown): number | undefined {
  const response = memberOf(memberOf(event, 'output'), 'response');
  const status = memberOf(response, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}
