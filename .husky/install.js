/**
 * `npm ci` runs this as `prepare`: it installs the git hooks of this folder. Nothing happens in CI, in a
 * production installation and outside of a git repository.
 */
import { existsSync } from 'node:fs';

const isSource = existsSync(new URL('../.git', import.meta.url));
if (isSource && process.env.CI === undefined && process.env.NODE_ENV !== 'production') {
  try {
    const { default: husky } = await import('husky');
    process.stdout.write(husky());
  } catch (error) {
    // `npm ci --omit=dev` installs no husky.
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  }
}
