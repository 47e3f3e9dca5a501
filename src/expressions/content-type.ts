/** Whether a content type is JSON: `application/json`, `…+json`, whatever its parameters. */
export function isJsonType(contentType: string): boolean {
  return /^(?:application|text)\/(?:[^\s;/]+\+)?json$/.test(essence(contentType));
}

/** Whether a content type is XML: `application/xml`, `text/xml`, `…+xml`, whatever its parameters. */
export function isXmlType(contentType: string): boolean {
  return /^[^\s;/]+\/(?:[^\s;/]+\+)?xml$/.test(essence(contentType));
}

function essence(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}
