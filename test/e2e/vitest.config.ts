import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What needs more than Node: the built package, the npm registry, a browser.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
