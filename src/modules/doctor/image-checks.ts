import { IMAGE_FORMATS } from '../../platform/compression/inspect/image-format.js';
import { error, type Finding, ok, describeCause } from './finding.js';

const PIXEL = { width: 8, height: 8, channels: 3, background: 'red' } as const;

/** Encodes and decodes a small image in each format. */
export async function* checkImageLibrary(): AsyncGenerator<Finding> {
  // Loading fails if the binary of another operating system is installed. Other checks must run then.
  let sharp;
  try {
    ({ sharp } = await import('../../platform/compression/decode/image-library.js'));
  } catch (thrown) {
    yield error(
      'images.library',
      `The image library cannot be loaded: ${describeCause(thrown).split('\n', 1)[0]}.`,
      'Run npm ci on this machine; node_modules from another system does not work.',
    );
    return;
  }
  const broken: string[] = [];
  for (const format of IMAGE_FORMATS) {
    try {
      const image = await sharp({ create: PIXEL }).toFormat(format).toBuffer();
      await sharp(image).raw().toBuffer();
    } catch (thrown) {
      broken.push(`${format} (${describeCause(thrown)})`);
    }
  }
  const check = 'images.formats';
  yield broken.length === 0
    ? ok(check, `The image library reads and writes ${IMAGE_FORMATS.join(', ')}.`)
    : error(
        check,
        `The image library lacks formats: ${broken.join('; ')}.`,
        'Run npm ci on this machine, without the libvips of the system (SHARP_IGNORE_GLOBAL_LIBVIPS=1).',
      );
}
