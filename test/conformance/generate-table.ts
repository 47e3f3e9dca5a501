// Writes docs/conformance.md anew: what `npm run generate:conformance` runs.
import { writeFileSync } from 'node:fs';
import { conformanceData, conformancePage, conformanceProblems } from './conformance-page.ts';

const data = conformanceData();
const problems = conformanceProblems(data);
if (problems.length === 0) {
  writeFileSync(new URL('../../docs/conformance.md', import.meta.url), conformancePage(data));
  console.log('docs/conformance.md');
} else {
  for (const problem of problems) console.error(problem);
  process.exitCode = 1;
}
