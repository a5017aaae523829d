import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../../test/support/is-alive.js';
import { ScriptedPool } from '../../../../test/support/scripted-pool.js';

const decoders = ScriptedPool.forThisFile();

describe('DecoderPool.stop()', () => {
  it('DecoderPool.stop() finishes running tasks, rejects waiting tasks and leaves no process behind', async () => {
    decoders.start();
    await decoders.runTask('done');
    const { pids } = decoders.pool;
    const runningTask = decoders.runTask('slow');
    const waitingTasks = Array.from({ length: 5 }, () => decoders.runTask('done'));
    const outcomes = Promise.allSettled([runningTask, ...waitingTasks]);
    await decoders.pool.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    const [runningOutcome, ...waitingOutcomes] = await outcomes;
    expect(runningOutcome?.status).toBe('fulfilled');
    expect(waitingOutcomes.at(-1)).toMatchObject({
      reason: { code: 'decoder_unavailable', retry: 'uncounted' },
    });
    await expect(decoders.runTask('done')).rejects.toMatchObject({ code: 'decoder_unavailable' });
  });

  it('DecoderPool.stop() aborts a task after stopTimeoutSeconds without counting an attempt', async () => {
    decoders.start({ stopTimeoutSeconds: 0.2 });
    await decoders.runTask('done');
    const { pids } = decoders.pool;
    const outcomes = Promise.allSettled([
      decoders.runTask('hang'),
      decoders.runTask('done'),
      decoders.runTask('done'),
    ]);
    await decoders.pool.stop();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        reason: { code: 'decoder_unavailable', retry: 'uncounted' },
      });
    }
    expect([...pids, ...decoders.pool.pids].filter(isAlive)).toEqual([]);
  });
});
