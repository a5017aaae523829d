import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

const UNIT = [
  'src/**/*.spec.ts',
  'web/src/**/*.spec.ts',
  'examples/**/*.spec.ts',
  'test/deploy/**/*.spec.ts',
];
const INTEGRATION = '**/*.integration.spec.ts';
/** Most of these files wait for an app: more of them at once than the machine has cores. */
const SERVERS = { maxWorkers: 3, sequence: { groupOrder: 1 } };

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
          testTimeout: 120_000,
          ...SERVERS,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...SERVERS,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...SERVERS,
        },
      },
    ],
  },
});
