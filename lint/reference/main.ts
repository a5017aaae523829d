/**
 * `npm run reference` generates the reference pages and `.env.example` from the code. With `--check`, it fails
 * if a generated file is outdated.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type OpenApi, toApiPage } from './api.js';
import { toDecisionsPage } from './decisions.js';
import { readErrorTables, toErrorsPage } from './errors.js';
import { toMetricsPage } from './metrics.js';
import { readAllSettings, toConfigurationPage, toEnvExample } from './settings.js';

const ROOT = new URL('../../', import.meta.url);

const api = JSON.parse(readFileSync(new URL('docs/openapi.json', ROOT), 'utf8')) as OpenApi;
const settings = readAllSettings();
const files = {
  '.env.example': toEnvExample(settings),
  'docs/adr/README.md': toDecisionsPage(),
  'docs/reference/api.md': toApiPage(api),
  'docs/reference/errors.md': toErrorsPage(await readErrorTables()),
  'docs/reference/metrics.md': toMetricsPage(),
  'docs/reference/configuration.md': toConfigurationPage(settings),
};

for (const [path, content] of Object.entries(files)) {
  const url = new URL(path, ROOT);
  if (!process.argv.includes('--check')) writeFileSync(url, content);
  else if (readFileSync(url, 'utf8') !== content) {
    process.stderr.write(`${path} is outdated. Run npm run reference.\n`);
    process.exitCode = 1;
  }
}
