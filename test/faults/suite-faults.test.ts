import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EQUIVALENT, SUITE_FAULTS } from './suite-faults.ts';

const names = SUITE_FAULTS.map(({ name }) => name);

describe('the faults that generated suites are held against', () => {
  it('are more than forty in the plan and the machine, each under a name of its own', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !Object.hasOwn(EQUIVALENT, name)).length).toBeGreaterThan(40);
    expect(SUITE_FAULTS.filter(({ file }) => !/^src\/(?:plan|machines)\//.test(file))).toEqual([]);
  });

  it.each(SUITE_FAULTS)('$name: has its place in the source', ({ file, find, replace }) => {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(source.split(find).length - 1).toBe(1);
    expect(find).not.toBe(replace);
  });

  it.each(Object.entries(EQUIVALENT))('%s: is passed over for a reason', (name, reason) => {
    expect(names).toContain(name);
    expect(reason.length).toBeGreaterThan(20);
  });
});
