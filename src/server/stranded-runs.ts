import type { MachineShelf } from './machine-shelf.ts';
import type { StrandedRun } from './sessions-interface.ts';
import type { Store } from './store.ts';

/** The runs that are not over and whose plan this version of the package does not compile to its machine. */
export async function findStranded(
  store: Pick<Store, 'plansInUse' | 'list'>,
  shelf: MachineShelf,
): Promise<StrandedRun[]> {
  const found: StrandedRun[] = [];
  for (const plan of await store.plansInUse()) {
    if ((await shelf.forPlan(plan)) !== undefined) continue;
    for (let after = ''; ;) {
      const page = await store.list({ plan, active: true, after });
      found.push(...page.map(({ id, workflowId }) => ({ id, workflowId, plan })));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
  }
  return found;
}
