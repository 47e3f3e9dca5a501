import { isJsonObject } from '../document/json.ts';
import type { StrandedRun } from '../server/sessions-interface.ts';
import type { RestateSessionsOptions } from './restate-options.ts';
import { readActiveKey } from './run-messages.ts';

type AdminOptions = Pick<RestateSessionsOptions, 'headers' | 'fetch' | 'timeoutMs'> & {
  readonly adminUrl: string;
};

/**
 * The runs that are not over, as the admin interface of the Restate server knows them.
 *
 * @throws Error where the interface did not answer, or gave no rows
 * @see https://docs.restate.dev/services/introspection
 */
export async function listActiveRuns(
  name: string,
  { adminUrl, headers = {}, fetch: send = fetch, timeoutMs = 10_000 }: AdminOptions,
): Promise<readonly StrandedRun[]> {
  const query = `select service_key, key from state where service_name = '${name}' and key like 'active:%'`;
  const response = await send(`${adminUrl.replace(/\/+$/, '')}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`Restate's admin interface answered with the status ${response.status}: ${text}`);
  const answer: unknown = JSON.parse(text);
  const rows = isJsonObject(answer) ? answer['rows'] : undefined;
  if (!Array.isArray(rows)) throw new Error("Restate's admin interface gave no rows.");
  return rows.flatMap((row: unknown): readonly StrandedRun[] => {
    if (!isJsonObject(row)) return [];
    const { service_key: id, key } = row;
    const found = typeof key === 'string' ? readActiveKey(key) : undefined;
    return typeof id === 'string' && found !== undefined ? [{ id, ...found }] : [];
  });
}
