import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import type { AppError } from '../../platform/errors/app-error.js';
import { Env } from '../../platform/config/env.js';
import { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import { ProgressWatch } from './progress-watch.js';

const KEYS = 'shop:shop-key-0123456789,desk:desk-key-0123456789';

/** Records the IDs of each query. */
class RecordingRequests {
  queriedIds: string[][] = [];
  deletedIds = new Set<string>();
  isUnavailable = false;

  async findRequests(ids: string[]): Promise<ProcessingRequest[]> {
    this.queriedIds.push(ids);
    if (this.isUnavailable) throw new Error('no connection');
    return ids
      .filter((id) => !this.deletedIds.has(id))
      .map((id) => Object.assign(new ProcessingRequest(), { id }));
  }
}

describe('ProgressWatch', () => {
  let requests: RecordingRequests;
  let watch: ProgressWatch;
  let shutdown: Shutdown;
  const createListener = () => ({
    onProgress: vi.fn<() => void>(),
    onEnd: vi.fn<() => void>(),
    onEvict: vi.fn<() => void>(),
  });

  beforeEach(() => {
    vi.useFakeTimers();
    requests = new RecordingRequests();
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

  it('ProgressWatch sends one query per second for all listeners and requests', async () => {
    const listeners = Array.from({ length: 100 }, createListener);
    listeners.forEach((listener, index) =>
      watch.addListener(index % 2 === 0 ? 'a' : 'b', 'shop', listener),
    );
    await vi.advanceTimersByTimeAsync(3000);
    expect(requests.queriedIds).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    for (const { onProgress } of listeners) expect(onProgress).toHaveBeenCalledTimes(3);
  });

  it('ProgressWatch stops polling without listeners and resumes with the next listener', async () => {
    const removeListener = watch.addListener('a', 'shop', createListener());
    await vi.advanceTimersByTimeAsync(1000);
    removeListener();
    removeListener();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(requests.queriedIds).toHaveLength(1);
    watch.addListener('b', 'shop', createListener());
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests.queriedIds).toEqual([['a'], ['b']]);
  });

  it('ProgressWatch ends the listeners of a deleted request', async () => {
    const [deletedListener, activeListener] = [createListener(), createListener()];
    watch.addListener('deleted', 'shop', deletedListener);
    watch.addListener('active', 'shop', activeListener);
    requests.deletedIds.add('deleted');
    await vi.advanceTimersByTimeAsync(1000);
    expect(deletedListener.onEnd).toHaveBeenCalled();
    expect(activeListener.onProgress).toHaveBeenCalled();
  });

  it('ProgressWatch continues after a database outage', async () => {
    const listener = createListener();
    watch.addListener('a', 'shop', listener);
    requests.isUnavailable = true;
    await vi.advanceTimersByTimeAsync(2000);
    requests.isUnavailable = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(listener.onEnd).not.toHaveBeenCalled();
    expect(listener.onProgress).toHaveBeenCalledTimes(1);
  });

  it('ProgressWatch rejects new listeners for an owner at its limit until one of its listeners stops', () => {
    const removeFunctions = Array.from({ length: 500 }, () =>
      watch.addListener('a', 'shop', createListener()),
    );
    expect(() => watch.addListener('a', 'shop', createListener())).toThrow(
      expect.objectContaining({ code: 'too_many_listeners', status: 429 }),
    );
    expect(() => watch.addListener('a', 'desk', createListener())).not.toThrow();
    removeFunctions[0]();
    expect(() => watch.addListener('a', 'shop', createListener())).not.toThrow();
  });

  it('ProgressWatch evicts the oldest listener of an owner above its share to admit another owner', () => {
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
    const shopListeners = Array.from({ length: 500 }, createListener);
    shopListeners.forEach((listener) => watch.addListener('a', 'shop', listener));
    const listenUntilRejected = (owner: string) => {
      try {
        for (;;) watch.addListener('a', owner, createListener());
      } catch (error) {
        return (error as AppError).code;
      }
    };
    expect(listenUntilRejected('yard')).toBe('too_many_listeners');
    expect(listenUntilRejected('desk')).toBe('too_many_listeners');
    // Three owners share the slots equally.
    expect(shopListeners.filter(({ onEvict }) => onEvict.mock.calls.length > 0)).toHaveLength(167);
    expect(shopListeners[0].onEvict).toHaveBeenCalledTimes(1);
    expect(shopListeners[499].onEvict).not.toHaveBeenCalled();
    expect(() => watch.addListener('a', 'mill', createListener())).not.toThrow();
  });

  it('ProgressWatch ends all listeners and rejects new listeners when the app stops', () => {
    const listener = createListener();
    watch.addListener('a', 'shop', listener);
    shutdown.beginStop();
    expect(listener.onEnd).not.toHaveBeenCalled();
    shutdown.beginDrain();
    expect(listener.onEnd).toHaveBeenCalled();
    expect(() => watch.addListener('a', 'shop', createListener())).toThrow(
      expect.objectContaining({ code: 'app_stopping', status: 503 }),
    );
  });
});
