/**
 * Generates the import rules of oxlint from one list: `npm run lint:rules`. With `--check`, it fails if the
 * generated file is outdated.
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
/** Folders that the independent folders may import. */
const IMPORTABLE = new Set(['url', 'errors']);

const OUTPUT = new URL('import-rules.json', import.meta.url);

const restrictImports = (files: string, group: string[], message: string) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

const overrides = [
  ...PLATFORM.map((folder, index) => {
    const restrictedFolders = INDEPENDENT.has(folder)
      ? PLATFORM.filter((other) => other !== folder && !IMPORTABLE.has(other))
      : PLATFORM.slice(index + 1);
    return restrictImports(
      `src/platform/${folder}/**`,
      ['**/modules/**', ...restrictedFolders.map((other) => `../**/${other}/**`)],
      `platform/${folder} imports only lower platform folders (docs/architecture.md)`,
    );
  }),
  ...MODULES.map((name) =>
    restrictImports(
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

// oxlint adds its default plug-ins to a file that does not list any.
const plugins = ['typescript', 'import', 'promise', 'unicorn', 'vitest'];
const rules = `${JSON.stringify({ plugins, overrides }, null, 1)}\n`;
if (!process.argv.includes('--check')) writeFileSync(OUTPUT, rules);
else if (readFileSync(OUTPUT, 'utf8') !== rules) {
  process.stderr.write('lint/import-rules.json is outdated. Run npm run lint:rules.\n');
  process.exit(1);
}
