/**
 * `npm run manifests` renders deploy/kubernetes from the Helm chart. Requires `helm`, or the path of
 * the program in the variable HELM. `--check` writes nothing and exits with 1 if a file differs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import {
  computeChartFingerprint,
  FINGERPRINT_FILE,
  MANIFESTS_FOLDER,
  ROOT,
} from './fingerprint.js';
import { splitManifests } from './split-manifests.js';

const rendered = execFileSync(
  process.env.HELM ?? 'helm',
  ['template', 'pressroom', 'deploy/helm/pressroom', '--values=deploy/kubernetes/values.yaml'],
  { cwd: ROOT, encoding: 'utf8' },
);
const style = await resolveConfig(join(ROOT, MANIFESTS_FOLDER));
const files = new Map([[FINGERPRINT_FILE, `${computeChartFingerprint()}\n`]]);
for (const [name, text] of splitManifests(rendered)) {
  files.set(name, await format(text, { ...style, parser: 'yaml' }));
}

const isCheck = process.argv.includes('--check');
const outdated = [...files].filter(([name, text]) => {
  const path = join(ROOT, MANIFESTS_FOLDER, name);
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
});
for (const [name, text] of outdated) {
  if (isCheck)
    process.stderr.write(`${MANIFESTS_FOLDER}/${name} is outdated. Run npm run manifests.\n`);
  else writeFileSync(join(ROOT, MANIFESTS_FOLDER, name), text);
}
process.exitCode = isCheck && outdated.length > 0 ? 1 : 0;
