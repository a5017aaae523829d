import { describe, expect, it } from 'vitest';
import { OwnerUsageMeter } from './owner-usage-meter.js';
import type { OwnerUsageRepository } from './repositories/owner-usage.js';
import type { OwnerCost } from './statements/add-owner-usage.js';

/** Records the costs that are written. The first `remainingFailures` writes fail. */
class FakeUsageRepository {
  readonly writes: OwnerCost[][] = [];

  constructor(private remainingFailures = 0) {}

  addCosts(costs: readonly OwnerCost[]): Promise<void> {
    if (this.remainingFailures-- > 0) return Promise.reject(new Error('unavailable'));
    this.writes.push([...costs]);
    return Promise.resolve();
  }
}

const createMeter = (usage: FakeUsageRepository) =>
  new OwnerUsageMeter(usage as unknown as OwnerUsageRepository);
const IMAGE = { isCompleted: true, bytesIn: 100, bytesOut: 40 };

describe('OwnerUsageMeter', () => {
  it('OwnerUsageMeter writes the totals of each owner once', async () => {
    const usage = new FakeUsageRepository();
    const meter = createMeter(usage);
    meter.addImage('shop', IMAGE);
    meter.addImage('shop', IMAGE);
    meter.addImage('desk', { isCompleted: false, bytesIn: 0, bytesOut: 0 });
    meter.addCompression('shop', 12.4);
    meter.addCompression('shop', 12.4);
    await meter.flush();
    await meter.flush();
    expect(usage.writes).toEqual([
      [
        {
          owner: 'shop',
          images_completed: '2',
          images_failed: '0',
          bytes_in: '200',
          bytes_out: '80',
          compression_ms: '25',
        },
        {
          owner: 'desk',
          images_completed: '0',
          images_failed: '1',
          bytes_in: '0',
          bytes_out: '0',
          compression_ms: '0',
        },
      ],
    ]);
  });

  it('OwnerUsageMeter writes the totals of a failed write together with later costs', async () => {
    const usage = new FakeUsageRepository(1);
    const meter = createMeter(usage);
    meter.addImage('shop', IMAGE);
    const failingFlush = meter.flush();
    meter.addImage('shop', IMAGE);
    await expect(failingFlush).rejects.toThrow('unavailable');
    await meter.flush();
    expect(usage.writes.flat()).toMatchObject([{ owner: 'shop', images_completed: '2' }]);
  });
});
