import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { isJsonObject } from '../../src/document/json.ts';

const folder = new URL('../../workflows/', import.meta.url);

/** The text of a file under `workflows/`. */
export function textOf(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

/** A file under `workflows/` as data. */
export function dataOf(file: string): JsonObject {
  return parse(textOf(file)) as JsonObject;
}

/** The value that a way of member names and indices leads to; `undefined` where it leads nowhere. */
export function at(
  value: JsonValue | undefined,
  ...way: readonly (string | number)[]
): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const name of way) {
    if (typeof name === 'number')
      here = Array.isArray(here) ? (here[name] as JsonValue | undefined) : undefined;
    else here = isJsonObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
  }
  return here;
}

/** The objects in a list, empty for anything else. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The members of an object, empty for anything else. */
export function membersOf(value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** The single workflow of a document under `workflows/`. */
export function workflowOf(file: string): JsonObject {
  const [workflow, ...more] = objectsIn(at(dataOf(file), 'workflows'));
  if (workflow === undefined || more.length > 0) throw new Error(`${file} has not exactly one workflow`);
  return workflow;
}

/** The failure actions of a step by name, in order, references replaced by what they refer to. */
export function failureActionsOf(file: string, stepId: string): readonly JsonObject[] {
  const step = objectsIn(at(workflowOf(file), 'steps')).find((candidate) => candidate['stepId'] === stepId);
  const components = at(dataOf(file), 'components', 'failureActions');
  return objectsIn(at(step, 'onFailure')).map((action) => {
    if (typeof action['reference'] !== 'string') return action;
    const component = at(components, action['reference'].replace('$components.failureActions.', ''));
    if (!isJsonObject(component)) throw new Error(`${file} has no ${action['reference']}`);
    return component;
  });
}
