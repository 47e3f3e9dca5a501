import { didYouMean } from '../document/did-you-mean.ts';

/** The end of a message about a name that does not exist: ` Did you mean "…"?`, or nothing. */
export function suggest(name: string, candidates: Iterable<string>): string {
  const suggestion = didYouMean(name, candidates);
  return suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
}
