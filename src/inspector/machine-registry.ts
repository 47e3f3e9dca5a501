import { hashOf } from '../plan/hash.ts';
import type { MachineInfo } from './entry.ts';

/** More different machines than this are not drawn: an application that makes them without end is not followed. */
const MAX_MACHINES = 200;

/** The machines that the page knows, each once however often it runs. */
export interface MachineRegistry {
  /** The key of a machine with this picture; `undefined` when there are too many. */
  readonly add: (machine: Omit<MachineInfo, 'key'>) => string | undefined;
  readonly find: (key: string) => MachineInfo | undefined;
  readonly all: () => readonly MachineInfo[];
}

/** Makes a registry. @param tell - is given each new machine */
export function createMachineRegistry(tell: (machine: MachineInfo) => void): MachineRegistry {
  const machines = new Map<string, MachineInfo>();
  return {
    add: (machine) => {
      const key = hashOf(machine).slice(0, 16);
      if (!machines.has(key)) {
        if (machines.size >= MAX_MACHINES) return undefined;
        const info = { key, ...machine };
        machines.set(key, info);
        tell(info);
      }
      return key;
    },
    find: (key) => machines.get(key),
    all: () => [...machines.values()],
  };
}
