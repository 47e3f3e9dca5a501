/**
 * Loads the XPath processor for a document that may need it: one that names XPath, or bodies of XML, in which
 * replacements are XPath by default. It is larger than everything else, and most documents need none.
 */
export async function provideXPath(text: string): Promise<void> {
  if (/xpath|xml/i.test(text)) await import('../expressions/xpath.ts');
}
