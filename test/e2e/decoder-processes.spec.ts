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

/** The built decoder: a child process of Node 20 takes no TypeScript. */
const entry = new URL('../../dist/platform/compression/decoder-pool/decoder.js', import.meta.url);
const limits = { maxPixels: 50_000_000, maxFrames: 100 };
let folder: string;
let photo: string;
let pool: DecoderPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-decoders-'));
  photo = join(folder, 'photo.jpg');
  await writeFile(photo, await photograph(1200, 900).jpeg({ quality: 95 }).toBuffer());
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => pool?.stop());

const start = (size: number) =>
  new DecoderPool({ size, entry, limits, timeoutSeconds: 10, maxWaiting: 100, stopSeconds: 5 });
const options = { quality: 50, format: 'original' as const };
const run = (source: string, target: string) =>
  pool.compressImage({ source, target: join(folder, target), options });

describe('The decoder processes', () => {
  it('The decoder processes compress many photos while one of two children is killed repeatedly', async () => {
    pool = start(2);
    await run(photo, 'first');
    const tasks = Array.from({ length: 40 }, (_, i) => run(photo, `${i}`));
    const outcomes = Promise.allSettled(tasks);
    const killed = new Set<number>();
    for (let done = 2; done <= 6; done += 2) {
      await tasks[done * 5]?.catch(() => {});
      const [pid] = pool.pids;
      if (pid && process.kill(pid, 'SIGKILL')) killed.add(pid);
    }
    const ended = await outcomes;
    const failed = ended.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeLessThanOrEqual(killed.size);
    for (const result of failed) {
      expect(result).toMatchObject({ reason: { retry: expect.stringMatching(/later|uncounted/) } });
    }
    expect(killed.size).toBeGreaterThan(0);
    const last = ended.findLastIndex(({ status }) => status === 'fulfilled');
    const [expected, other] = await Promise.all(
      ['first', `${last}`].map((name) => readFile(join(folder, name))),
    );
    expect(other?.equals(expected)).toBe(true);
  });

  it('The decoder processes report a faulty image with the same errors as the app', async () => {
    pool = start(1);
    const page = join(folder, 'page.jpg');
    await writeFile(page, '<!doctype html><title>Log in</title>');
    await expect(run(page, 'none')).rejects.toMatchObject({
      code: 'html_instead_of_image',
      retry: 'never',
      message: expect.stringContaining('web page'),
    });
    await expect(access(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('The decoder processes report a storage error when they cannot read or write a file', async () => {
    pool = start(1);
    const storageError = { code: 'storage_unavailable', retry: 'uncounted' };
    await expect(run(join(folder, 'absent'), 'x')).rejects.toMatchObject(storageError);
    await expect(run(photo, 'no/such/folder')).rejects.toMatchObject(storageError);
    await expect(run(photo, 'fine')).resolves.toMatchObject({ format: 'jpeg', width: 1200 });
  });

  it('The decoder processes ignore Ctrl-C and SIGTERM sent to the whole process group', async () => {
    pool = start(1);
    await run(photo, 'before');
    const [pid] = pool.pids;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pid, signal);
    await run(photo, 'after');
    expect(pool.pids).toEqual([pid]);
  });

  it('The decoder processes run at a lower priority than the app and its servers', async () => {
    pool = start(1);
    await run(photo, 'polite');
    expect(pool.pids.map((pid) => getPriority(pid))).toEqual([
      constants.priority.PRIORITY_BELOW_NORMAL,
    ]);
  });

  it('The decoder processes end with their app, even if it is killed', async () => {
    const app = fork(fileURLToPath(new URL('../fixtures/app-with-decoder.mjs', import.meta.url)), [
      fileURLToPath(entry),
    ]);
    const child = await new Promise<number>((resolve) =>
      app.once('message', resolve as () => void),
    );
    expect(isAlive(child)).toBe(true);
    app.kill('SIGKILL');
    await eventually(() => !isAlive(child), { description: 'the decoder to end' });
  });
});
