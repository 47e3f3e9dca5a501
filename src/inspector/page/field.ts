import type { AskedInput, SubmittedValue } from '../entry.ts';
import { element } from './dom.ts';
import { isRecord } from './unknown.ts';

/** A field of the form, made for the JSON Schema of an input. */
export interface Field {
  readonly name: string;
  readonly node: HTMLElement;
  /** What is entered; `undefined` where nothing is. */
  readonly read: () => { readonly given: SubmittedValue } | { readonly problem: string } | undefined;
  readonly say: (problem: string) => void;
  readonly focus: () => void;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

interface Entering {
  readonly control: Control;
  readonly read: (text: string) => SubmittedValue | string;
}

let made = 0;

/** Makes the field of an input: a list for what there is to choose from, else a control for its type. */
export function createField(input: AskedInput): Field {
  made += 1;
  const id = `field-${made}`;
  const { name, required, rejection } = input;
  const schema = isRecord(input.schema) ? input.schema : {};
  const { control, read } = enteringOf(input, schema);
  const description = textOf(schema, 'description');
  const hint =
    description === undefined
      ? undefined
      : element('p', { class: 'hint', id: `${id}-hint`, text: description });
  const problem = element('p', { class: 'problem', id: `${id}-problem`, role: 'alert' });
  control.id = id;
  control.setAttribute('name', name);
  control.setAttribute('aria-describedby', `${hint === undefined ? '' : `${id}-hint `}${id}-problem`);
  if (required) control.setAttribute('aria-required', 'true');
  const say = (text: string): void => {
    problem.textContent = text;
    control.setAttribute('aria-invalid', String(text !== ''));
  };
  say(rejection?.message ?? '');
  const label = element('label', { for: id, text: textOf(schema, 'title') ?? name });
  if (!required) label.append(element('span', { class: 'optional', text: ' optional' }));
  return {
    name,
    node: element('div', { class: 'field' }, label, hint, control, problem),
    say,
    focus: () => control.focus(),
    read: () => {
      if (control.value === '') return undefined;
      const value = read(control.value);
      return typeof value === 'string' ? { problem: value } : { given: value };
    },
  };
}

function enteringOf(input: AskedInput, schema: Readonly<Record<string, unknown>>): Entering {
  const { choices } = input;
  if (choices !== undefined) {
    return {
      control: listOf(choices, input.required),
      read: (text) => ({ choice: Number(text) }),
    };
  }
  const allowed = schema['enum'];
  if (Array.isArray(allowed)) {
    const values = allowed as readonly unknown[];
    return {
      control: listOf(values.map(String), input.required),
      read: (text) => ({ value: values[Number(text)] as never }),
    };
  }
  const types = Array.isArray(schema['type']) ? (schema['type'] as readonly unknown[]) : [schema['type']];
  const type = types.find((one) => one !== 'null');
  switch (type) {
    case 'boolean':
      return {
        control: listOf(['Yes', 'No'], input.required),
        read: (text) => ({ value: text === '0' }),
      };
    case 'integer':
    case 'number':
      return {
        control: inputOf(input, schema, 'decimal'),
        read: (text) => {
          const number = Number(text.trim());
          return Number.isNaN(number) ? 'It must be a number.' : { value: number };
        },
      };
    case 'string':
      return { control: inputOf(input, schema), read: (text) => ({ value: text }) };
    case 'array':
    case 'object':
      return {
        control: element('textarea', { rows: 4, spellcheck: 'false', autocomplete: 'off' }),
        read: readJson,
      };
    default:
      return { control: inputOf(input, schema), read: readAny };
  }
}

function readJson(text: string): SubmittedValue | string {
  try {
    return { value: JSON.parse(text) as never };
  } catch {
    return 'It must be JSON.';
  }
}

/** Where the schema names no type: JSON where it is some, else a text. */
function readAny(text: string): SubmittedValue {
  const read = readJson(text);
  return typeof read === 'string' ? { value: text } : read;
}

function inputOf(
  { secret }: AskedInput,
  schema: Readonly<Record<string, unknown>>,
  mode = modeOf(schema),
): HTMLInputElement {
  const control = element('input', {
    type: secret ? 'password' : 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    inputmode: mode,
  });
  const examples = schema['examples'];
  const [example] = Array.isArray(examples) ? (examples as readonly unknown[]) : [schema['default']];
  if (!secret && (typeof example === 'string' || typeof example === 'number'))
    control.placeholder = String(example);
  return control;
}

/** The keys that a phone shows. */
function modeOf({ format, pattern }: Readonly<Record<string, unknown>>): string {
  if (format === 'email') return 'email';
  if (format === 'uri') return 'url';
  return typeof pattern === 'string' && /^\^(?:\[0-9\]|\\d)[{}0-9,+*]*\$$/.test(pattern) ? 'numeric' : 'text';
}

function listOf(labels: readonly string[], required: boolean): HTMLSelectElement {
  const list = element('select');
  if (!required || labels.length !== 1)
    list.append(element('option', { value: '', text: required ? 'choose…' : '–' }));
  for (const [index, label] of labels.entries())
    list.append(element('option', { value: String(index), text: label }));
  return list;
}

function textOf(schema: Readonly<Record<string, unknown>>, keyword: string): string | undefined {
  const value = schema[keyword];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
