import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/platform/errors/app-error.js';
import { DecoderPool } from '../../src/platform/compression/decoder-pool/decoder-pool.js';
import { getCaseCount, FUZZ_SEED, getFuzzTimeoutMs } from '../support/fuzz-settings.js';
import { applyMutations, mutations } from '../support/mutate.js';
import { animation, photograph } from '../support/sample-images.js';

const DEFAULT_RUN_COUNT = 60;
/** Runs several tasks at the same time, as the app does, so other tasks are running during a crash. */
const CONCURRENT_TASK_COUNT = 4;
const LIMITS = { maxPixels: 1_000_000, maxFrames: 50 };
const TIMEOUT_SECONDS = 10;
/** Raw pixels of the largest image within the limits. */
const MAX_RESULT_BYTES = LIMITS.maxPixels * 4;

const IMAGE_ERROR_CODE =
  /^image_|_not_supported$|^not_an_image$|^html_instead_of_image$|^empty_file$/;

let folder: string;
let pool: DecoderPool;
const originals: Record<string, Buffer> = {};
const formats = [
  'jpeg',
  'progressive',
  'png',
  'palette',
  'webp',
  'lossless',
  'animated',
  'gif',
  'avif',
  'tiff',
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-fuzz-'));
  pool = new DecoderPool({
    size: 2,
    entry: new URL('../../dist/platform/compression/decoder-pool/decoder.js', import.meta.url),
    limits: LIMITS,
    timeoutSeconds: TIMEOUT_SECONDS,
    maxWaitingTasks: 100,
    stopTimeoutSeconds: 5,
  });
  const createPhoto = () => photograph(96, 64).withExif({ IFD0: { Copyright: 'a' } });
  const createAnimation = async () => animation(24, ['red', 'lime', 'blue'], 80);
  Object.assign(originals, {
    jpeg: await createPhoto().jpeg({ quality: 90 }).toBuffer(),
    progressive: await createPhoto().jpeg({ progressive: true }).toBuffer(),
    png: await createPhoto().png().toBuffer(),
    palette: await createPhoto().png({ palette: true }).toBuffer(),
    webp: await createPhoto().webp().toBuffer(),
    lossless: await createPhoto().webp({ lossless: true }).toBuffer(),
    animated: await (await createAnimation()).webp().toBuffer(),
    gif: await (await createAnimation()).toBuffer(),
    avif: await createPhoto().avif({ effort: 0 }).toBuffer(),
    tiff: await createPhoto().tiff({ compression: 'deflate' }).toBuffer(),
  });
});
afterAll(async () => {
  await pool?.stop();
  await rm(folder, { recursive: true });
});

let fileCount = 0;
/** Checks the result, if any. Returns the error code, or undefined after a success. */
async function compress(bytes: Buffer, format: 'original' | 'jpeg'): Promise<string | undefined> {
  const [source, target] = [join(folder, `${(fileCount += 1)}`), join(folder, `${fileCount}.out`)];
  await writeFile(source, bytes);
  try {
    const result = await pool.compressImage({ source, target, options: { quality: 50, format } });
    const { size } = await stat(result.keptOriginal ? source : target);
    expect(result.bytes).toBe(size);
    expect(result.width * result.height).toBeLessThanOrEqual(LIMITS.maxPixels);
    expect(size).toBeLessThanOrEqual(MAX_RESULT_BYTES);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code;
  } finally {
    await Promise.all([source, target].map((path) => rm(path, { force: true })));
  }
}

it.each(formats)(
  'A corrupted image (%s) produces a result or a known error, and the decoder pool keeps working',
  { timeout: getFuzzTimeoutMs(DEFAULT_RUN_COUNT) },
  async (name) => {
    const damage = fc.record({ steps: mutations, toJpeg: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: CONCURRENT_TASK_COUNT, maxLength: CONCURRENT_TASK_COUNT }),
        async (batch) => {
          const damagedFiles = batch.map(({ steps }) => applyMutations(originals[name], steps));
          const errorCodes = await Promise.all(
            batch.map(({ toJpeg }, i) => compress(damagedFiles[i], toJpeg ? 'jpeg' : 'original')),
          );
          // Only errors that blame the image are expected.
          const unexpectedErrors = errorCodes
            .map((code, i) => ({ code, file: damagedFiles[i].toString('base64') }))
            .filter(({ code }) => code !== undefined && !IMAGE_ERROR_CODE.test(code));
          expect(unexpectedErrors).toEqual([]);
        },
      ),
      {
        numRuns: Math.ceil(getCaseCount(DEFAULT_RUN_COUNT) / CONCURRENT_TASK_COUNT),
        seed: FUZZ_SEED,
      },
    );
    expect(await compress(originals[name], 'original')).toBeUndefined();
    expect(pool.pids.length).toBeGreaterThan(0);
  },
);
