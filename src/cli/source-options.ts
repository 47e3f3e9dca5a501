import { didYouMean } from '../document/did-you-mean.ts';
import { setMember } from '../document/json.ts';
import { CommandError } from './command-error.ts';
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

/** @throws CommandError for a `--source` of a name that no document has: it would be read from where it always is. */
export function requireSources(
  sources: Readonly<Record<string, string>>,
  documents: readonly { readonly sourceDescriptions: readonly { readonly name: string }[] }[],
): void {
  const known = [
    ...new Set(documents.flatMap(({ sourceDescriptions }) => sourceDescriptions.map(({ name }) => name))),
  ];
  const unknown = Object.keys(sources).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownSource(unknown, known);
}

/** The error for the name of a source description that there is not. */
export function unknownSource(name: string, known: readonly string[]): CommandError {
  const suggestion = didYouMean(name, known);
  return new CommandError(
    `The document has no source description "${name}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    { hint: known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.` },
  );
}
