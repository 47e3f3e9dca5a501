import { setMember } from '../document/json.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { CommandError } from './command-error.ts';
import { splitPair } from './input-options.ts';
import { unknownSource } from './source-options.ts';

/** `--server source=url` options as a record. @throws CommandError for an unknown source and for no http(s) URL. */
export function readServers(pairs: readonly string[], plan: WorkflowPlan): Readonly<Record<string, string>> {
  const servers: Record<string, string> = {};
  const known = Object.keys(plan.sourceDescriptions);
  for (const pair of pairs) {
    const [source, url] = splitPair(pair, `The server "${pair}"`);
    if (!known.includes(source)) throw unknownSource(source, known);
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new CommandError(`The server of "${source}" must be an http or https URL.`);
    }
    setMember(servers, source, url);
  }
  return servers;
}
