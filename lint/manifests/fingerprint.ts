import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MANIFESTS_FOLDER = 'deploy/kubernetes';
/**
 * File with a digest of the files that the manifests are rendered from. Detects outdated manifests on machines without
 * Helm.
 */
export const FINGERPRINT_FILE = '.rendered-from';

const CHART_FOLDER = 'deploy/helm/pressroom';

/** Returns a digest of the chart and of the values for the manifests. */
export function computeChartFingerprint(): string {
  const hash = createHash('sha256');
  const paths = readdirSync(join(ROOT, CHART_FOLDER), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'NOTES.txt')
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
  for (const path of [...paths, `${MANIFESTS_FOLDER}/values.yaml`].toSorted()) {
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}
