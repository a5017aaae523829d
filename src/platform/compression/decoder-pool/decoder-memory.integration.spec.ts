import { describe, expect, it } from 'vitest';
import { ScriptedPool } from '../../../../test/support/scripted-pool.js';
import { PoisonImageError } from '../image-errors.js';

const decoders = ScriptedPool.forThisFile();
const budget = { limits: { maxPixels: 1, maxFrames: 1, maxMemoryBytes: 256 * 1024 * 1024 } };

describe('DecoderPool with a memory budget', () => {
  it('DecoderPool kills a child that exceeds its memory budget, and only the image of that child fails', async () => {
    decoders.start({ ...budget, size: 2 });
    const tasks = ['done', 'grow', 'done', 'done', 'done', 'done', 'done', 'done'];
    const results = await Promise.allSettled(tasks.map((source) => decoders.runTask(source)));
    expect(results.map(({ status }) => status)).toEqual(
      tasks.map((source) => (source === 'grow' ? 'rejected' : 'fulfilled')),
    );
    const { reason } = results[1] as PromiseRejectedResult;
    expect(reason).toMatchObject({ code: 'decoder_memory_exceeded', retry: 'later' });
    expect(reason).toBeInstanceOf(PoisonImageError);
  });

  it('DecoderPool relies on the memory usage that a child reports if /proc is missing', async () => {
    decoders.start(budget);
    await expect(decoders.runTask('report')).rejects.toMatchObject({
      code: 'decoder_memory_exceeded',
    });
    await expect(decoders.runTask('done')).resolves.toMatchObject({ format: 'png' });
  });

  it.runIf(process.platform === 'linux')(
    'DecoderPool replaces an idle child that retains more than half of its memory budget',
    async () => {
      decoders.start(budget);
      await decoders.runTask('done');
      const [pid] = decoders.pool.pids;
      await decoders.runTask('done');
      expect(decoders.pool.pids).toEqual([pid]);
      const results = await Promise.allSettled(
        ['keep', 'keep', 'done'].map((source) => decoders.runTask(source)),
      );
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      await decoders.runTask('done');
      expect(decoders.pool.pids).not.toContain(pid);
    },
  );
});
