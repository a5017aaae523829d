import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../../test/support/is-alive.js';
import { ScriptedPool, scriptedTask } from '../../../../test/support/scripted-pool.js';
import { PoisonImageError } from '../image-errors.js';

const decoders = ScriptedPool.forThisFile();
/** A child on a loaded machine starts within this time. */
const TIMEOUT_SECONDS = 5;

describe('DecoderPool', () => {
  it('DecoderPool counts ended children by reason', async () => {
    decoders.start({ timeoutSeconds: TIMEOUT_SECONDS });
    await decoders.runTask('done');
    expect(decoders.pool.statistics).toMatchObject({ waitingTasks: 0, runningTasks: 0 });
    expect(decoders.pool.statistics.memoryBytes).toHaveLength(1);
    await expect(decoders.runTask('crash')).rejects.toMatchObject({ code: 'decoder_crashed' });
    await expect(decoders.runTask('hang')).rejects.toMatchObject({ code: 'decode_timed_out' });
    const abort = new AbortController();
    const aborted = decoders.runTask('hang', abort.signal);
    abort.abort(new Error('canceled'));
    await expect(aborted).rejects.toThrow('canceled');
    await decoders.runTask('done');
    await decoders.pool.stop();
    const { crashed, timed_out: timedOut, stopped } = decoders.pool.statistics.exits;
    expect({ crashed, timedOut, stopped }).toEqual({ crashed: 1, timedOut: 1, stopped: 1 });
  });

  it('compressOutputs() resolves with one result per output, in order', async () => {
    decoders.start();
    const outputs = ['7', '9'].map((target) => ({ target, options: scriptedTask('').options }));
    const made = await decoders.pool.compressOutputs({ source: 'done', outputs });
    expect(made.outputs.map(({ bytes }) => bytes)).toEqual([7, 9]);
    expect(made.source).toMatchObject({ format: 'png', animated: false });
  });

  it('compressImage() resolves each task with its own result', async () => {
    decoders.start({ size: 2 });
    const sizes = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, i) => (await decoders.pool.compressImage(scriptedTask('done', `${i}`))).bytes,
      ),
    );
    expect(sizes).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(decoders.pool.pids).toHaveLength(2);
  });

  it.each(['done', 'fail', 'crash'])(
    'compressImage() reports the duration of the task %s once',
    async (source) => {
      decoders.start();
      const durations: number[] = [];
      const onEnd = (milliseconds: number) => durations.push(milliseconds);
      await decoders.pool.compressImage(scriptedTask(source), { onEnd }).catch(() => undefined);
      expect(durations).toEqual([expect.any(Number)]);
    },
  );

  it('compressImage() reports the duration of a running task that is canceled', async () => {
    decoders.start();
    // The next task starts at once in the child of this one.
    await decoders.runTask('done');
    const durations: number[] = [];
    const abort = new AbortController();
    const running = decoders.pool.compressImage(scriptedTask('hang'), {
      signal: abort.signal,
      onEnd: (milliseconds) => durations.push(milliseconds),
    });
    abort.abort(new Error('canceled'));
    await expect(running).rejects.toThrow('canceled');
    expect(durations).toEqual([expect.any(Number)]);
  });

  it('compressImage() reports no duration for a task that never started', async () => {
    decoders.start();
    const [running, queued, abort] = [
      decoders.runTask('done'),
      decoders.runTask('done'),
      new AbortController(),
    ];
    const durations: number[] = [];
    const waiting = decoders.pool.compressImage(scriptedTask('done'), {
      signal: abort.signal,
      onEnd: (milliseconds) => durations.push(milliseconds),
    });
    abort.abort(new Error('canceled'));
    await expect(waiting).rejects.toThrow('canceled');
    await Promise.all([running, queued]);
    expect(durations).toEqual([]);
  });

  it('DecoderPool starts children on demand, up to the maximum', async () => {
    decoders.start({ size: 3 });
    expect(decoders.pool.pids).toEqual([]);
    await decoders.runTask('done');
    await decoders.runTask('done');
    expect(decoders.pool.pids).toHaveLength(1);
  });

  it('compressImage() rejects with the code and retry policy of the image error', async () => {
    decoders.start();
    await expect(decoders.runTask('fail')).rejects.toMatchObject({
      code: 'svg_not_supported',
      message: 'An SVG.',
      retry: 'never',
    });
  });

  it('DecoderPool fails only the running image after a crash, and allows one more attempt', async () => {
    decoders.start({ size: 2 });
    const tasks = ['done', 'crash', 'done', 'done', 'done', 'done', 'done', 'done'];
    const results = await Promise.allSettled(tasks.map((source) => decoders.runTask(source)));
    expect(results.map(({ status }) => status)).toEqual(
      tasks.map((source) => (source === 'crash' ? 'rejected' : 'fulfilled')),
    );
    expect(results[1]).toMatchObject({ reason: { code: 'decoder_crashed', retry: 'later' } });
    const { reason } = results[1] as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(PoisonImageError);
    expect(reason.cause).toContain('the last words of a decoder');
  });

  it('DecoderPool counts no attempt while it cannot start a child, and continues later', () => {
    const script = fileURLToPath(
      new URL('../../../../test/fixtures/pool-without-descriptors.ts', import.meta.url),
    );
    const command = `ulimit -n 256; exec "${process.execPath}" --import tsx "${script}"`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '["decoder_unavailable",7]\n', stderr: '' });
  });

  it('DecoderPool continues after a child is killed from outside', async () => {
    decoders.start();
    await decoders.runTask('done');
    const [pid] = decoders.pool.pids;
    const hanging = decoders.runTask('hang');
    const next = decoders.runTask('done');
    process.kill(pid, 'SIGKILL');
    await expect(hanging).rejects.toMatchObject({
      code: 'decoder_crashed',
      message: expect.stringContaining('signal SIGKILL'),
    });
    await expect(next).resolves.toMatchObject({ format: 'png' });
    expect(decoders.pool.pids).not.toContain(pid);
  });

  it('DecoderPool kills only the child that exceeds the timeout', async () => {
    decoders.start({ size: 2, timeoutSeconds: TIMEOUT_SECONDS });
    await Promise.all([decoders.runTask('slow'), decoders.runTask('slow')]);
    const before = decoders.pool.pids;
    const results = await Promise.allSettled(
      ['hang', 'done', 'done'].map((s) => decoders.runTask(s)),
    );
    expect(results[0]).toMatchObject({ reason: { code: 'decode_timed_out', retry: 'later' } });
    expect(results.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await decoders.runTask('done');
    expect(decoders.pool.pids.filter((pid) => before.includes(pid))).toHaveLength(1);
  });

  it('DecoderPool does not fail a task because of memory that the previous task used', async () => {
    decoders.start({ timeoutSeconds: TIMEOUT_SECONDS });
    const stuck = [decoders.runTask('hang'), decoders.runTask('hang')];
    const behind = [decoders.runTask('done'), decoders.runTask('done'), decoders.runTask('done')];
    const results = await Promise.allSettled(stuck);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    await expect(Promise.all(behind)).resolves.toHaveLength(3);
  });

  it('DecoderPool removes an aborted waiting task and kills the child of an aborted running task', async () => {
    decoders.start();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const tasks = [
      decoders.runTask('hang', running.signal),
      decoders.runTask('done'),
      decoders.runTask('done', waiting.signal),
    ];
    const settled = Promise.allSettled(tasks);
    const [pid] = decoders.pool.pids;
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
    decoders.start({ maxWaiting: 2 });
    const tasks = ['slow', ...Array.from({ length: 9 }, () => 'done')].map((s) =>
      decoders.runTask(s),
    );
    const refused = (await Promise.allSettled(tasks)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(4);
    for (const result of refused) {
      expect(result).toMatchObject({ reason: { code: 'decoder_unavailable', retry: 'uncounted' } });
    }
  });

  it('DecoderPool counts no attempt when a child fails to start', async () => {
    decoders.start({ entry: new URL('file:///nowhere/decoder.mjs') });
    await expect(decoders.runTask('done')).rejects.toMatchObject({
      code: 'decoder_unavailable',
      retry: 'uncounted',
      message: expect.stringContaining('during startup'),
    });
  });

  it('DecoderPool counts no attempt when a child never becomes ready', async () => {
    decoders.start({
      entry: new URL('../../../../test/fixtures/mute-decoder.mjs', import.meta.url),
      timeoutSeconds: 0.5,
    });
    await expect(decoders.runTask('done')).rejects.toMatchObject({
      code: 'decoder_unavailable',
      retry: 'uncounted',
    });
  });
});
