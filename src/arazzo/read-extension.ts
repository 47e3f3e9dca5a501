import { MAX_SECONDS } from '../document/duration.ts';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { Output, StepExtension } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import { suggest } from './suggest.ts';

/** What a value of `x-xstate` must be, in words, and the value when it is that. */
interface Check<Value> {
  readonly words: string;
  read(value: JsonValue): Value | undefined;
}

const TEXT: Check<string> = {
  words: 'a string',
  read: (value) => (typeof value === 'string' ? value : undefined),
};
const FLAG: Check<boolean> = {
  words: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};
const SECONDS: Check<number> = {
  words: `a number of seconds above 0, ${MAX_SECONDS} at most`,
  read: (value) => (typeof value === 'number' && value > 0 && value <= MAX_SECONDS ? value : undefined),
};
const NAMES: Check<readonly string[]> = {
  words: 'a list of names',
  read: (value) =>
    Array.isArray(value) && value.every((name: JsonValue) => typeof name === 'string') ? value : undefined,
};
const EXAMPLES: Check<readonly JsonValue[]> = {
  words:
    'a list of responses: "{ statusCode: <200 to 599>, headers?, body?, name? }", the headers texts by their names',
  read: (value) =>
    Array.isArray(value) && value.every((item: JsonValue) => isExample(item)) ? value : undefined,
};
const REPEATABLE: Check<{ readonly afterSeconds: number } | false> = {
  words: 'true, or "{ afterSeconds: <seconds> }"',
  read(value) {
    if (typeof value === 'boolean') return value && { afterSeconds: 0 };
    const after =
      isJsonObject(value) && Object.keys(value).length === 1 ? memberOf(value, 'afterSeconds') : undefined;
    return typeof after === 'number' && after >= 0 && after <= MAX_SECONDS
      ? { afterSeconds: after }
      : undefined;
  },
};

function isExample(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const status = memberOf(value, 'statusCode');
  const headers = memberOf(value, 'headers') ?? {};
  const name = memberOf(value, 'name') ?? '';
  const others = Object.keys(value).filter((key) => !/^(?:statusCode|headers|body|name)$/.test(key));
  return (
    typeof status === 'number' &&
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    isJsonObject(headers) &&
    Object.values(headers).every((header) => typeof header === 'string') &&
    typeof name === 'string' &&
    others.length === 0
  );
}

/** Reads the members of one `x-xstate`. */
export interface ExtensionReader {
  read<Value>(key: string, check: Check<Value>): Value | undefined;
}

/** Opens the `x-xstate` of an object: an unknown key is a warning, a wrong value an error. */
export function openExtension(
  context: ReadContext,
  owner: JsonValue,
  pointer: string,
  keys: readonly string[],
): ExtensionReader {
  const value = isJsonObject(owner) ? memberOf(owner, 'x-xstate') : undefined;
  const place = `${pointer}/x-xstate`;
  if (value !== undefined && !isJsonObject(value)) {
    context.problem('error', 'arazzo/extension-value', place, '"x-xstate" must be an object.');
  }
  const members = isJsonObject(value) ? value : {};
  for (const key of Object.keys(members)) {
    if (keys.includes(key)) continue;
    const hint = suggest(key, keys);
    const message = `"x-xstate" has no key "${key}" here.${hint}`;
    context.problem('warning', 'arazzo/extension-unknown-key', childPointer(place, key), message, {
      part: 'key',
    });
  }
  return {
    read(key, check) {
      const member = memberOf(members, key);
      if (member === undefined) return undefined;
      const result = check.read(member);
      if (result === undefined) {
        const message = `"${key}" of "x-xstate" must be ${check.words}.`;
        context.problem('error', 'arazzo/extension-value', childPointer(place, key), message);
      }
      return result;
    },
  };
}

/** Reads the `x-xstate` of a step. */
export function readStepExtension(
  context: ReadContext,
  step: JsonValue,
  pointer: string,
  outputs: readonly Output[],
): StepExtension {
  const keys = ['state', 'repeatable', 'timeoutSeconds', 'atMostOnce', 'examples', 'secret'];
  const extension = openExtension(context, step, pointer, keys);
  const repeatable = extension.read('repeatable', REPEATABLE);
  return {
    ...optional('state', extension.read('state', TEXT)),
    ...optional('repeatable', repeatable === false ? undefined : repeatable),
    ...optional('timeoutSeconds', extension.read('timeoutSeconds', SECONDS)),
    atMostOnce: extension.read('atMostOnce', FLAG) ?? false,
    examples: extension.read('examples', EXAMPLES) ?? [],
    secretOutputs: readSecretOutputs(context, extension, pointer, outputs),
  };
}

/** Reads the `x-xstate` of a workflow: the outputs to mask. */
export function readWorkflowExtension(
  context: ReadContext,
  workflow: JsonValue,
  pointer: string,
  outputs: readonly Output[],
): readonly string[] {
  return readSecretOutputs(context, openExtension(context, workflow, pointer, ['secret']), pointer, outputs);
}

/** Reads the `x-xstate` of an action: the inputs that it forgets. */
export function readActionExtension(
  context: ReadContext,
  action: JsonValue,
  pointer: string,
): readonly string[] | undefined {
  return openExtension(context, action, pointer, ['ask']).read('ask', NAMES);
}

function readSecretOutputs(
  context: ReadContext,
  extension: ExtensionReader,
  pointer: string,
  outputs: readonly Output[],
): readonly string[] {
  const secret = extension.read('secret', NAMES) ?? [];
  const names = outputs.map((output) => output.name);
  for (const [index, name] of secret.entries()) {
    if (names.includes(name)) continue;
    const hint = suggest(name, names);
    const message = `"secret" names no output "${name}".${hint}`;
    context.problem('error', 'arazzo/extension-value', `${pointer}/x-xstate/secret/${index}`, message);
  }
  return secret;
}
