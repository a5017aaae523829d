import sharp from 'sharp';
import { FORMATS } from './formats/index.js';

/**
 * The only file that imports sharp, and only decoder children import it (and its neighbors here).
 * Every loader is blocked but those that are served; none reads a path, so no file name is ever
 * interpreted by the library.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(FORMATS).map(({ loader }) => loader) });
// No image comes twice, and the parallel unit is the process.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
