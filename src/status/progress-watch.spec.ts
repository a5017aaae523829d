import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessingRequest } from '../database/entities/processing-request.entity.js';
import type { RequestsRepository } from '../database/repositories/requests.js';
import { ProgressWatch } from './progress-watch.js';

/** Counts the queries; `missing` are ids that were deleted. */
class CountedRequests {
  asked: string[][] = [];
  missing = new Set<string>();
  away = false;

  async findAll(ids: string[]): Promise<ProcessingRequest[]> {
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
  const listener = () => ({ onProgress: vi.fn<() => void>(), onEnd: vi.fn<() => void>() });

  beforeEach(() => {
    vi.useFakeTimers();
    requests = new CountedRequests();
    watch = new ProgressWatch(requests as unknown as RequestsRepository);
  });
  afterEach(() => {
    watch.onModuleDestroy();
    vi.useRealTimers();
  });

  it('asks once a second for all listeners of all requests', async () => {
    const listeners = Array.from({ length: 100 }, listener);
    listeners.forEach((one, at) => watch.listen(at % 2 === 0 ? 'a' : 'b', one));
    await vi.advanceTimersByTimeAsync(3000);
    expect(requests.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    for (const { onProgress } of listeners) expect(onProgress).toHaveBeenCalledTimes(3);
  });

  it('asks nothing once nobody listens, and begins again with the next listener', async () => {
    const stop = watch.listen('a', listener());
    await vi.advanceTimersByTimeAsync(1000);
    stop();
    stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(requests.asked).toHaveLength(1);
    watch.listen('b', listener());
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests.asked).toEqual([['a'], ['b']]);
  });

  it('ends the listeners of a request that was deleted', async () => {
    const [gone, there] = [listener(), listener()];
    watch.listen('gone', gone);
    watch.listen('there', there);
    requests.missing.add('gone');
    await vi.advanceTimersByTimeAsync(1000);
    expect(gone.onEnd).toHaveBeenCalled();
    expect(there.onProgress).toHaveBeenCalled();
  });

  it('goes on after an outage of the database', async () => {
    const one = listener();
    watch.listen('a', one);
    requests.away = true;
    await vi.advanceTimersByTimeAsync(2000);
    requests.away = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(one.onEnd).not.toHaveBeenCalled();
    expect(one.onProgress).toHaveBeenCalledTimes(1);
  });

  it('refuses one listener too many, and has room again when one goes', () => {
    const stops = Array.from({ length: 1000 }, () => watch.listen('a', listener()));
    expect(() => watch.listen('a', listener())).toThrow(
      expect.objectContaining({ code: 'too_many_listeners', status: 429 }),
    );
    stops[0]();
    expect(() => watch.listen('a', listener())).not.toThrow();
  });

  it('takes no listener any more once the app stops', () => {
    const one = listener();
    watch.listen('a', one);
    watch.onModuleDestroy();
    expect(one.onEnd).toHaveBeenCalled();
    expect(() => watch.listen('a', listener())).toThrow(
      expect.objectContaining({ code: 'app_stopping', status: 503 }),
    );
  });
});
