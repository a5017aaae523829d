import { IMAGE_FORMATS } from '../../platform/compression/inspect/image-format.js';
import { error, type Finding, ok, describeCause } from './finding.js';

const TEST_IMAGE = { width: 8, height: 8, channels: 3, background: 'red' } as const;

/** Encodes and decodes a small image in each format. */
export async function* checkImageLibrary(): AsyncGenerator<Finding> {
  // Loads the library here, so a binary for a different operating system does not affect other checks.
  let sharp;
  try {
    ({ sharp } = await import('../../platform/compression/decode/image-library.js'));
  } catch (cause) {
    yield error(
      'images.library',
      `The image library cannot be loaded: ${describeCause(cause).split('\n', 1)[0]}.`,
      'Run npm ci on this machine. A node_modules folder copied from another system does not work.',
    );
    return;
  }
  const failures: string[] = [];
  for (const format of IMAGE_FORMATS) {
    try {
      const image = await sharp({ create: TEST_IMAGE }).toFormat(format).toBuffer();
      await sharp(image).raw().toBuffer();
    } catch (cause) {
      failures.push(`${format} (${describeCause(cause)})`);
    }
  }
  const check = 'images.formats';
  yield failures.length === 0
    ? ok(check, `The image library reads and writes ${IMAGE_FORMATS.join(', ')}.`)
    : error(
        check,
        `The image library does not support all formats: ${failures.join('; ')}.`,
        'Run npm ci on this machine without the system libvips (SHARP_IGNORE_GLOBAL_LIBVIPS=1).',
      );
}
