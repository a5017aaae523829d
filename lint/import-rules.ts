/**
 * `npm run lint:rules` generates the oxlint import rules from one list. With `--check`, fails if the generated file
 * is outdated.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Folders in `src/platform`, lowest first. Each may import only the folders before it. */
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

/** Folders in `src/modules`. Each may import the platform, but no other module. */
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
const INDEPENDENT_FOLDERS = new Set(['errors', 'catalog']);
/** Folders that the independent folders may import. */
const IMPORTABLE_FOLDERS = new Set(['url', 'errors']);

const OUTPUT_URL = new URL('import-rules.json', import.meta.url);

const restrictImports = (files: string, group: string[], message: string) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

const overrides = [
  ...PLATFORM.map((folder, index) => {
    const restrictedFolders = INDEPENDENT_FOLDERS.has(folder)
      ? PLATFORM.filter((other) => other !== folder && !IMPORTABLE_FOLDERS.has(other))
      : PLATFORM.slice(index + 1);
    return restrictImports(
      `src/platform/${folder}/**`,
      ['**/modules/**', ...restrictedFolders.map((other) => `../**/${other}/**`)],
      `platform/${folder} may import only lower platform folders (docs/architecture.md)`,
    );
  }),
  ...MODULES.map((name) =>
    restrictImports(
      `src/modules/${name}/**`,
      [
        ...MODULES.filter((other) => other !== name).map((other) => `../**/${other}/*`),
        // A platform folder may have the same name as a module.
        '!**/platform/**',
      ],
      `a module must not import another module (docs/architecture.md)`,
    ),
  ),
];

// oxlint adds its default plug-ins to a file that does not list any.
const plugins = ['typescript', 'import', 'promise', 'unicorn', 'vitest'];
const rules = `${JSON.stringify({ plugins, overrides }, null, 1)}\n`;
if (!process.argv.includes('--check')) writeFileSync(OUTPUT_URL, rules);
else if (readFileSync(OUTPUT_URL, 'utf8') !== rules) {
  process.stderr.write('lint/import-rules.json is outdated. Run npm run lint:rules.\n');
  process.exit(1);
}
