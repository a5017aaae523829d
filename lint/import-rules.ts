/**
 * Generates the import rules of oxlint from one list: `npm run lint:rules`. With `--check` it fails when the
 * generated file is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Folders of `src/platform`, lowest first: each imports only folders before it. */
const PLATFORM = [
  'url',
  'errors',
  'lifecycle',
  'config',
  'logging',
  'telemetry',
  'concurrency',
  'http',
  'catalog',
  'compression',
  'presets',
  'storage',
  'queues',
  'http-client',
  'database',
  'auth',
  'embedded',
];

/** Folders of `src/modules`: each imports the platform, never another module. */
const MODULES = [
  'upload',
  'preview',
  'processing',
  'status',
  'presets',
  'report',
  'export',
  'webhook',
  'requests',
  'verify',
  'doctor',
  'backup',
  'web',
  'operations',
  'metrics',
  'operator',
];

/** Independent folders, which read and write product files without a server. */
const INDEPENDENT = new Set(['errors', 'catalog']);
/** Imports that the independent folders may use. */
const BASIC = new Set(['url', 'errors']);

const TARGET = new URL('import-rules.json', import.meta.url);

const restrict = (files: string, group: string[], message: string) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

const overrides = [
  ...PLATFORM.map((folder, at) => {
    const others = INDEPENDENT.has(folder)
      ? PLATFORM.filter((other) => other !== folder && !BASIC.has(other))
      : PLATFORM.slice(at + 1);
    return restrict(
      `src/platform/${folder}/**`,
      ['**/modules/**', ...others.map((other) => `../**/${other}/**`)],
      `platform/${folder} imports only lower platform folders (docs/architecture.md)`,
    );
  }),
  ...MODULES.map((name) =>
    restrict(
      `src/modules/${name}/**`,
      [
        ...MODULES.filter((other) => other !== name).map((other) => `../**/${other}/*`),
        // A folder of the platform may have the name of a module.
        '!**/platform/**',
      ],
      `a module never imports another module (docs/architecture.md)`,
    ),
  ),
];

// oxlint would add its default plug-ins to a file that names none.
const plugins = ['typescript', 'import', 'promise', 'unicorn', 'vitest'];
const rules = `${JSON.stringify({ plugins, overrides }, null, 1)}\n`;
if (!process.argv.includes('--check')) writeFileSync(TARGET, rules);
else if (readFileSync(TARGET, 'utf8') !== rules) {
  process.stderr.write('lint/import-rules.json is not current: run npm run lint:rules\n');
  process.exit(1);
}
