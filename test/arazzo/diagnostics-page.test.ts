import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTIC_CODES } from '../../src/document/diagnostic-codes.ts';

const page = readFileSync(new URL('../../docs/diagnostics.md', import.meta.url), 'utf8');
const sections = page.split(/^## /m).slice(1);
const headings = sections.map((section) => section.split('\n')[0] ?? '');

describe('docs/diagnostics.md', () => {
  it.each(DIAGNOSTIC_CODES)('explains %s', (code) => {
    const section = sections.find((text) => text.startsWith(`${code}\n`)) ?? '';
    expect(section.split('\n').slice(1).join('').length).toBeGreaterThan(60);
  });

  it('has no section for a code that does not exist', () => {
    expect(headings.filter((heading) => !(DIAGNOSTIC_CODES as readonly string[]).includes(heading))).toEqual(
      [],
    );
  });

  it('has one section for each code', () => {
    expect(new Set(headings).size).toBe(headings.length);
  });
});
