import { describe, expect, it } from 'vitest';
import { createJournal } from '../../src/inspector/journal.ts';

const body = { kind: 'event', type: 'x', event: {} } as const;

describe('a journal', () => {
  it('numbers its entries and tells each', () => {
    const told: string[] = [];
    const journal = createJournal({ maxEntries: 10, maxLength: 10_000 }, (line) => told.push(line));
    journal.add(1, 'a', body);
    journal.add(2, 'a', body);
    expect(told.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([1, 2]);
    expect(journal.lines()).toEqual(told);
    expect(journal.dropped()).toBe(0);
  });

  it('lets the oldest go above its number, and tells them all', () => {
    let told = 0;
    const journal = createJournal({ maxEntries: 100, maxLength: 1e9 }, () => {
      told += 1;
    });
    for (let index = 0; index < 5000; index += 1) journal.add(index, 'a', body);
    expect(told).toBe(5000);
    expect(journal.dropped()).toBe(4900);
    expect(journal.lines().map((line) => (JSON.parse(line) as { at: number }).at)).toEqual(
      Array.from({ length: 100 }, (_, index) => 4900 + index),
    );
  });

  it('lets the oldest go above its length, but not the newest', () => {
    const journal = createJournal({ maxEntries: 100, maxLength: 500 }, () => undefined);
    for (let index = 0; index < 20; index += 1) journal.add(index, 'a', body);
    expect(journal.lines().join('').length).toBeLessThanOrEqual(500);
    journal.add(99, 'a', { ...body, event: 'x'.repeat(1000) });
    expect(journal.lines()).toHaveLength(1);
    expect(journal.dropped()).toBe(20);
  });
});
