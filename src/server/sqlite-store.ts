import type { DatabaseSync, StatementSync, SQLOutputValue } from 'node:sqlite';
import { UsageError } from '../machines/usage-error.ts';
import { PAGE_SIZE } from './memory-store.ts';
import type { Store, StoredRun } from './store.ts';

/** How a SQLite store writes. */
export interface SqliteStoreOptions {
  /**
   * `full` (the default): what is written survives a loss of power too. `normal`: it survives the end of the process,
   * and a loss of power may take the last writes with it.
   */
  readonly synchronous?: 'full' | 'normal';
}

const VERSION = 1;

/** How long a lock is waited for that another process has. */
const BUSY_MS = 5000;

/** @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

const SCHEMA = `
create table runs (
  id text primary key, workflow_id text not null, plan text not null, revision integer not null,
  ended integer not null, due integer, owner text, data text not null
) without rowid;
create index runs_due on runs (due) where due is not null;
create index runs_owner on runs (owner) where owner is not null;
create index runs_plan on runs (plan, id) where ended = 0;
create table plans (hash text primary key, data text not null);
pragma user_version = ${VERSION};`;

/**
 * A store in a file of SQLite, for one machine. Several processes may use the file at once. Writes that come together
 * are made durable together.
 *
 * @param path - the file, made where there is none; beside it SQLite keeps two more
 * @throws UsageError with code `invalid-option` where the file holds something else
 */
export function createSqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  const database = open(path, options);
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  const columns = 'id, workflow_id, plan, revision, ended, due, owner, data';
  const insert = prepare(`insert or ignore into runs (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?)`);
  const load = prepare(`select ${columns} from runs where id = ?`);
  const update = prepare(
    `update runs set workflow_id = ?, plan = ?, revision = ?, ended = ?, due = ?, owner = ?, data = ?
     where id = ? and revision = ?`,
  );
  const renew = prepare('update runs set due = ? where id = ? and revision = ?');
  const release = prepare('update runs set due = ? where owner = ?');
  const due = prepare(`select ${columns} from runs where due <= ? order by due limit ?`);
  const nextDue = prepare('select min(due) as due from runs where due is not null');
  const revision = prepare('select revision from runs where id = ?');
  const remove = prepare('delete from runs where id = ? and revision = ?');
  const putPlan = prepare('insert or ignore into plans (hash, data) values (?, ?)');
  const plan = prepare('select data from plans where hash = ?');
  const plansInUse = prepare('select distinct plan from runs where ended = 0');
  const write = createWriter(database);
  const changed = (statement: StatementSync, ...values: readonly (string | number | null)[]): boolean =>
    Number(statement.run(...values).changes) > 0;
  const restOf = (run: StoredRun) =>
    [
      run.workflowId,
      run.plan,
      run.revision,
      run.isEnded ? 1 : 0,
      run.due ?? null,
      run.owner ?? null,
      run.data,
    ] as const;

  return {
    create: (run) => write(() => changed(insert, run.id, ...restOf(run))),
    load: async (id) => {
      const row = load.get(id);
      return row === undefined ? undefined : runOf(row);
    },
    update: (run, from) => write(() => changed(update, ...restOf(run), run.id, from)),
    renew: (held, at) =>
      write(() => held.filter((run) => changed(renew, at, run.id, run.revision)).map(({ id }) => id)),
    release: (owner, at) => write(() => void release.run(at, owner)),
    due: async (now, limit) => due.all(now, limit).map(runOf),
    nextDue: async () => (nextDue.get()?.['due'] as number | null | undefined) ?? undefined,
    revisions: async (ids) => {
      const found = new Map<string, number>();
      for (const id of ids) {
        const row = revision.get(id);
        if (row !== undefined) found.set(id, Number(row['revision']));
      }
      return found;
    },
    list: async ({ plan: of, active, after = '', limit = PAGE_SIZE }) => {
      const conditions = ['id > ?', ...(of === undefined ? [] : ['plan = ?'])];
      if (active === true) conditions.push('ended = 0');
      const sql = `select ${columns} from runs where ${conditions.join(' and ')} order by id limit ?`;
      return prepare(sql)
        .all(after, ...(of === undefined ? [] : [of]), limit)
        .map(runOf);
    },
    remove: (held) => write(() => changed(remove, held.id, held.revision)),
    putPlan: (hash, data) => write(() => void putPlan.run(hash, data)),
    plan: async (hash) => plan.get(hash)?.['data'] as string | undefined,
    plansInUse: async () => plansInUse.all().map((row) => row['plan'] as string),
    close: async () => {
      // Writes that wait are made first.
      await write(() => undefined);
      database.close();
    },
  };
}

function open(path: string, { synchronous = 'full' }: SqliteStoreOptions): DatabaseSync {
  // Loaded here and not above: who uses another store need not have it.
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  const database = new Database(path);
  try {
    database.exec(
      `pragma busy_timeout = ${BUSY_MS}; pragma synchronous = ${synchronous === 'full' ? 'full' : 'normal'};`,
    );
    patiently(() => database.exec('pragma journal_mode = wal'));
    database.exec('begin immediate');
    const version = Number(database.prepare('pragma user_version').get()?.['user_version']);
    const tables = Number(database.prepare('select count(*) as count from sqlite_master').get()?.['count']);
    if (version === 0 && tables === 0) database.exec(SCHEMA);
    else if (version !== VERSION) throw new Error('Another schema.');
    database.exec('commit');
    return database;
  } catch (error) {
    database.close();
    throw new UsageError(
      'invalid-option',
      `The file "${path}" is no store of runs that this version can use; give a file of its own.`,
      { cause: error },
    );
  }
}

/** For the lock that SQLite does not wait for by itself: that of a file which others open at the same time. */
function patiently(action: () => void): void {
  const end = Date.now() + BUSY_MS;
  for (;;) {
    try {
      return action();
    } catch (error) {
      const code = Number(Reflect.get(error as object, 'errcode'));
      if ((code & 0xff) !== SQLITE_BUSY || Date.now() > end) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
}

interface Write {
  readonly run: () => void;
  readonly settle: (error?: unknown) => void;
}

/** Makes the writes of one turn of the event loop durable in one transaction: each of them costs a flush of the disk. */
function createWriter(database: DatabaseSync) {
  let waiting: Write[] = [];
  const flush = (): void => {
    const writes = waiting;
    waiting = [];
    try {
      database.exec('begin immediate');
      for (const { run } of writes) run();
      database.exec('commit');
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('rollback');
      for (const { settle } of writes) settle(error);
      return;
    }
    for (const { settle } of writes) settle();
  };
  return <Value>(run: () => Value): Promise<Value> =>
    new Promise((resolve, reject) => {
      let value: Value;
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({
        run: () => {
          value = run();
        },
        settle: (error) => (error === undefined ? resolve(value) : reject(error)),
      });
    });
}

function runOf(row: Record<string, SQLOutputValue>): StoredRun {
  const { id, workflow_id: workflowId, plan, revision, ended, due, owner, data } = row;
  return {
    id: id as string,
    workflowId: workflowId as string,
    plan: plan as string,
    revision: Number(revision),
    isEnded: ended === 1,
    ...(due === null ? {} : { due: Number(due) }),
    ...(owner === null ? {} : { owner: owner as string }),
    data: data as string,
  };
}
