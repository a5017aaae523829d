import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

const UNIT = ['src/**/*.spec.ts', 'web/src/**/*.spec.ts', 'examples/**/*.spec.ts'];
const INTEGRATION = '**/*.integration.spec.ts';

export default defineConfig({
  test: {
    // At the root: one PostgreSQL and one Redis for all projects of a run that need them.
    globalSetup: './test/support/global-setup.ts',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // No servers and no build. Files of a worker share their modules: loading them takes longer than the tests.
        test: {
          name: 'unit',
          include: UNIT,
          exclude: [INTEGRATION],
          testTimeout: 20_000,
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: UNIT.map((pattern) => pattern.replace('*.spec.ts', '*.integration.spec.ts')),
          testTimeout: 20_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Most of these wait for the app: more files at once than the machine has cores.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One Chromium at a time: two would take each other's frames.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
