import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeSaved } from '../../src/cli/saved-run.ts';
import { directoryWith } from './helpers/files.ts';

describe('removing a kept run', () => {
  test('removes the file that a link leads to', async () => {
    const directory = await directoryWith({ 'run.json': '{}' });
    await symlink('run.json', join(directory, 'link'));
    expect(await removeSaved(join(directory, 'link'))).toBeUndefined();
    expect(await readdir(directory)).toEqual(['link']);
  });

  test('is content where there is none any more', async () => {
    const directory = await directoryWith({});
    expect(await removeSaved(join(directory, 'run.json'))).toBeUndefined();
  });

  test('gives the reason where it stays', async () => {
    expect(await removeSaved(await directoryWith({}))).toMatch(/it is a directory|may not be/);
  });
});
