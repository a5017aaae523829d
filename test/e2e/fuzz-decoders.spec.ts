import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/platform/errors/app-error.js';
import { DecoderPool } from '../../src/platform/compression/decoder-pool/decoder-pool.js';
import { countCases, FUZZ_SEED, fuzzTimeoutMs } from '../support/fuzz-settings.js';
import { applyMutations, mutations } from '../support/mutate.js';
import { animation, photograph } from '../support/sample-images.js';

const FEW = 60;
/** Runs tasks concurrently, as the app does, so a crash occurs beside other tasks. */
const AT_ONCE = 4;
const LIMITS = { maxPixels: 1_000_000, maxFrames: 50 };
const TIMEOUT_SECONDS = 10;
/** Raw pixels of the largest image within the limits. */
const MAX_RESULT = LIMITS.maxPixels * 4;

const OF_THE_IMAGE = /^image_|_not_supported$|^not_an_image$|^html_instead_of_image$|^empty_file$/;

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
    maxWaiting: 100,
    stopSeconds: 5,
  });
  const photo = () => photograph(96, 64).withExif({ IFD0: { Copyright: 'a' } });
  const frames = async () => animation(24, ['red', 'lime', 'blue'], 80);
  Object.assign(originals, {
    jpeg: await photo().jpeg({ quality: 90 }).toBuffer(),
    progressive: await photo().jpeg({ progressive: true }).toBuffer(),
    png: await photo().png().toBuffer(),
    palette: await photo().png({ palette: true }).toBuffer(),
    webp: await photo().webp().toBuffer(),
    lossless: await photo().webp({ lossless: true }).toBuffer(),
    animated: await (await frames()).webp().toBuffer(),
    gif: await (await frames()).toBuffer(),
    avif: await photo().avif({ effort: 0 }).toBuffer(),
    tiff: await photo().tiff({ compression: 'deflate' }).toBuffer(),
  });
});
afterAll(async () => {
  await pool?.stop();
  await rm(folder, { recursive: true });
});

let files = 0;
/** Returns the code of the error; undefined for a result, which is checked. */
async function compress(bytes: Buffer, format: 'original' | 'jpeg'): Promise<string | undefined> {
  const [source, target] = [join(folder, `${(files += 1)}`), join(folder, `${files}.out`)];
  await writeFile(source, bytes);
  try {
    const result = await pool.compressImage({ source, target, options: { quality: 50, format } });
    const { size } = await stat(result.keptOriginal ? source : target);
    expect(result.bytes).toBe(size);
    expect(result.width * result.height).toBeLessThanOrEqual(LIMITS.maxPixels);
    expect(size).toBeLessThanOrEqual(MAX_RESULT);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code;
  } finally {
    await Promise.all([source, target].map((path) => rm(path, { force: true })));
  }
}

it.each(formats)(
  'A corrupted %s returns a result or a known error, and the decoder pool keeps working',
  { timeout: fuzzTimeoutMs(FEW) },
  async (name) => {
    const damage = fc.record({ steps: mutations, toJpeg: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (several) => {
          const damaged = several.map(({ steps }) => applyMutations(originals[name], steps));
          const ended = await Promise.all(
            several.map(({ toJpeg }, i) => compress(damaged[i], toJpeg ? 'jpeg' : 'original')),
          );
          // Unexpected errors and faults of the app or the pool are findings.
          const findings = ended
            .map((code, i) => ({ code, file: damaged[i].toString('base64') }))
            .filter(({ code }) => code !== undefined && !OF_THE_IMAGE.test(code));
          expect(findings).toEqual([]);
        },
      ),
      { numRuns: Math.ceil(countCases(FEW) / AT_ONCE), seed: FUZZ_SEED },
    );
    expect(await compress(originals[name], 'original')).toBeUndefined();
    expect(pool.pids.length).toBeGreaterThan(0);
  },
);
