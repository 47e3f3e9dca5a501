import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What needs a Restate server: `npm ci --prefix examples/restate/server` installs one.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/restate-server/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
