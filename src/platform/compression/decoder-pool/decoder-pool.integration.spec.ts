import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { DecoderPool, type DecoderPoolSettings } from './decoder-pool.js';
import { PoisonImageError } from '../image-errors.js';

/** The scripted child does what a task's source says: `done`, `hang`, `crash`, `fail`. */
const entry = new URL('../../../../test/fixtures/scripted-decoder.mjs', import.meta.url);
let pool: DecoderPool;

function start(settings: Partial<DecoderPoolSettings> = {}): DecoderPool {
  pool = new DecoderPool({
    size: 1,
    entry,
    limits: { maxPixels: 1, maxFrames: 1 },
    timeoutSeconds: 10,
    maxWaiting: 100,
    stopSeconds: 5,
    ...settings,
  });
  return pool;
}
afterEach(() => pool.stop());

const task = (source: string, target = '') => ({
  source,
  target,
  options: { quality: 50, format: 'original' as const },
});
const run = (source: string, signal?: AbortSignal) => pool.compressImage(task(source), signal);

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('DecoderPool', () => {
  it('DecoderPool counts its children by the reason of their end', async () => {
    start({ timeoutSeconds: 1 });
    await run('done');
    expect(pool.statistics).toMatchObject({ waitingTasks: 0, runningTasks: 0 });
    expect(pool.statistics.memoryBytes).toHaveLength(1);
    await expect(run('crash')).rejects.toMatchObject({ code: 'decoder_crashed' });
    await expect(run('hang')).rejects.toMatchObject({ code: 'decode_timed_out' });
    const abort = new AbortController();
    const aborted = run('hang', abort.signal);
    abort.abort(new Error('canceled'));
    await expect(aborted).rejects.toThrow('canceled');
    await run('done');
    await pool.stop();
    const { crashed, timed_out: timedOut, stopped } = pool.statistics.exits;
    expect({ crashed, timedOut, stopped }).toEqual({ crashed: 1, timedOut: 1, stopped: 1 });
  });

  it('compressOutputs() resolves with a result for each output, in their order', async () => {
    start();
    const outputs = ['7', '9'].map((target) => ({ target, options: task('').options }));
    const made = await pool.compressOutputs({ source: 'done', outputs });
    expect(made.outputs.map(({ bytes }) => bytes)).toEqual([7, 9]);
    expect(made.source).toMatchObject({ format: 'png', animated: false });
  });

  it('compressImage() resolves each task with its own result', async () => {
    start({ size: 2 });
    const sizes = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, i) => (await pool.compressImage(task('done', `${i}`))).bytes,
      ),
    );
    expect(sizes).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(pool.pids).toHaveLength(2);
  });

  it('DecoderPool starts children on demand, up to the maximum', async () => {
    start({ size: 3 });
    expect(pool.pids).toEqual([]);
    await run('done');
    await run('done');
    expect(pool.pids).toHaveLength(1);
  });

  it('compressImage() rejects with the code and retry policy of the image error', async () => {
    start();
    await expect(run('fail')).rejects.toMatchObject({
      code: 'svg_not_supported',
      message: 'An SVG.',
      retry: 'never',
    });
  });

  it('DecoderPool fails only the running image after a crash, with one more attempt', async () => {
    start({ size: 2 });
    const tasks = ['done', 'crash', 'done', 'done', 'done', 'done', 'done', 'done'];
    const results = await Promise.allSettled(tasks.map((source) => run(source)));
    expect(results.map(({ status }) => status)).toEqual(
      tasks.map((source) => (source === 'crash' ? 'rejected' : 'fulfilled')),
    );
    expect(results[1]).toMatchObject({ reason: { code: 'decoder_crashed', retry: 'later' } });
    const { reason } = results[1] as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(PoisonImageError);
    expect(reason.cause).toContain('the last words of a decoder');
  });

  it('DecoderPool counts no attempt while no child can be started, and continues later', () => {
    const script = fileURLToPath(
      new URL('../../../../test/fixtures/pool-without-descriptors.ts', import.meta.url),
    );
    const command = `ulimit -n 256; exec "${process.execPath}" --import tsx "${script}"`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '["decoder_unavailable",7]\n', stderr: '' });
  });

  it('DecoderPool continues after a child is killed from outside', async () => {
    start();
    await run('done');
    const [pid] = pool.pids;
    const hanging = run('hang');
    const next = run('done');
    process.kill(pid, 'SIGKILL');
    await expect(hanging).rejects.toMatchObject({
      code: 'decoder_crashed',
      message: expect.stringContaining('signal SIGKILL'),
    });
    await expect(next).resolves.toMatchObject({ format: 'png' });
    expect(pool.pids).not.toContain(pid);
  });

  it('DecoderPool kills only the child that exceeds the timeout', async () => {
    start({ size: 2, timeoutSeconds: 1 });
    await Promise.all([run('slow'), run('slow')]);
    const before = pool.pids;
    const results = await Promise.allSettled(['hang', 'done', 'done'].map((s) => run(s)));
    expect(results[0]).toMatchObject({ reason: { code: 'decode_timed_out', retry: 'later' } });
    expect(results.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await run('done');
    expect(pool.pids.filter((pid) => before.includes(pid))).toHaveLength(1);
  });

  const budget = { limits: { maxPixels: 1, maxFrames: 1, maxMemoryBytes: 256 * 1024 * 1024 } };

  it('DecoderPool kills a child above its memory budget and fails only its image', async () => {
    start({ ...budget, size: 2 });
    const tasks = ['done', 'grow', 'done', 'done', 'done', 'done', 'done', 'done'];
    const results = await Promise.allSettled(tasks.map((source) => run(source)));
    expect(results.map(({ status }) => status)).toEqual(
      tasks.map((source) => (source === 'grow' ? 'rejected' : 'fulfilled')),
    );
    const { reason } = results[1] as PromiseRejectedResult;
    expect(reason).toMatchObject({ code: 'decoder_memory_exceeded', retry: 'later' });
    expect(reason).toBeInstanceOf(PoisonImageError);
  });

  it('DecoderPool uses the memory that a child reports where /proc is missing', async () => {
    start(budget);
    await expect(run('report')).rejects.toMatchObject({ code: 'decoder_memory_exceeded' });
    await expect(run('done')).resolves.toMatchObject({ format: 'png' });
  });

  it.runIf(process.platform === 'linux')(
    'DecoderPool replaces an idle child that keeps more than half of its budget',
    async () => {
      start(budget);
      await run('done');
      const [first] = pool.pids;
      await run('done');
      expect(pool.pids).toEqual([first]);
      const results = await Promise.allSettled(['keep', 'keep', 'done'].map((s) => run(s)));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      await run('done');
      expect(pool.pids).not.toContain(first);
    },
  );

  it('DecoderPool does not fail a task for the memory of the previous one', async () => {
    start({ timeoutSeconds: 1 });
    const stuck = [run('hang'), run('hang')];
    const behind = [run('done'), run('done'), run('done')];
    const results = await Promise.allSettled(stuck);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    await expect(Promise.all(behind)).resolves.toHaveLength(3);
  });

  it('DecoderPool removes an aborted waiting task and kills the child of an aborted running task', async () => {
    start();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const tasks = [run('hang', running.signal), run('done'), run('done', waiting.signal)];
    const settled = Promise.allSettled(tasks);
    const [pid] = pool.pids;
    waiting.abort(new Error('no longer wanted'));
    running.abort(new Error('stop it'));
    expect(await settled).toMatchObject([
      { reason: { message: 'stop it' } },
      { status: 'fulfilled' },
      { reason: { message: 'no longer wanted' } },
    ]);
    expect(isAlive(pid)).toBe(false);
  });

  it('DecoderPool rejects a task above the queue limit without counting an attempt', async () => {
    start({ maxWaiting: 2 });
    const tasks = ['slow', ...Array.from({ length: 9 }, () => 'done')].map((s) => run(s));
    const refused = (await Promise.allSettled(tasks)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(4);
    for (const result of refused) {
      expect(result).toMatchObject({ reason: { code: 'decoder_unavailable', retry: 'uncounted' } });
    }
  });

  it('DecoderPool counts no attempt when a child fails to start', async () => {
    start({ entry: new URL('file:///nowhere/decoder.mjs') });
    await expect(run('done')).rejects.toMatchObject({
      code: 'decoder_unavailable',
      retry: 'uncounted',
      message: expect.stringContaining('during startup'),
    });
  });

  it('DecoderPool counts no attempt when a child never becomes ready', async () => {
    start({
      entry: new URL('../../../../test/fixtures/mute-decoder.mjs', import.meta.url),
      timeoutSeconds: 0.5,
    });
    await expect(run('done')).rejects.toMatchObject({
      code: 'decoder_unavailable',
      retry: 'uncounted',
    });
  });

  it('stop() finishes running tasks, rejects waiting ones and leaves no process', async () => {
    start();
    await run('done');
    const { pids } = pool;
    const running = run('slow');
    const waiting = Array.from({ length: 5 }, () => run('done'));
    const outcomes = Promise.allSettled([running, ...waiting]);
    await pool.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    const [first, ...rest] = await outcomes;
    expect(first?.status).toBe('fulfilled');
    expect(rest.at(-1)).toMatchObject({
      reason: { code: 'decoder_unavailable', retry: 'uncounted' },
    });
    await expect(run('done')).rejects.toMatchObject({ code: 'decoder_unavailable' });
  });

  it('stop() aborts a task after stopSeconds without counting an attempt', async () => {
    start({ stopSeconds: 0.2 });
    await run('done');
    const { pids } = pool;
    const outcomes = Promise.allSettled([run('hang'), run('done'), run('done')]);
    await pool.stop();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        reason: { code: 'decoder_unavailable', retry: 'uncounted' },
      });
    }
    expect([...pids, ...pool.pids].filter(isAlive)).toEqual([]);
  });
});
