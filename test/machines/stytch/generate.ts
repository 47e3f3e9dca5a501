// Writes src/machines/stytch/ anew: what `npm run generate:stytch` runs.
import { writeFileSync } from 'node:fs';
import { generatedModules, STYTCH_FOLDER } from './generated-modules.ts';

for (const [file, text] of await generatedModules()) {
  writeFileSync(new URL(file, STYTCH_FOLDER), text);
  console.log(`src/machines/stytch/${file}`);
}
