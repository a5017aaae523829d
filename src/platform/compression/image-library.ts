import sharp from 'sharp';
import { FORMATS } from './formats/index.js';

/**
 * The only file that imports sharp. Only decoder children import it and its neighbors here. All loaders
 * except the supported ones are blocked. No loader reads a path: the library never interprets a file name.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(FORMATS).map(({ loader }) => loader) });
// No image is processed twice, and the unit of parallelism is the process.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
