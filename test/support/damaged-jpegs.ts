import * as fc from 'fast-check';
import { sharp } from '../../src/platform/compression/decode/image-library.js';

/** Decodes an image. Rejects an image with the smallest fault. */
export const decodeStrictly = (image: Buffer): Promise<Buffer> =>
  sharp(image, { failOn: 'warning' }).raw().toBuffer();

/**
 * Overwrites random bytes of `jpeg` in `runs` ways. Rejects if `recode` returns an image with a fault for one of them.
 * `recode` may return undefined.
 */
export async function assertNoFaultyResult(
  jpeg: Buffer,
  recode: (damaged: Buffer) => Buffer | undefined,
  runs: number,
): Promise<void> {
  const damage = fc.array(fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255)), { minLength: 1 });
  const property = fc.asyncProperty(damage, async (bytes) => {
    const damaged = Buffer.from(jpeg);
    for (const [at, byte] of bytes) damaged[at] = byte;
    const recoded = recode(damaged);
    return recoded === undefined || (await decodeStrictly(recoded)).length > 0;
  });
  await fc.assert(property, { numRuns: runs });
}
