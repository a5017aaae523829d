import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // At the root: one PostgreSQL and one Redis for all projects of a run.
    globalSetup: './test/support/global-setup.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts', 'web/src/**/*.spec.ts', 'examples/**/*.spec.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One Chromium at a time: two would take each other's frames.
          fileParallelism: false,
        },
      },
    ],
  },
});
