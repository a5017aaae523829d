import sharp from 'sharp';

/**
 * The only file that imports sharp, and only decoder children import it (and its neighbors here).
 * Every loader is blocked but those that are served; none reads a path, so no file name is ever
 * interpreted by the library.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadTiffBuffer',
  ],
});
// No image comes twice, and the parallel unit is the process.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
