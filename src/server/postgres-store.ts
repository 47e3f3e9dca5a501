import { PAGE_SIZE } from './memory-store.ts';
import type { Store, StoredRun } from './store.ts';

/** What the store uses of a `Pool` of the package `pg`; give it one. */
export interface PostgresPool {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly rowCount: number | null }>;
}

/** What the store's two tables are called. */
export interface PostgresStoreOptions {
  /** The schema in which the tables are; it must be there. Default: the connection's own. */
  readonly schema?: string;
}

/** Any number, so long as it is always the same: it keeps two processes from making the tables at once. */
const LOCK = 7_220_611;

/**
 * A store in PostgreSQL, for several servers. It makes its tables, `arazzo_runs` and `arazzo_plans`, where they are
 * not there. Closing it leaves the pool open, which is the caller's; so are the pool's `error` events, which end the
 * process where nobody listens to them.
 *
 * @throws what the pool rejects with
 */
export async function createPostgresStore(
  pool: PostgresPool,
  { schema }: PostgresStoreOptions = {},
): Promise<Store> {
  const prefix = schema === undefined ? '' : `"${schema.replaceAll('"', '""')}".`;
  const runs = `${prefix}arazzo_runs`;
  const plans = `${prefix}arazzo_plans`;
  const columns = 'id, workflow_id, plan, revision, ended, due, owner, data';
  // Looked for first: whoever may only use the tables must not be asked for the right to make some.
  const { rows: found } = await pool.query('select to_regclass($1) as runs, to_regclass($2) as plans', [
    runs,
    plans,
  ]);
  const isThere = found[0]?.['runs'] !== null && found[0]?.['plans'] !== null;
  // One query without values is one transaction.
  if (!isThere)
    await pool.query(`
    select pg_advisory_xact_lock(${LOCK});
    create table if not exists ${runs} (
      id text collate "C" primary key, workflow_id text not null, plan text not null, revision bigint not null,
      ended boolean not null, due bigint, owner text, data text not null);
    create index if not exists arazzo_runs_due on ${runs} (due) where due is not null;
    create index if not exists arazzo_runs_owner on ${runs} (owner) where owner is not null;
    create index if not exists arazzo_runs_plan on ${runs} (plan, id) where not ended;
    create table if not exists ${plans} (hash text primary key, data text not null);`);
  const select = async (text: string, values: unknown[]): Promise<readonly StoredRun[]> =>
    (await pool.query(text, values)).rows.map(runOf);
  const changes = async (text: string, values: unknown[]): Promise<boolean> =>
    ((await pool.query(text, values)).rowCount ?? 0) > 0;

  return {
    create: (run) =>
      changes(
        `insert into ${runs} (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
        valuesOf(run),
      ),
    load: async (id) => (await select(`select ${columns} from ${runs} where id = $1`, [id]))[0],
    update: (run, from) =>
      changes(
        `update ${runs} set workflow_id = $2, plan = $3, revision = $4, ended = $5, due = $6, owner = $7, data = $8
         where id = $1 and revision = $9`,
        [...valuesOf(run), from],
      ),
    renew: async (held, due) => {
      const { rows } = await pool.query(
        `update ${runs} as run set due = $1 from unnest($2::text[], $3::bigint[]) as held (id, revision)
         where run.id = held.id and run.revision = held.revision returning run.id`,
        [Math.ceil(due), held.map(({ id }) => id), held.map(({ revision }) => revision)],
      );
      return rows.map((row) => row['id'] as string);
    },
    release: async (owner, due) => {
      await pool.query(`update ${runs} set due = $1 where owner = $2`, [Math.ceil(due), owner]);
    },
    due: (now, limit) =>
      select(`select ${columns} from ${runs} where due <= $1 order by due limit $2`, [
        Math.floor(now),
        limit,
      ]),
    nextDue: async () => {
      const { rows } = await pool.query(`select min(due) as due from ${runs} where due is not null`);
      const due = rows[0]?.['due'] ?? undefined;
      return due === undefined ? undefined : Number(due);
    },
    revisions: async (ids) => {
      const { rows } = await pool.query(`select id, revision from ${runs} where id = any($1)`, [ids]);
      return new Map(rows.map((row) => [row['id'] as string, Number(row['revision'])]));
    },
    list: ({ plan, active, after = '', limit = PAGE_SIZE }) =>
      select(
        `select ${columns} from ${runs} where id > $1 and ($2::text is null or plan = $2)
         and (not $3::boolean or not ended) order by id limit $4`,
        [after, plan ?? null, active ?? false, limit],
      ),
    remove: ({ id, revision }) =>
      changes(`delete from ${runs} where id = $1 and revision = $2`, [id, revision]),
    putPlan: async (hash, data) => {
      await pool.query(`insert into ${plans} (hash, data) values ($1, $2) on conflict do nothing`, [
        hash,
        data,
      ]);
    },
    plan: async (hash) => {
      const { rows } = await pool.query(`select data from ${plans} where hash = $1`, [hash]);
      return rows[0]?.['data'] as string | undefined;
    },
    plansInUse: async () => {
      const { rows } = await pool.query(`select distinct plan from ${runs} where not ended`);
      return rows.map((row) => row['plan'] as string);
    },
    close: async () => undefined,
  };
}

function valuesOf(run: StoredRun): unknown[] {
  const { id, workflowId, plan, revision, isEnded, due, owner, data } = run;
  // Times may have fractions, which the column has not: nothing is due before it is.
  const at = due === undefined ? null : Math.ceil(due);
  return [id, workflowId, plan, revision, isEnded, at, owner ?? null, data];
}

function runOf(row: Record<string, unknown>): StoredRun {
  const { id, workflow_id: workflowId, plan, revision, ended, due, owner, data } = row;
  return {
    id: id as string,
    workflowId: workflowId as string,
    plan: plan as string,
    revision: Number(revision),
    isEnded: ended === true,
    ...(due === null ? {} : { due: Number(due) }),
    ...(owner === null ? {} : { owner: owner as string }),
    data: data as string,
  };
}
