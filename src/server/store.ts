/** What a store keeps of a run. Only `data` holds what the run knows; the rest is there to find the run by. */
export interface StoredRun {
  readonly id: string;
  readonly workflowId: string;
  /** The hash of the plan and machine that it runs on; see `hashOfMachine`. */
  readonly plan: string;
  /** 1 for the first; one more with each write. Who writes names the one that was read, so nothing is overwritten. */
  readonly revision: number;
  readonly isEnded: boolean;
  /** When somebody must look at it, epoch milliseconds: a time that is waited for, or the end of a lease. */
  readonly due?: number;
  /** The process that sends the run's request, while there is one in flight. */
  readonly owner?: string;
  /** JSON, or what a wrapping store made of it. */
  readonly data: string;
}

/** A run as it was read or written: what a process holds, and loses to whoever writes it next. */
export interface HeldRun {
  readonly id: string;
  readonly revision: number;
}

/** Which runs {@link Store.list} gives. */
export interface ListOptions {
  /** Only runs on this plan. */
  readonly plan?: string;
  /** Only runs that are not over. */
  readonly active?: true;
  /** The id of the last run of the page before. */
  readonly after?: string;
  /** The most that are given; default 100. */
  readonly limit?: number;
}

/**
 * Where sessions keep their runs. A method that resolves has done what it says, durably: what it wrote is there after
 * a crash. A method that rejects may or may not have done it.
 *
 * Several processes may use one store. They are kept apart by {@link update}, which is a compare-and-swap.
 */
export interface Store {
  /** Writes a new run; `false` where there is one with its id. */
  create(run: StoredRun): Promise<boolean>;
  load(id: string): Promise<StoredRun | undefined>;
  /** Writes a run in the place of an earlier revision; `false`, and nothing written, where it is at another one. */
  update(run: StoredRun, revision: number): Promise<boolean>;
  /** Sets when the runs are due that are still at the revision they are held at, and gives their ids. */
  renew(held: readonly HeldRun[], due: number): Promise<readonly string[]>;
  /** Makes all runs due that a process was sending requests for. */
  release(owner: string, due: number): Promise<void>;
  /** The runs that are due by a time, the longest waiting first. */
  due(now: number, limit: number): Promise<readonly StoredRun[]>;
  /** When the next run is due. */
  nextDue(): Promise<number | undefined>;
  /** The revisions of runs, those that are not there left out. */
  revisions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Runs in the order of their ids. */
  list(options: ListOptions): Promise<readonly StoredRun[]>;
  /** Removes a run that is at a revision. */
  remove(held: HeldRun): Promise<boolean>;
  /** Keeps a plan by its hash; one that is there stays as it is. */
  putPlan(hash: string, data: string): Promise<void>;
  plan(hash: string): Promise<string | undefined>;
  /** The hashes of the plans that runs are on which are not over. */
  plansInUse(): Promise<readonly string[]>;
  /** Ends the use of the store. */
  close(): Promise<void>;
}
