import type { AnyTransitionDefinition } from 'xstate';

/** The id that the picture of a machine gives the edge of a transition; see `DiagramEdge`. */
export function edgeIdOf(transition: AnyTransitionDefinition): string {
  const { source, eventType } = transition;
  // XState keeps the transitions of a state by event, in the order in which it tries them.
  const siblings = eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
  const index = Math.max(0, (siblings as readonly unknown[]).indexOf(transition));
  return `${source.path.join('.')}:${eventType}:${index}`.replace(/\s/g, '_');
}
