import type { AnyMachineSnapshot } from 'xstate';
import type { Trial } from './alphabet.ts';
import { repeatedFrom } from './places.ts';
import type { Happening } from './situation.ts';

/**
 * Names something that happens in a state, so that each of several that lead the same way is tried once at least; in a step
 * that is being repeated, once for each state that asked for it: what comes afterwards depends on it.
 */
export function trialMark({ happening, label, isEarly }: Trial, before: AnyMachineSnapshot): string {
  const asked = repeatedFrom(before);
  return `happening ${JSON.stringify(before.value)}${asked === undefined ? '' : ` for ${asked}`} ${label ?? wordsFor(happening)}${isEarly === true ? ' early' : ''}`;
}

function wordsFor(happening: Happening): string {
  switch (happening.type) {
    case 'response':
      return `${happening.statusCode} ${JSON.stringify(happening.body ?? null)}`;
    case 'message':
      return `message ${JSON.stringify([happening.headers ?? {}, happening.payload ?? null])}`;
    case 'lost':
      return happening.kind;
    case 'submit':
      return `submit ${Object.keys(happening.values).join(' ')}`;
    case 'revise':
      return `revise ${happening.input}`;
    case 'decline':
    case 'elapsed':
    case 'repeat':
    case 'cancel':
      return happening.type;
  }
}
