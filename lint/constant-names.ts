/**
 * Fails on constants such as `MOST_ROWS`. Names of limits start with `MAX_` or `MIN_` (docs/style.md). The oxlint
 * rule `id-match` cannot exclude a prefix, because its patterns have no look-ahead. Part of `npm run check:lint`.
 * Checks the project, or the folder in the first argument.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = ['src', 'web/src', 'test', 'bench', 'examples', 'lint', 'bin'];

/** Comments may contain such names in backticks. */
const FORBIDDEN_NAMES = /(?<![\w`])(?:MOST|LEAST|LONGEST|SHORTEST|LARGEST|SMALLEST)_[A-Z0-9_]+/g;

for (const folder of FOLDERS) {
  const root = join(ROOT, folder);
  if (!existsSync(root)) continue;
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|tsx|js)$/.test(path)) continue;
    for (const [index, line] of readFileSync(`${root}/${path}`, 'utf8').split('\n').entries()) {
      for (const [name] of line.matchAll(FORBIDDEN_NAMES)) {
        process.stderr.write(
          `${folder}/${path}:${index + 1}: ${name}: start the name of a limit with MAX_ or MIN_\n`,
        );
        process.exitCode = 1;
      }
    }
  }
}
