import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEncryptedStore } from '../../src/server/encrypted-store.ts';
import { createPostgresStore } from '../../src/server/postgres-store.ts';
import type { Sessions } from '../../src/server/sessions-interface.ts';
import { describeDurableStore, storedRun, type StorePlace } from '../server/store-contract.ts';
import { atCode, happy, hosted, inState, until } from '../server/support.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';

let cluster: PostgresCluster;
let schemas = 0;

beforeAll(async () => {
  cluster = await startPostgres();
});
afterAll(() => cluster?.stop());

function connect(user = cluster.user): Pool {
  const { port } = cluster;
  const pool = new Pool({ host: '127.0.0.1', port, user, database: 'postgres', max: 5 });
  // A connection that breaks while nobody uses it.
  pool.on('error', () => undefined);
  return pool;
}

/** Tables that nobody else uses. */
async function newPlace(): Promise<StorePlace & { readonly pool: Pool }> {
  schemas += 1;
  const schema = `Runs ${schemas}`;
  const pool = connect();
  await pool.query(`create schema "${schema}"`);
  return { pool, open: () => createPostgresStore(pool, { schema }), remove: () => pool.end() };
}

describeDurableStore('the store in PostgreSQL', newPlace);

describeDurableStore('the store in PostgreSQL, encrypted', async () => {
  const place = await newPlace();
  const keys = { current: 'k', keys: { k: new Uint8Array(32).fill(3) } };
  return { ...place, open: async () => createEncryptedStore(await place.open(), keys) };
});

describe('a role that may use the tables, and make none', () => {
  it('opens the store that is there', async () => {
    const { pool, open } = await newPlace();
    await open();
    const schema = `"Runs ${schemas}"`;
    await pool.query(`create role app${schemas} login; grant usage on schema ${schema} to app${schemas};
      grant select, insert, update, delete on all tables in schema ${schema} to app${schemas};`);
    const app = connect(`app${schemas}`);
    const store = await createPostgresStore(app, { schema: `Runs ${schemas}` });
    expect(await store.create(storedRun('a'))).toBe(true);
    expect(await store.load('a')).toEqual(storedRun('a'));
    await Promise.all([app.end(), pool.end()]);
  });
});

describe('sessions on PostgreSQL', () => {
  it('of two servers share their runs', async () => {
    const { pool, open } = await newPlace();
    const hosts: Sessions[] = [];
    for (let index = 0; index < 2; index += 1) hosts.push(hosted(await open(), happy, { pollMs: 50 }));
    const [one, two] = hosts as [Sessions, Sessions];
    const { id } = await atCode(one);
    const ended = until(one, id, ({ status }) => status === 'done');
    await two.send(id, { type: 'submit', values: { code: '1' } });
    expect((await ended).output).toMatchObject({ outputs: { session: 'a session' } });
    await Promise.all(hosts.map((sessions) => sessions.close()));
    await pool.end();
  });

  it('go on when the database has crashed and is back', async () => {
    const { pool, open } = await newPlace();
    const errors: unknown[] = [];
    const sessions = hosted(
      await open(),
      async (call, signal) => {
        // While the request is in flight, the database goes away.
        if (call.stepId === 'verify') cluster.crash();
        return happy(call, signal);
      },
      { pollMs: 100, onError: (error) => errors.push(error) },
    );
    const { id } = await atCode(sessions);
    await sessions.send(id, { type: 'submit', values: { code: '1' } });
    expect((await until(sessions, id, ({ status }) => status !== 'active')).status).toBe('done');
    await sessions.close();
    const later = hosted(await open(), happy);
    expect(inState('done')((await later.get(id)) as never)).toBe(true);
    await later.close();
    await pool.end();
  });
});
