/**
 * A query of the draft that came before RFC 9535, as a query of RFC 9535. Where the two agree the text stays; `[(@.length-1)]`
 * becomes `[-1]`. What the draft leaves to a script language is refused: scripts, patterns, and the `length` that a
 * script would find.
 *
 * @returns The query, or one sentence on why there is none.
 * @see https://datatracker.ietf.org/doc/html/draft-goessner-dispatch-jsonpath-00
 */
export function fromDraft(query: string): { readonly value: string } | { readonly problem: string } {
  const value = query.replace(/\[\(\s*@\.length\s*-\s*([1-9]\d*)\s*\)\]/g, '[-$1]');
  const bare = value.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
  if (/\[\(/.test(bare)) return refused('Scripts such as "[(…)]"');
  if (/=~/.test(bare)) return refused('Patterns with "=~"');
  if (/===|!==/.test(bare)) return refused('The operators "===" and "!=="');
  if (/@(?:\.[\w*]+|\[[^\][]*\])*\.length\b(?!\s*\()/.test(bare))
    return refused('"length" of what a filter is on');
  return { value };
}

function refused(what: string): { readonly problem: string } {
  return {
    problem: `${what} depends on a script language, which is not supported; write a query of RFC 9535.`,
  };
}
