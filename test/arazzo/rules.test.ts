import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/arazzo/validate-arazzo.ts';
import { check } from './support.ts';

const folder = new URL('rules/', import.meta.url);
const samples = readdirSync(folder).toSorted();

function found(sample: string): readonly unknown[] {
  const text = readFileSync(new URL(`${sample}/input.arazzo.yaml`, folder), 'utf8');
  return check(text).diagnostics.map(({ code, severity, location }) => ({
    code,
    severity,
    pointer: location.pointer,
    line: location.line,
    column: location.column,
  }));
}

describe('rules', () => {
  it.each(samples)('%s finds what its sample expects and nothing else', (sample) => {
    const expected: unknown = JSON.parse(readFileSync(new URL(`${sample}/expected.json`, folder), 'utf8'));
    expect(found(sample)).toEqual(expected);
  });

  it.each(RULES.map((rule) => rule.code))('%s has a sample of its name that yields it', (code) => {
    const sample = code.replace('arazzo/', '');
    expect(samples).toContain(sample);
    expect(found(sample)).toContainEqual(expect.objectContaining({ code }));
  });

  it('has a rule for every sample', () => {
    expect(RULES.map((rule) => rule.code).toSorted()).toEqual(samples.map((sample) => `arazzo/${sample}`));
  });

  it('shows the first definition beside a repeated one', () => {
    const text = readFileSync(new URL('step-id-unique/input.arazzo.yaml', folder), 'utf8');
    const [diagnostic] = check(text).diagnostics;
    expect(diagnostic?.related?.[0]?.location.pointer).toBe('/workflows/0/steps/0/stepId');
    expect(diagnostic?.help).toBe('https://spec.openapis.org/arazzo/v1.1.0.html#step-object');
  });
});
