import * as fc from 'fast-check';
import { sharp } from '../../src/platform/compression/decode/image-library.js';

/** Decodes an image. Rejects if the decoder reports any warning. */
export const decodeStrictly = (image: Buffer): Promise<Buffer> =>
  sharp(image, { failOn: 'warning' }).raw().toBuffer();

/**
 * Overwrites random bytes of `jpeg`, in `runCount` different ways. Rejects if `recode` returns a corrupt image.
 * `recode` may return undefined instead.
 */
export async function assertNoCorruptResult(
  jpeg: Buffer,
  recode: (damaged: Buffer) => Buffer | undefined,
  runCount: number,
): Promise<void> {
  const damage = fc.array(fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255)), { minLength: 1 });
  const property = fc.asyncProperty(damage, async (changes) => {
    const damaged = Buffer.from(jpeg);
    for (const [offset, byte] of changes) damaged[offset] = byte;
    const recoded = recode(damaged);
    return recoded === undefined || (await decodeStrictly(recoded)).length > 0;
  });
  await fc.assert(property, { numRuns: runCount });
}
