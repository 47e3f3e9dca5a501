import type { Entry, MachineInfo } from '../entry.ts';
import type { Store } from './store.ts';
import { isRecord } from './unknown.ts';

/** A file of what happened. It holds no secrets: what the page is told holds none. */
interface Recording {
  readonly format: typeof FORMAT;
  readonly title: string;
  readonly machines: readonly MachineInfo[];
  readonly entries: readonly Entry[];
}

const FORMAT = 'arazzo-xstate recording 1';

/** What the page knows of all runs, or of one of them, as the text of a file. */
export function writeRecording(title: string, store: Store): string {
  const recording: Recording = {
    format: FORMAT,
    title,
    machines: [...store.machines.values()],
    entries: store.entries(),
  };
  return JSON.stringify(recording);
}

/** Reads the text of a file into an empty store. The result is its title, or `undefined` where it is no recording. */
export function readRecording(text: string, store: Store): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return undefined;
  const { title, machines, entries } = value;
  if (!Array.isArray(machines) || !Array.isArray(entries)) return undefined;
  for (const machine of machines as readonly unknown[]) {
    if (!isRecord(machine) || typeof machine['key'] !== 'string' || typeof machine['name'] !== 'string')
      return undefined;
    store.machines.set(machine['key'], machine as unknown as MachineInfo);
  }
  if (!(entries as readonly unknown[]).every(isEntry)) return undefined;
  store.add(entries as readonly Entry[]);
  return typeof title === 'string' ? title : '';
}

/** Whether the page can show it: it relies on no more of an entry than this. */
function isEntry(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { seq, at, actor, kind } = value;
  if (typeof seq !== 'number' || typeof at !== 'number' || typeof actor !== 'string') return false;
  switch (kind) {
    case 'actor':
      return typeof value['name'] === 'string' && (value['call'] === undefined || isRecord(value['call']));
    case 'event':
      return typeof value['type'] === 'string';
    case 'snapshot':
      return (
        typeof value['status'] === 'string' &&
        isTexts(value['states']) &&
        isTexts(value['taken']) &&
        isWait(value['wait'])
      );
    default:
      return false;
  }
}

/** What a recorded wait is read of: its title, and the inputs it asks for. */
function isWait(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const { inputs } = value;
  return Array.isArray(inputs) && inputs.every(isRecord);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
