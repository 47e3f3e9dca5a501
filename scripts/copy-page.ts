// Puts what the compiler leaves of the inspector's page beside its scripts.
import { copyFile } from 'node:fs/promises';

const from = new URL('../src/inspector/page/', import.meta.url);
const to = new URL('../dist/inspector/page/', import.meta.url);
for (const name of ['index.html', 'page.css']) await copyFile(new URL(name, from), new URL(name, to));
