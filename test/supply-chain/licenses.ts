/**
 * `npm run licenses` lists the licenses of all production dependencies, and fails if a license is not allowed.
 * Reads the lock file. Reads the installed package only if its license is not in the lock file.
 */
import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** These licenses require attribution only. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages that are allowed although their licenses are not on the list, with the reason. */
const EXCEPTIONS: [RegExp, string][] = [
  [/^@img\/sharp-(libvips|wasm32|win32)/, 'LGPL libvips as a shared library that can be replaced'],
];

interface LockedPackage {
  version: string;
  license?: string;
  dev?: boolean;
}

interface Manifest {
  license?: string;
  licenses?: { type: string }[];
}

const lock = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

function findLicense(path: string, { license }: LockedPackage): string {
  if (license) return license;
  const manifest = JSON.parse(
    readFileSync(new URL(`${path}/package.json`, ROOT), 'utf8'),
  ) as Manifest;
  return manifest.license ?? manifest.licenses?.map(({ type }) => type).join(' AND ') ?? 'none';
}

/** Evaluates an SPDX expression: every part of an AND, or one part of an OR, must be allowed. Does not support nesting. */
function isAllowed(expression: string): boolean {
  const parts = expression.replaceAll(/[()]/g, '');
  if (parts.includes(' OR ')) return parts.split(' OR ').some((part) => ALLOWED.has(part));
  return parts.split(' AND ').every((part) => ALLOWED.has(part));
}

const byLicense = new Map<string, string[]>();
const rejected: string[] = [];
for (const [path, locked] of Object.entries(lock.packages)) {
  if (path === '' || locked.dev) continue;
  const name = path.replace(/^.*node_modules\//, '');
  const license = findLicense(path, locked);
  const label = `${name}@${locked.version}`;
  byLicense.set(license, [...(byLicense.get(license) ?? []), label]);
  const isException = EXCEPTIONS.some(([pattern]) => pattern.test(name));
  if (!isAllowed(license) && !isException) rejected.push(`${label}: ${license}`);
}

for (const [license, packages] of [...byLicense].toSorted(([a], [b]) => a.localeCompare(b))) {
  console.log(`\n${license} (${packages.length})\n  ${packages.toSorted().join('\n  ')}`);
}
for (const [pattern, reason] of EXCEPTIONS) console.log(`\nAllowed: ${pattern.source}: ${reason}`);
if (rejected.length > 0) {
  console.error(`\nNot allowed:\n  ${rejected.join('\n  ')}`);
  process.exitCode = 1;
}
