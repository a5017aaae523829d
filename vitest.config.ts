import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.js';

const UNIT = ['src', 'web/src', 'examples', 'lint', 'test/deploy', 'bench'].map(
  (folder) => `${folder}/**/*.spec.ts`,
);
const INTEGRATION = '**/*.integration.spec.ts';
/**
 * These files mostly wait for an app, so more workers run than the machine has cores. Files of a worker share their
 * modules, because importing them takes 0.6 s of CPU time per file.
 */
const SERVERS = {
  isolate: false,
  maxWorkers: 5,
  sequence: { groupOrder: 1 },
  // The default is one second, which a loaded machine exceeds.
  expect: { poll: { timeout: 30_000 } },
};

export default defineConfig({
  test: {
    // At the root: one PostgreSQL and one Redis for all projects of a run that need them.
    globalSetup: './test/support/global-setup.ts',
    sequence: { sequencer: SlowestFirst },
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
          // Chromium sometimes detaches a page on a loaded machine. The report marks each repeated test.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...SERVERS,
        },
      },
    ],
  },
});
