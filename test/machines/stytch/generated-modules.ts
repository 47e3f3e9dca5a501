import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateModule, loadDocument } from '../../../src/index.ts';

const WORKFLOWS = new URL('../../../workflows/', import.meta.url);
const SUFFIX = '.arazzo.yaml';

/** Where the ready-made machines are checked in. */
export const STYTCH_FOLDER = new URL('../../../src/machines/stytch/', import.meta.url);

/** The ready-made machines as they come out of `workflows/` now: file name to text. */
export async function generatedModules(): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(WORKFLOWS)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .toSorted();
  const modules = new Map<string, string>();
  for (const name of names) {
    const { value, diagnostics } = await loadDocument(fileURLToPath(new URL(name + SUFFIX, WORKFLOWS)));
    const problems = diagnostics.filter(({ severity }) => severity === 'error');
    if (value === undefined || problems.length > 0) {
      throw new Error(`${name}: ${problems.map(({ message }) => message).join(' ')}`);
    }
    modules.set(
      `${name}.ts`,
      generateModule(value.plans, { from: '../../machine.ts', document: `workflows/${name}${SUFFIX}` }),
    );
  }
  return modules;
}
