import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/restate-server/**', '**/node_modules/**'],
    testTimeout: 120_000,
    fileParallelism: true,
    maxWorkers: 2,
  },
});
