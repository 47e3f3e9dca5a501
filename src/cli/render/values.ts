import type { JsonObject, JsonValue } from '../../document/json.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

function valueLines(value: JsonValue): readonly string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  return printable(text).split('\n');
}

/** The members of an object for people, one below the other, names aligned. No final line break. */
export function renderValues(values: JsonObject, style: Palette): string {
  const names = Object.keys(values);
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines: string[] = [];
  for (const name of names) {
    const [first = '', ...rest] = valueLines(values[name] ?? null);
    lines.push(`${style.bold(printable(name).padEnd(width))}  ${first}`);
    for (const line of rest) lines.push(`${' '.repeat(width)}  ${line}`);
  }
  return lines.join('\n');
}
