import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import { AppStoppingError, Shutdown } from '../../platform/lifecycle/shutdown.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { STATUS_ERRORS } from './error-table.js';

const POLL_MS = 1000;
const MAX_LISTENERS = 1000;

export interface ProgressListener {
  /** Called once a second, even without progress. */
  onProgress(request: ProcessingRequest): void;
  /** Called at the end, when the request was deleted or the app stops. */
  onEnd(): void;
  /**
   * Called at the end, when another owner needs the slot. The client should wait before it
   * reconnects.
   */
  onDisplaced(): void;
}

/**
 * Polls the requests that have listeners: one query a second for all of them, and none without
 * listeners.
 */
@Injectable()
export class ProgressWatch {
  private readonly log = new Logger(ProgressWatch.name);
  private readonly watched = new Map<string, Set<ProgressListener>>();
  private timer?: NodeJS.Timeout;
  private readonly slots: FairSemaphore;
  private isUnavailable = false;
  private stopping = false;

  constructor(
    private readonly requests: RequestsRepository,
    semaphores: FairSemaphores,
    shutdown: Shutdown,
  ) {
    shutdown.onDrain(() => this.endListeners());
    this.slots = semaphores.createSemaphore(MAX_LISTENERS, { evict: 'oldest' });
  }

  /**
   * Adds a listener. For an owner below its share, the oldest listener of an owner above its share is
   * evicted.
   * @param owner API key of the listener
   * @returns removes the listener; further calls have no effect
   * @throws AppStoppingError, TooManyListenersError
   */
  listen(requestId: string, owner: string, listener: ProgressListener): () => void {
    if (this.stopping) throw new AppStoppingError();
    const release = this.slots.tryAcquire(owner, () => {
      stop();
      listener.onDisplaced();
    });
    if (!release) throw new TooManyListenersError();
    const all = this.watched.get(requestId) ?? new Set();
    this.watched.set(requestId, all.add(listener));
    this.timer ??= setTimeout(() => void this.poll(), POLL_MS);
    const stop = () => {
      if (!all.delete(listener)) return;
      release();
      if (all.size === 0) this.watched.delete(requestId);
    };
    return stop;
  }

  /**
   * Ends all streams, because the server cannot close while they are open. Clients reconnect to
   * another instance.
   */
  private endListeners(): void {
    this.stopping = true;
    clearTimeout(this.timer);
    for (const all of this.watched.values()) for (const listener of all) listener.onEnd();
  }

  private async poll(): Promise<void> {
    const ids = [...this.watched.keys()];
    if (ids.length > 0) await this.notifyListeners(ids);
    this.timer = this.watched.size > 0 ? setTimeout(() => void this.poll(), POLL_MS) : undefined;
  }

  private async notifyListeners(ids: string[]): Promise<void> {
    const found = await this.findAll(ids);
    if (!found) return;
    for (const id of ids) {
      const request = found.get(id);
      for (const listener of this.watched.get(id) ?? []) {
        if (request) listener.onProgress(request);
        else listener.onEnd();
      }
    }
  }

  /** Returns undefined while PostgreSQL is unavailable, and logs only the first failure. */
  private async findAll(ids: string[]): Promise<Map<string, ProcessingRequest> | undefined> {
    try {
      const found = await this.requests.findRequests(ids);
      this.isUnavailable = false;
      return new Map(found.map((request) => [request.id, request]));
    } catch (error) {
      if (!this.isUnavailable)
        this.log.warn({ message: 'Could not read the progress of requests; retrying', err: error });
      this.isUnavailable = true;
      return undefined;
    }
  }
}

class TooManyListenersError extends AppError {
  constructor() {
    super(STATUS_ERRORS.too_many_listeners, { retryAfterMs: 30_000 });
  }
}
