import type { TriedHappening, WorkflowPath } from '../../src/testing/index.ts';

/** What the login page lets a person do, and a record of what it has no way to. */
export interface PageWays {
  /** Whether the page has a way to what may happen in a state. */
  allows(tried: TriedHappening, state: string): boolean;
  /** What was not allowed so far, with the states that it was tried in; `busy`: those in which nobody is asked. */
  noWayTo(): Readonly<Record<string, readonly string[]>>;
  /** Paths by whether they can be played from the page's first screen. */
  sortOut(paths: readonly WorkflowPath[]): Readonly<Record<PathSort, readonly WorkflowPath[]>>;
}

/**
 * - `played`: all that happens can happen on the page
 * - `inputsUpFront`: the run begins with a code, say, that nobody can have before it was sent
 * - `nothingBegun`: it is cancelled before the page has begun a run
 * - `otherLogin`: it comes to the second factor, where that is not looked at
 * - `otherBack`: it goes back to the one of organization and phone number that "Back" does not lead to
 */
type PathSort = 'played' | 'inputsUpFront' | 'nothingBegun' | 'otherLogin' | 'otherBack';

/** What each screen asks for. */
const ASKED: Readonly<Record<string, string>> = {
  awaitingPhoneNumber: 'phone_number',
  awaitingEmailAddress: 'email_address',
  awaitingCode: 'code',
  awaitingOrganization: 'organization_id',
  awaitingMfaPhoneNumber: 'mfa_phone_number',
  awaitingSmsCode: 'sms_code',
};
const CODE_STATES = ['awaitingCode', 'awaitingSmsCode'];
/** Where "Back" leads to: the last thing that was given before the code, so of two the latter where it was asked for. */
const BACK_TO: Readonly<Record<string, readonly string[]>> = {
  awaitingCode: ['phone_number', 'email_address'],
  awaitingSmsCode: ['organization_id', 'mfa_phone_number'],
};
/** The screens that have a button by which a person leaves the login. */
const LEFT_FROM = [
  'awaitingPhoneNumber',
  'awaitingEmailAddress',
  'awaitingOrganization',
  'awaitingMfaPhoneNumber',
];
const SECOND_FACTOR = /Sms|Mfa|enrolling/;

export function createPageWays({ secondFactor }: { readonly secondFactor: boolean }): PageWays {
  const refused = new Map<string, Set<string>>();
  /** Why the page has no way to it. */
  const reasonOf = ({ happening, isWrong }: TriedHappening, state: string): string | undefined => {
    switch (happening.type) {
      case 'submit': {
        const inputs = Object.keys(happening.values).join(', ');
        if (inputs !== ASKED[state]) return `submit ${inputs}`;
        // What is chosen by a button cannot be wrong.
        return isWrong === true && inputs === 'organization_id' ? 'submit a wrong choice' : undefined;
      }
      case 'revise':
        return (BACK_TO[state] ?? []).includes(happening.input) ? undefined : `revise ${happening.input}`;
      case 'repeat':
        return CODE_STATES.includes(state) ? undefined : 'repeat';
      case 'cancel':
        return LEFT_FROM.includes(state) ? undefined : 'cancel';
      default:
        return undefined;
    }
  };
  const sortOf = ({ inputs, events }: WorkflowPath): PathSort => {
    if (Object.keys(inputs).length > 0) return 'inputsUpFront';
    if (!secondFactor && events.some(({ state }) => SECOND_FACTOR.test(state))) return 'otherLogin';
    if (goesBackElsewhere(events)) return 'otherBack';
    return events.some(({ by }) => by === 'api') ? 'played' : 'nothingBegun';
  };
  return {
    allows(tried, state) {
      // No path comes to an end there, so that none goes there.
      if (!secondFactor && SECOND_FACTOR.test(state)) return false;
      const reason = reasonOf(tried, state);
      if (reason === undefined) return true;
      const states = refused.get(reason) ?? new Set();
      refused.set(reason, states.add(state in ASKED ? state : 'busy'));
      return false;
    },
    noWayTo: () =>
      Object.fromEntries([...refused].map(([reason, states]) => [reason, [...states].toSorted()])),
    sortOut(paths) {
      const sorted: Record<PathSort, WorkflowPath[]> = {
        played: [],
        inputsUpFront: [],
        nothingBegun: [],
        otherLogin: [],
        otherBack: [],
      };
      for (const path of paths) sorted[sortOf(path)].push(path);
      return sorted;
    },
  };
}

/** Whether the organization is asked for again while there is a phone number that was given after it, or a number that was never given. */
function goesBackElsewhere(events: WorkflowPath['events']): boolean {
  let hasNumber = false;
  for (const { happening } of events) {
    if (happening.type === 'submit' && 'mfa_phone_number' in happening.values) hasNumber = true;
    if (happening.type !== 'revise') continue;
    if (happening.input === 'organization_id' && hasNumber) return true;
    if (happening.input === 'mfa_phone_number' && !hasNumber) return true;
    if (happening.input === 'mfa_phone_number') hasNumber = false;
  }
  return false;
}
