// Writes docs/workflows/ anew: what `npm run generate:diagrams` runs.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { PAGES_FOLDER, workflowPages } from './workflow-pages.ts';

const pages = await workflowPages();
rmSync(PAGES_FOLDER, { recursive: true, force: true });
mkdirSync(PAGES_FOLDER, { recursive: true });
for (const [file, text] of pages) {
  writeFileSync(new URL(file, PAGES_FOLDER), text);
  console.log(`docs/workflows/${file}`);
}
