import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ticker } from './ticker.js';

/** Creates work that runs until the test ends it. */
function createSlowWork() {
  const finishCalls: (() => void)[] = [];
  const work = vi.fn<() => Promise<void>>(
    () => new Promise<void>((resolve) => finishCalls.push(resolve)),
  );
  const endNext = async () => {
    finishCalls.shift()!();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { work, endNext };
}

describe('Ticker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('Ticker runs the work at the start and then at each interval', async () => {
    const work = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const ticker = new Ticker(work, 1000);
    ticker.start();
    await vi.advanceTimersByTimeAsync(2500);
    expect(work).toHaveBeenCalledTimes(3);
    await ticker.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('Ticker never runs the work twice at the same time', async () => {
    const { work, endNext } = createSlowWork();
    const ticker = new Ticker(work, 1000);
    ticker.start();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(1);
    await endNext();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('Ticker runs the work once more if runNow() is called during the work', async () => {
    const { work, endNext } = createSlowWork();
    const ticker = new Ticker(work, 1000);
    ticker.start();
    ticker.runNow();
    ticker.runNow();
    await endNext();
    expect(work).toHaveBeenCalledTimes(2);
    await endNext();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('Ticker waits for the running work when it stops', async () => {
    const { work, endNext } = createSlowWork();
    const ticker = new Ticker(work, 1000);
    ticker.start();
    const onStopped = vi.fn<() => void>();
    void ticker.stop().then(onStopped);
    await vi.advanceTimersByTimeAsync(0);
    expect(onStopped).not.toHaveBeenCalled();
    await endNext();
    expect(onStopped).toHaveBeenCalled();
    ticker.runNow();
    expect(work).toHaveBeenCalledTimes(1);
  });
});
