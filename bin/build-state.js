import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A build removes this file first and writes it last. */
const MARKER = 'dist/build.json';
/** Required files. If one of them is missing, the build was interrupted or changed manually. */
const REQUIRED_FILES = [MARKER, 'dist/main.js', 'dist/verify.js', 'dist/web/index.html'];
/** Sources of a build. */
const SOURCE_FOLDERS = ['src', 'web'];
const SOURCE_FILES = [
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'bin/bundle.js',
];
const BUILD_TOOLS = ['nest', 'vite'];

const pathExists = (path) => existsSync(join(ROOT, path));

/**
 * Builds if there is no complete build. Never replaces a complete build. Prints only to standard error. Exits
 * with 1 if a build is needed but not possible.
 */
export function ensureBuilt() {
  const missingFiles = REQUIRED_FILES.filter((path) => !pathExists(path));
  if (missingFiles.length > 0) return buildMissing(missingFiles);
  if (isStale()) {
    printError('The sources changed after the build in dist. Run `npm run build` to use them.');
  }
}

/** Builds unless there is a complete build of the current sources. Tests and checks need a current build. */
export function buildIfStale() {
  const missingFiles = REQUIRED_FILES.filter((path) => !pathExists(path));
  if (missingFiles.length > 0 || isStale()) runBuild();
}

/** Records the hash of the built sources in dist. This is the last step of `npm run build`. */
export function markBuilt() {
  const marker = { sources: hashSources() };
  writeFileSync(join(ROOT, MARKER), `${JSON.stringify(marker)}\n`);
}

function buildMissing(missingFiles) {
  const problem = pathExists('dist')
    ? `The build in dist is incomplete (${missingFiles.join(', ')} missing).`
    : 'There is no build.';
  if (!BUILD_TOOLS.every((tool) => pathExists(`node_modules/.bin/${tool}`))) {
    exitWithError(
      `${problem} The build tools are not installed. Run \`npm ci && npm run build\`, or copy dist from a complete build.`,
    );
  }
  printError(`${problem} Building now.`);
  runBuild();
}

function runBuild() {
  // Standard output is reserved for the command that follows.
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) exitWithError('The build failed. See the lines above.');
}

/** Returns false without sources, as in the Docker image. */
function isStale() {
  if (!SOURCE_FOLDERS.every(pathExists)) return false;
  const { sources } = JSON.parse(readFileSync(join(ROOT, MARKER), 'utf8'));
  return sources !== hashSources();
}

/** Hashes the content, because Git changes the file times on checkout. */
function hashSources() {
  const hash = createHash('sha256');
  for (const path of listSourcePaths())
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

function listSourcePaths() {
  const folderFiles = SOURCE_FOLDERS.filter(pathExists).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.spec.'))
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  );
  return [...folderFiles, ...SOURCE_FILES.filter(pathExists)].toSorted((a, b) =>
    a.localeCompare(b),
  );
}

function printError(message) {
  process.stderr.write(`${message}\n`);
}

function exitWithError(message) {
  printError(message);
  process.exit(1);
}
