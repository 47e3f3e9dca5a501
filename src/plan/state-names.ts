import { VERBS } from './verbs.ts';

/** Names that no state of a step may have: the final states. */
export const FINAL_STATES = ['done', 'failed', 'cancelled'] as const;

const RESERVED: readonly string[] = FINAL_STATES;

/** What a document may pin; the rule `state-name-valid` reports everything else. */
const PINNED = /^[A-Za-z][A-Za-z0-9_]*$/;

/** The words of an id, in lower case: `sendSmsOtp` and `send-sms_otp` give `send`, `sms`, `otp`. */
export function wordsOf(id: string): readonly string[] {
  return id
    .replace(/(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Words in camel case; never empty, never beginning with a digit. */
function camelCase(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  const name = first + rest.map(capitalize).join('');
  if (name === '') return 'step';
  return /^\p{N}/u.test(name) ? `step${name}` : name;
}

/** Words in Pascal case, for what stands behind `awaiting` or `For`. */
export function pascalCase(words: readonly string[]): string {
  return words.map(capitalize).join('');
}

/** Takes a name that is free, with `_2`, `_3`, … behind it where it is not. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}_${number}`)) number += 1;
  return `${wanted}_${number}`;
}

/**
 * The names of the states in which the steps' requests are in flight, in the order of the steps.
 * `sendSmsOtp` is `sending` where no other step sends and `sendingSmsOtp` where one does; verbs that say nothing
 * alone always keep the rest (`gettingSession`); an id without a verb stays itself. A pinned name is taken as it is,
 * unless no state can have it or a step before has it.
 */
export function nameSteps(
  steps: readonly { readonly stepId: string; readonly pinned?: string | undefined }[],
): readonly string[] {
  const read = steps.map((step) => {
    const words = wordsOf(step.stepId);
    const verb = VERBS.get(words[0] ?? '');
    return { ...step, words, verb };
  });
  const uses = new Map<string, number>();
  for (const { verb } of read) {
    if (verb !== undefined) uses.set(verb.participle, (uses.get(verb.participle) ?? 0) + 1);
  }
  const taken = new Set<string>(RESERVED);
  const pins = read.map(({ pinned }) => {
    if (pinned === undefined || !PINNED.test(pinned) || taken.has(pinned)) return undefined;
    taken.add(pinned);
    return pinned;
  });
  return read.map(({ words, verb }, index) => {
    const pinned = pins[index];
    if (pinned !== undefined) return pinned;
    let wanted: string;
    if (verb === undefined) wanted = camelCase(words);
    else if (!verb.weak && uses.get(verb.participle) === 1) wanted = verb.participle;
    else wanted = verb.participle + pascalCase(words.slice(1));
    const name = freeName(wanted, taken);
    taken.add(name);
    return name;
  });
}

/** The wanted name of the state that waits for these inputs: `awaitingCode`, or `awaitingInputs` for several. */
export function nameOfWait(inputs: readonly string[]): string {
  const [only] = inputs;
  if (inputs.length !== 1 || only === undefined) return 'awaitingInputs';
  const words = pascalCase(wordsOf(only.replace(/_id$/i, '')));
  return words === '' ? 'awaitingInput' : `awaiting${words}`;
}

/** The name of the state in which a workflow runs that no step calls: `place-order` is `placingOrder`. */
export function nameWorkflow(workflowId: string, taken: ReadonlySet<string>): string {
  const words = wordsOf(workflowId);
  const verb = VERBS.get(words[0] ?? '');
  const wanted = verb === undefined ? camelCase(words) : verb.participle + pascalCase(words.slice(1));
  return freeName(wanted, new Set([...RESERVED, ...taken]));
}
