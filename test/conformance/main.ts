// npm run conformance -- <data folder>
// Measures the package by material that is not its own. The folder holds `seeds/` (the five documents as given) and
// `oai/` (`schemas/`, `examples/` and `schema-tests/` of the OpenAPI Initiative).
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runChecks } from './checks.ts';
import { givenDocumentChecks } from './given-documents.ts';
import { exampleChecks, fixtureChecks, ownDocumentChecks } from './official-schema.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: npm run conformance -- <data folder>');
  process.exitCode = 2;
} else {
  const data = resolve(folder);
  await runChecks([
    ['the documents as given', givenDocumentChecks(join(data, 'seeds'))],
    ['the documents of this package', ownDocumentChecks(join(data, 'oai', 'schemas'))],
    ["the specification's examples", exampleChecks(join(data, 'oai', 'examples'))],
    ["the schemas' fixtures", fixtureChecks(join(data, 'oai', 'schema-tests'))],
  ]);
}
