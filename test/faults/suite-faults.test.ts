import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EQUIVALENT, LIKELY, SUITE_FAULTS } from './suite-faults.ts';

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

  it('are looked for first in documents that there are', () => {
    const files = readdirSync(new URL('../../workflows/', import.meta.url), {
      recursive: true,
      encoding: 'utf8',
    });
    const documents = files.filter((file) => file.endsWith('.arazzo.yaml'));
    expect(Object.keys(LIKELY).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.values(LIKELY).filter((part) => !documents.some((file) => file.includes(part)))).toEqual(
      [],
    );
  });

  it.each(Object.entries(EQUIVALENT))('%s: is passed over for a reason', (name, reason) => {
    expect(names).toContain(name);
    expect(reason.length).toBeGreaterThan(20);
  });
});
