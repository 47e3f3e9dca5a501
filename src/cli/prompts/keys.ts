/** What a prompt ends with: the value, or what the person wants instead of giving one. */
export type PromptAnswer<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  /** Do the earlier step again: "send me another code". */
  | { readonly kind: 'repeat' }
  /** Go back to an earlier input: "wrong number". */
  | { readonly kind: 'revise' }
  /** Not to answer at all: the question of an interaction. */
  | { readonly kind: 'decline' }
  | { readonly kind: 'cancel' };

/** What a prompt offers beside an answer. */
export interface PromptOffers {
  readonly repeat?: {
    /** What the key does, in one or two words. */
    readonly label: string;
    /** Epoch milliseconds before which it is refused. */
    readonly from?: number;
  };
  readonly revise?: { readonly label: string };
  readonly decline?: { readonly label: string };
  /** Epoch milliseconds at which the wait is over. */
  readonly expiresAt?: number;
}

/** A key as Node's readline reports it. */
export interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** What a key asks for besides editing; `undefined` for every other key. */
export function commandOf(key: Key): 'repeat' | 'revise' | 'decline' | 'cancel' | undefined {
  if (key.name === 'escape') return 'cancel';
  if (key.ctrl !== true) return undefined;
  if (key.name === 'r') return 'repeat';
  if (key.name === 'e') return 'revise';
  if (key.name === 'x') return 'decline';
  return undefined;
}

/** Whole seconds until a time, rounded up, never below 0. */
export function secondsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil((time - now) / 1000));
}

/** A number of seconds as a clock shows it: `9 s`, `2:05`, `8:00:00`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${String(seconds)} s`;
  const twoDigits = (count: number): string => String(count).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)}:${twoDigits(seconds % 60)}`;
  return `${String(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
}
