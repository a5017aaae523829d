import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Last file that a build writes. A new build removes it first. */
const MARKER = 'dist/build.json';
/** Required files. If one is missing, the build was interrupted or changed manually. */
const RESULTS = [MARKER, 'dist/main.js', 'dist/verify.js', 'dist/web/index.html'];
/** Sources of a build. */
const SOURCE_FOLDERS = ['src', 'web'];
const SOURCE_FILES = [
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'bin/bundle.js',
];
const TOOLS = ['nest', 'vite'];

const isThere = (path) => existsSync(join(ROOT, path));

/**
 * Builds when there is no complete build, and never replaces a complete one. Prints to standard error only.
 * Exits with 1 when a build is needed and not possible.
 */
export function ensureBuilt() {
  const missing = RESULTS.filter((path) => !isThere(path));
  if (missing.length > 0) return build(missing);
  if (isStale()) {
    tell('The sources changed after the build in dist. Run `npm run build` to use them.');
  }
}

/** Builds unless there is a complete build of the current sources, which tests and checks need. */
export function buildWhenStale() {
  const missing = RESULTS.filter((path) => !isThere(path));
  if (missing.length > 0 || isStale()) runBuild();
}

/** Records the sources of the build in dist, as the last step of `npm run build`. */
export function markBuilt() {
  const marker = { sources: fingerprint() };
  writeFileSync(join(ROOT, MARKER), `${JSON.stringify(marker)}\n`);
}

function build(missing) {
  const what = isThere('dist')
    ? `The build in dist is incomplete (${missing.join(', ')} missing).`
    : 'Nothing is built.';
  if (!TOOLS.every((tool) => isThere(`node_modules/.bin/${tool}`))) {
    fail(
      `${what} The build tools are not installed. Run \`npm ci && npm run build\`, or copy dist from a complete build.`,
    );
  }
  tell(`${what} Building once.`);
  runBuild();
}

function runBuild() {
  // Standard output belongs to the command that follows.
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail('The build failed. See the lines above.');
}

/** An installation without sources, such as the Docker image, has nothing to compare. */
function isStale() {
  if (!SOURCE_FOLDERS.every(isThere)) return false;
  const { sources } = JSON.parse(readFileSync(join(ROOT, MARKER), 'utf8'));
  return sources !== fingerprint();
}

/** Compares content, because Git sets the times of a checkout. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const path of sourcePaths()) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

function sourcePaths() {
  const inFolders = SOURCE_FOLDERS.filter(isThere).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.spec.'))
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  );
  return [...inFolders, ...SOURCE_FILES.filter(isThere)].toSorted((a, b) => a.localeCompare(b));
}

function tell(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  tell(line);
  process.exit(1);
}
