import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../../test/support/is-alive.js';
import { ScriptedPool } from '../../../../test/support/scripted-pool.js';

const decoders = ScriptedPool.forThisFile();

describe('DecoderPool.stop()', () => {
  it('stop() finishes running tasks, rejects waiting tasks and leaves no process behind', async () => {
    decoders.start();
    await decoders.runTask('done');
    const { pids } = decoders.pool;
    const running = decoders.runTask('slow');
    const waiting = Array.from({ length: 5 }, () => decoders.runTask('done'));
    const outcomes = Promise.allSettled([running, ...waiting]);
    await decoders.pool.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    const [first, ...rest] = await outcomes;
    expect(first?.status).toBe('fulfilled');
    expect(rest.at(-1)).toMatchObject({
      reason: { code: 'decoder_unavailable', retry: 'uncounted' },
    });
    await expect(decoders.runTask('done')).rejects.toMatchObject({ code: 'decoder_unavailable' });
  });

  it('stop() aborts a task after stopSeconds without counting an attempt', async () => {
    decoders.start({ stopSeconds: 0.2 });
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
