import { fork } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DecoderPool } from '../../src/platform/compression/decoder-pool/decoder-pool.js';
import { isAlive } from '../support/is-alive.js';
import { eventually } from '../support/eventually.js';
import { photograph } from '../support/sample-images.js';

/** The built decoder, because a child process of Node.js 20 cannot run TypeScript. */
const entry = new URL('../../dist/platform/compression/decoder-pool/decoder.js', import.meta.url);
const limits = { maxPixels: 50_000_000, maxFrames: 100 };
let folder: string;
let photoPath: string;
let pool: DecoderPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-decoders-'));
  photoPath = join(folder, 'photo.jpg');
  await writeFile(photoPath, await photograph(1200, 900).jpeg({ quality: 95 }).toBuffer());
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => pool?.stop());

const startPool = (size: number) =>
  new DecoderPool({
    size,
    entry,
    limits,
    timeoutSeconds: 10,
    maxWaitingTasks: 100,
    stopTimeoutSeconds: 5,
  });
const options = { quality: 50, format: 'original' as const };
const compressTo = (source: string, target: string) =>
  pool.compressImage({ source, target: join(folder, target), options });

describe('The decoder processes', () => {
  it('The decoder processes keep compressing photos while one of the two is killed repeatedly', async () => {
    pool = startPool(2);
    await compressTo(photoPath, 'first');
    const tasks = Array.from({ length: 40 }, (_, i) => compressTo(photoPath, `${i}`));
    const outcomes = Promise.allSettled(tasks);
    const killedPids = new Set<number>();
    for (let step = 2; step <= 6; step += 2) {
      await tasks[step * 5]?.catch(() => {});
      const [pid] = pool.pids;
      if (pid && process.kill(pid, 'SIGKILL')) killedPids.add(pid);
    }
    const results = await outcomes;
    const failures = results.filter(({ status }) => status === 'rejected');
    expect(failures.length).toBeLessThanOrEqual(killedPids.size);
    for (const result of failures) {
      expect(result).toMatchObject({ reason: { retry: expect.stringMatching(/later|uncounted/) } });
    }
    expect(killedPids.size).toBeGreaterThan(0);
    const lastFulfilledIndex = results.findLastIndex(({ status }) => status === 'fulfilled');
    const [expected, actual] = await Promise.all(
      ['first', `${lastFulfilledIndex}`].map((name) => readFile(join(folder, name))),
    );
    expect(actual?.equals(expected)).toBe(true);
  });

  it('The decoder processes report an invalid image with the same error as the app', async () => {
    pool = startPool(1);
    const pagePath = join(folder, 'page.jpg');
    await writeFile(pagePath, '<!doctype html><title>Log in</title>');
    await expect(compressTo(pagePath, 'none')).rejects.toMatchObject({
      code: 'html_instead_of_image',
      retry: 'never',
      message: expect.stringContaining('web page'),
    });
    await expect(access(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('The decoder processes report a storage error when they cannot read or write a file', async () => {
    pool = startPool(1);
    const storageError = { code: 'storage_unavailable', retry: 'uncounted' };
    await expect(compressTo(join(folder, 'absent'), 'x')).rejects.toMatchObject(storageError);
    await expect(compressTo(photoPath, 'no/such/folder')).rejects.toMatchObject(storageError);
    await expect(compressTo(photoPath, 'fine')).resolves.toMatchObject({
      format: 'jpeg',
      width: 1200,
    });
  });

  it('The decoder processes ignore Ctrl-C and SIGTERM sent to the whole process group', async () => {
    pool = startPool(1);
    await compressTo(photoPath, 'before');
    const [pid] = pool.pids;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pid, signal);
    await compressTo(photoPath, 'after');
    expect(pool.pids).toEqual([pid]);
  });

  it('The decoder processes run at a lower priority than the app and its servers', async () => {
    pool = startPool(1);
    await compressTo(photoPath, 'polite');
    expect(pool.pids.map((pid) => getPriority(pid))).toEqual([
      constants.priority.PRIORITY_BELOW_NORMAL,
    ]);
  });

  it('The decoder processes exit when their app exits, even if it is killed', async () => {
    const app = fork(fileURLToPath(new URL('../fixtures/app-with-decoder.mjs', import.meta.url)), [
      fileURLToPath(entry),
    ]);
    const decoderPid = await new Promise<number>((resolve) =>
      app.once('message', resolve as () => void),
    );
    expect(isAlive(decoderPid)).toBe(true);
    app.kill('SIGKILL');
    await eventually(() => !isAlive(decoderPid), { description: 'the decoder to exit' });
  });
});
