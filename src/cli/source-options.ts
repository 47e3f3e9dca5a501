import { setMember } from '../document/json.ts';
import { splitPair } from './input-options.ts';

/** `--source name=path` options as a record. @throws CommandError for one without `=`. */
export function readSources(pairs: readonly string[]): Readonly<Record<string, string>> {
  const sources: Record<string, string> = {};
  for (const pair of pairs) {
    const [name, path] = splitPair(pair, `The source "${pair}"`);
    setMember(sources, name, path);
  }
  return sources;
}
