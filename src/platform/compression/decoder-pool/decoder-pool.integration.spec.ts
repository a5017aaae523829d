import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../../test/support/is-alive.js';
import { ScriptedPool, createScriptedTask } from '../../../../test/support/scripted-pool.js';
import { PoisonImageError } from '../image-errors.js';

const decoders = ScriptedPool.forThisFile();
/** Long enough for a child to start on a loaded machine. */
const TIMEOUT_SECONDS = 5;

describe('DecoderPool', () => {
  it('DecoderPool counts exited children by reason', async () => {
    decoders.start({ timeoutSeconds: TIMEOUT_SECONDS });
    await decoders.runTask('done');
    expect(decoders.pool.statistics).toMatchObject({
      waitingTaskCount: 0,
      runningTaskCount: 0,
    });
    expect(decoders.pool.statistics.memoryBytes).toHaveLength(1);
    await expect(decoders.runTask('crash')).rejects.toMatchObject({ code: 'decoder_crashed' });
    await expect(decoders.runTask('hang')).rejects.toMatchObject({ code: 'decode_timed_out' });
    const abortController = new AbortController();
    const abortedTask = decoders.runTask('hang', abortController.signal);
    abortController.abort(new Error('canceled'));
    await expect(abortedTask).rejects.toThrow('canceled');
    await decoders.runTask('done');
    await decoders.pool.stop();
    const { crashed, timed_out: timedOut, stopped } = decoders.pool.statistics.exitCounts;
    expect({ crashed, timedOut, stopped }).toEqual({ crashed: 1, timedOut: 1, stopped: 1 });
  });

  it('DecoderPool.compressOutputs() resolves with one result per output, in order', async () => {
    decoders.start();
    const outputs = ['7', '9'].map((target) => ({
      target,
      options: createScriptedTask('').options,
    }));
    const result = await decoders.pool.compressOutputs({ source: 'done', outputs });
    expect(result.outputs.map(({ bytes }) => bytes)).toEqual([7, 9]);
    expect(result.source).toMatchObject({ format: 'png', animated: false });
  });

  it('DecoderPool.compressImage() resolves each task with its own result', async () => {
    decoders.start({ size: 2 });
    const sizes = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, i) =>
          (await decoders.pool.compressImage(createScriptedTask('done', `${i}`))).bytes,
      ),
    );
    expect(sizes).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(decoders.pool.pids).toHaveLength(2);
  });

  it.each(['done', 'fail', 'crash'])(
    'DecoderPool.compressImage() reports the duration of the task "%s" once',
    async (source) => {
      decoders.start();
      const durations: number[] = [];
      const onEnd = (durationMs: number) => durations.push(durationMs);
      await decoders.pool
        .compressImage(createScriptedTask(source), { onEnd })
        .catch(() => undefined);
      expect(durations).toEqual([expect.any(Number)]);
    },
  );

  it('DecoderPool.compressImage() reports the duration of a running task that is canceled', async () => {
    decoders.start();
    // Starts a child, so the next task starts immediately.
    await decoders.runTask('done');
    const durations: number[] = [];
    const abortController = new AbortController();
    const runningTask = decoders.pool.compressImage(createScriptedTask('hang'), {
      signal: abortController.signal,
      onEnd: (durationMs) => durations.push(durationMs),
    });
    abortController.abort(new Error('canceled'));
    await expect(runningTask).rejects.toThrow('canceled');
    expect(durations).toEqual([expect.any(Number)]);
  });

  it('DecoderPool.compressImage() reports no duration for a task that never started', async () => {
    decoders.start();
    const [runningTask, queuedTask, abortController] = [
      decoders.runTask('done'),
      decoders.runTask('done'),
      new AbortController(),
    ];
    const durations: number[] = [];
    const waitingTask = decoders.pool.compressImage(createScriptedTask('done'), {
      signal: abortController.signal,
      onEnd: (durationMs) => durations.push(durationMs),
    });
    abortController.abort(new Error('canceled'));
    await expect(waitingTask).rejects.toThrow('canceled');
    await Promise.all([runningTask, queuedTask]);
    expect(durations).toEqual([]);
  });

  it('DecoderPool starts children on demand, up to the maximum', async () => {
    decoders.start({ size: 3 });
    expect(decoders.pool.pids).toEqual([]);
    await decoders.runTask('done');
    await decoders.runTask('done');
    expect(decoders.pool.pids).toHaveLength(1);
  });

  it('DecoderPool.compressImage() rejects with the code and retry policy of the image error', async () => {
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

  it('DecoderPool counts no attempt if it cannot start a child, and recovers later', () => {
    const script = fileURLToPath(
      new URL('../../../../test/fixtures/pool-without-descriptors.ts', import.meta.url),
    );
    const command = `ulimit -n 256; exec "${process.execPath}" --import tsx "${script}"`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '["decoder_unavailable",7]\n', stderr: '' });
  });

  it('DecoderPool starts another child after one is killed externally', async () => {
    decoders.start();
    await decoders.runTask('done');
    const [pid] = decoders.pool.pids;
    const hangingTask = decoders.runTask('hang');
    const nextResult = decoders.runTask('done');
    process.kill(pid, 'SIGKILL');
    await expect(hangingTask).rejects.toMatchObject({
      code: 'decoder_crashed',
      message: expect.stringContaining('signal SIGKILL'),
    });
    await expect(nextResult).resolves.toMatchObject({ format: 'png' });
    expect(decoders.pool.pids).not.toContain(pid);
  });

  it('DecoderPool kills only the child that exceeds the timeout', async () => {
    decoders.start({ size: 2, timeoutSeconds: TIMEOUT_SECONDS });
    await Promise.all([decoders.runTask('slow'), decoders.runTask('slow')]);
    const initialPids = decoders.pool.pids;
    const results = await Promise.allSettled(
      ['hang', 'done', 'done'].map((source) => decoders.runTask(source)),
    );
    expect(results[0]).toMatchObject({ reason: { code: 'decode_timed_out', retry: 'later' } });
    expect(results.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await decoders.runTask('done');
    expect(decoders.pool.pids.filter((pid) => initialPids.includes(pid))).toHaveLength(1);
  });

  it('DecoderPool runs the tasks that are queued behind tasks that time out', async () => {
    decoders.start({ timeoutSeconds: TIMEOUT_SECONDS });
    const hangingTasks = [decoders.runTask('hang'), decoders.runTask('hang')];
    const queuedTasks = [
      decoders.runTask('done'),
      decoders.runTask('done'),
      decoders.runTask('done'),
    ];
    const results = await Promise.allSettled(hangingTasks);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    await expect(Promise.all(queuedTasks)).resolves.toHaveLength(3);
  });

  it('DecoderPool removes an aborted waiting task and kills the child of an aborted running task', async () => {
    decoders.start();
    const [runningController, waitingController] = [new AbortController(), new AbortController()];
    const tasks = [
      decoders.runTask('hang', runningController.signal),
      decoders.runTask('done'),
      decoders.runTask('done', waitingController.signal),
    ];
    const settledResults = Promise.allSettled(tasks);
    const [pid] = decoders.pool.pids;
    waitingController.abort(new Error('no longer needed'));
    runningController.abort(new Error('stop it'));
    expect(await settledResults).toMatchObject([
      { reason: { message: 'stop it' } },
      { status: 'fulfilled' },
      { reason: { message: 'no longer needed' } },
    ]);
    expect(isAlive(pid)).toBe(false);
  });

  it('DecoderPool rejects a task beyond the queue limit without counting an attempt', async () => {
    decoders.start({ maxWaitingTasks: 2 });
    const tasks = ['slow', ...Array.from({ length: 9 }, () => 'done')].map((source) =>
      decoders.runTask(source),
    );
    const rejectedResults = (await Promise.allSettled(tasks)).filter(
      ({ status }) => status === 'rejected',
    );
    expect(rejectedResults.length).toBeGreaterThan(4);
    for (const result of rejectedResults) {
      expect(result).toMatchObject({ reason: { code: 'decoder_unavailable', retry: 'uncounted' } });
    }
  });

  it('DecoderPool does not count an attempt when a child fails to start', async () => {
    decoders.start({ entry: new URL('file:///nowhere/decoder.mjs') });
    await expect(decoders.runTask('done')).rejects.toMatchObject({
      code: 'decoder_unavailable',
      retry: 'uncounted',
      message: expect.stringContaining('during startup'),
    });
  });

  it('DecoderPool does not count an attempt when a child never becomes ready', async () => {
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
