import { hasMember, isJsonObject } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { RuleContext } from './rules/rule.ts';

/** An Interaction Object as it is written. */
export interface WrittenInteraction {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** Every Interaction Object of a document of the draft of 1.2: those of steps, and those of the components. */
export function writtenInteractions({
  written,
}: Pick<RuleContext, 'written'>): readonly WrittenInteraction[] {
  const version = written('/arazzo');
  if (typeof version !== 'string' || !version.startsWith('1.2.')) return [];
  const items = (pointer: string): readonly string[] => {
    const list: JsonValue | undefined = written(pointer);
    return Array.isArray(list) ? [...list.keys()].map((index) => `${pointer}/${index}`) : [];
  };
  const components = written('/components/interactions');
  const keys = isJsonObject(components) ? Object.keys(components) : [];
  const pointers = [
    ...items('/workflows').flatMap((workflow) =>
      items(`${workflow}/steps`).map((step) => `${step}/interaction`),
    ),
    ...keys.map((key) => childPointer('/components/interactions', key)),
  ];
  return pointers.flatMap((pointer) => {
    const value = written(pointer);
    return isJsonObject(value) && !hasMember(value, 'reference') ? [{ value, pointer }] : [];
  });
}
