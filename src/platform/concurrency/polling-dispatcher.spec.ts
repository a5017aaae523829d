import { Subject } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { enqueueInBatches, PollingDispatcher } from './polling-dispatcher.js';

const NEVER_MS = 600_000;
const waitForNextTurn = () => new Promise(setImmediate);

describe('PollingDispatcher', () => {
  const workDue = new Subject<void>();
  let dispatcher: PollingDispatcher;
  let pollCount = 0;
  const startDispatcher = (poll: () => Promise<number>, retryMs = NEVER_MS) => {
    pollCount = 0;
    dispatcher = new PollingDispatcher({
      name: 'Test',
      failureMessage: 'Dispatch failed',
      recoveryMessage: 'Dispatch resumed',
      retryMs,
      poll: () => {
        pollCount += 1;
        return poll();
      },
    });
    dispatcher.startPolling(workDue);
  };
  afterEach(() => dispatcher.stopPolling());

  it('PollingDispatcher polls again after the pause that a poll requests', async () => {
    startDispatcher(async () => (pollCount < 3 ? 1 : NEVER_MS));
    expect(await eventually(() => pollCount === 3)).toBe(true);
  });

  it('PollingDispatcher ends the pause when work is due', async () => {
    startDispatcher(async () => NEVER_MS);
    await waitForNextTurn();
    workDue.next();
    expect(await eventually(() => pollCount === 2)).toBe(true);
  });

  it('PollingDispatcher polls once more after work became due during a poll', async () => {
    let endPoll = () => {};
    startDispatcher(() => new Promise((resolve) => (endPoll = () => resolve(NEVER_MS))));
    await waitForNextTurn();
    workDue.next();
    workDue.next();
    expect(pollCount).toBe(1);
    endPoll();
    expect(await eventually(() => pollCount === 2)).toBe(true);
    endPoll();
  });

  it('PollingDispatcher retries a failed poll after retryMs', async () => {
    startDispatcher(
      () => (pollCount === 1 ? Promise.reject(new Error('failed')) : Promise.resolve(NEVER_MS)),
      1,
    );
    expect(await eventually(() => pollCount === 2)).toBe(true);
  });

  it('PollingDispatcher.stopPolling() waits for the running poll and does not start another', async () => {
    let endPoll = () => {};
    startDispatcher(() => new Promise((resolve) => (endPoll = () => resolve(0))));
    await waitForNextTurn();
    let hasStopped = false;
    const stopPromise = dispatcher.stopPolling().then(() => (hasStopped = true));
    await waitForNextTurn();
    expect(hasStopped).toBe(false);
    endPoll();
    await stopPromise;
    expect(pollCount).toBe(1);
  });
});

describe('enqueueInBatches()', () => {
  it('enqueueInBatches() reverts the failed batch and all later batches', async () => {
    const enqueuedItems: number[] = [];
    const revertedItems: number[] = [];
    const enqueuePromise = enqueueInBatches([1, 2, 3, 4, 5], {
      batchSize: 2,
      enqueue: async (items) => {
        if (items.includes(3)) throw new Error('Redis');
        enqueuedItems.push(...items);
      },
      revertEnqueue: async (items) => void revertedItems.push(...items),
    });
    await expect(enqueuePromise).rejects.toThrow('Redis');
    expect({ enqueuedItems, revertedItems }).toEqual({
      enqueuedItems: [1, 2],
      revertedItems: [3, 4, 5],
    });
  });
});
