/**
 * `npm ci` runs this as `prepare`: it installs the git hooks of this folder. Nothing happens in CI, with `HUSKY=0`,
 * in a production installation and outside of a git repository. A failure never fails the installation.
 */
import { existsSync } from 'node:fs';

const isSkipped =
  process.env.CI !== undefined ||
  process.env.HUSKY === '0' ||
  process.env.NODE_ENV === 'production';
const isSource = existsSync(new URL('../.git', import.meta.url));
if (isSource && !isSkipped) {
  try {
    const { default: husky } = await import('husky');
    process.stdout.write(husky());
  } catch (error) {
    // `npm ci --omit=dev` installs no husky.
    if (error.code !== 'ERR_MODULE_NOT_FOUND')
      process.stderr.write(`The git hooks are not installed: ${error.message}\n`);
  }
}
