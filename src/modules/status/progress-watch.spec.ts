import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import type { AppError } from '../../platform/errors/app-error.js';
import { Env } from '../../platform/config/env.js';
import { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import { ProgressWatch } from './progress-watch.js';

const KEYS = 'shop:shop-key-0123456789,desk:desk-key-0123456789';

/** Counts the queries; `missing` are ids that were deleted. */
class CountedRequests {
  asked: string[][] = [];
  missing = new Set<string>();
  away = false;

  async findRequests(ids: string[]): Promise<ProcessingRequest[]> {
    this.asked.push(ids);
    if (this.away) throw new Error('no connection');
    return ids
      .filter((id) => !this.missing.has(id))
      .map((id) => Object.assign(new ProcessingRequest(), { id }));
  }
}

describe('ProgressWatch', () => {
  let requests: CountedRequests;
  let watch: ProgressWatch;
  let shutdown: Shutdown;
  const listener = () => ({
    onProgress: vi.fn<() => void>(),
    onEnd: vi.fn<() => void>(),
    onDisplaced: vi.fn<() => void>(),
  });

  beforeEach(() => {
    vi.useFakeTimers();
    requests = new CountedRequests();
    const env = Object.assign(new Env(), { API_KEYS: KEYS });
    shutdown = new Shutdown();
    watch = new ProgressWatch(
      requests as unknown as RequestsRepository,
      new FairSemaphores(env),
      shutdown,
    );
  });
  afterEach(() => {
    shutdown.beginDrain();
    vi.useRealTimers();
  });

  it('ProgressWatch queries once per second for all listeners of all requests', async () => {
    const listeners = Array.from({ length: 100 }, listener);
    listeners.forEach((one, at) => watch.listen(at % 2 === 0 ? 'a' : 'b', 'shop', one));
    await vi.advanceTimersByTimeAsync(3000);
    expect(requests.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    for (const { onProgress } of listeners) expect(onProgress).toHaveBeenCalledTimes(3);
  });

  it('ProgressWatch stops querying without listeners and resumes with the next listener', async () => {
    const stop = watch.listen('a', 'shop', listener());
    await vi.advanceTimersByTimeAsync(1000);
    stop();
    stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(requests.asked).toHaveLength(1);
    watch.listen('b', 'shop', listener());
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests.asked).toEqual([['a'], ['b']]);
  });

  it('ProgressWatch ends the listeners of a deleted request', async () => {
    const [gone, there] = [listener(), listener()];
    watch.listen('gone', 'shop', gone);
    watch.listen('there', 'shop', there);
    requests.missing.add('gone');
    await vi.advanceTimersByTimeAsync(1000);
    expect(gone.onEnd).toHaveBeenCalled();
    expect(there.onProgress).toHaveBeenCalled();
  });

  it('ProgressWatch continues after a database outage', async () => {
    const one = listener();
    watch.listen('a', 'shop', one);
    requests.away = true;
    await vi.advanceTimersByTimeAsync(2000);
    requests.away = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(one.onEnd).not.toHaveBeenCalled();
    expect(one.onProgress).toHaveBeenCalledTimes(1);
  });

  it('ProgressWatch rejects an owner above its limit until one of its listeners ends', () => {
    const stops = Array.from({ length: 500 }, () => watch.listen('a', 'shop', listener()));
    expect(() => watch.listen('a', 'shop', listener())).toThrow(
      expect.objectContaining({ code: 'too_many_listeners', status: 429 }),
    );
    expect(() => watch.listen('a', 'desk', listener())).not.toThrow();
    stops[0]();
    expect(() => watch.listen('a', 'shop', listener())).not.toThrow();
  });

  it('ProgressWatch evicts the oldest listener of an owner above its share to admit a waiting owner', () => {
    const env = Object.assign(new Env(), {
      API_KEYS: ['shop', 'yard', 'desk', 'mill']
        .map((name) => `${name}:${name}-key-0123456789`)
        .join(),
    });
    shutdown.beginDrain();
    watch = new ProgressWatch(
      requests as unknown as RequestsRepository,
      new FairSemaphores(env),
      (shutdown = new Shutdown()),
    );
    const shop = Array.from({ length: 500 }, listener);
    shop.forEach((one) => watch.listen('a', 'shop', one));
    const fill = (owner: string) => {
      try {
        for (;;) watch.listen('a', owner, listener());
      } catch (error) {
        return (error as AppError).code;
      }
    };
    expect(fill('yard')).toBe('too_many_listeners');
    expect(fill('desk')).toBe('too_many_listeners');
    // Equal parts of three owners.
    expect(shop.filter(({ onDisplaced }) => onDisplaced.mock.calls.length > 0)).toHaveLength(167);
    expect(shop[0].onDisplaced).toHaveBeenCalledTimes(1);
    expect(shop[499].onDisplaced).not.toHaveBeenCalled();
    expect(() => watch.listen('a', 'mill', listener())).not.toThrow();
  });

  it('ProgressWatch ends all listeners and accepts no new ones when the app stops', () => {
    const one = listener();
    watch.listen('a', 'shop', one);
    shutdown.beginStop();
    expect(one.onEnd).not.toHaveBeenCalled();
    shutdown.beginDrain();
    expect(one.onEnd).toHaveBeenCalled();
    expect(() => watch.listen('a', 'shop', listener())).toThrow(
      expect.objectContaining({ code: 'app_stopping', status: 503 }),
    );
  });
});
