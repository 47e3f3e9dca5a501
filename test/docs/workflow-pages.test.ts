import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAGES_FOLDER, workflowPages } from './workflow-pages.ts';

const pages = await workflowPages();

test('docs/workflows/ holds what `npm run generate:diagrams` writes, and nothing else', () => {
  expect(readdirSync(PAGES_FOLDER).toSorted()).toEqual([...pages.keys()].toSorted());
});

test.each([...pages])('docs/workflows/%s is as it would be written now', (file, text) => {
  expect(readFileSync(new URL(file, PAGES_FOLDER), 'utf8')).toBe(text);
});
