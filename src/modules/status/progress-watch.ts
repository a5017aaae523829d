import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import { AppStoppingError, Shutdown } from '../../platform/lifecycle/shutdown.js';
import { ownersIn } from '../../platform/config/api-keys.js';
import { Env } from '../../platform/config/env.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';

const LOOK_MS = 1000;
const MAX_LISTENERS = 1000;

export interface ProgressListener {
  /** At most once a second; whether anything has moved is for the listener to tell. */
  onProgress(request: ProcessingRequest): void;
  /** It was deleted, or the app stops: nothing more will come. */
  onEnd(): void;
  /** Another owner needs the place: nothing more will come, and the client is to wait before it calls again. */
  onDisplaced(): void;
}

/**
 * Looks at the requests that somebody watches: one query a second for all of them, whoever many
 * listen, and none while nobody does.
 */
@Injectable()
export class ProgressWatch {
  private readonly log = new Logger(ProgressWatch.name);
  private readonly watched = new Map<string, Set<ProgressListener>>();
  private timer?: NodeJS.Timeout;
  private readonly places: FairSemaphore;
  private isAway = false;
  private stopping = false;

  constructor(
    private readonly requests: RequestsRepository,
    env: Env,
    shutdown: Shutdown,
  ) {
    shutdown.onDrain(() => this.endListeners());
    this.places = new FairSemaphore(MAX_LISTENERS, ownersIn(env.API_KEYS), { evict: 'oldest' });
  }

  /**
   * While another owner is owed a place, the longest listener of an owner above its share is ended.
   * @param owner who listens
   * @returns stops listening, and may be called twice
   * @throws AppStoppingError, TooManyListenersError
   */
  listen(requestId: string, owner: string, listener: ProgressListener): () => void {
    if (this.stopping) throw new AppStoppingError();
    const leave = this.places.tryAcquire(owner, () => {
      stop();
      listener.onDisplaced();
    });
    if (!leave) throw new TooManyListenersError();
    const all = this.watched.get(requestId) ?? new Set();
    this.watched.set(requestId, all.add(listener));
    this.timer ??= setTimeout(() => void this.look(), LOOK_MS);
    const stop = () => {
      if (!all.delete(listener)) return;
      leave();
      if (all.size === 0) this.watched.delete(requestId);
    };
    return stop;
  }

  /** The server does not close while streams are open; their clients connect to another instance. */
  private endListeners(): void {
    this.stopping = true;
    clearTimeout(this.timer);
    for (const all of this.watched.values()) for (const listener of all) listener.onEnd();
  }

  private async look(): Promise<void> {
    const ids = [...this.watched.keys()];
    if (ids.length > 0) await this.tell(ids);
    this.timer = this.watched.size > 0 ? setTimeout(() => void this.look(), LOOK_MS) : undefined;
  }

  private async tell(ids: string[]): Promise<void> {
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

  /** Nothing while PostgreSQL is away; listeners wait, and it is told once. */
  private async findAll(ids: string[]): Promise<Map<string, ProcessingRequest> | undefined> {
    try {
      const found = await this.requests.findAll(ids);
      this.isAway = false;
      return new Map(found.map((request) => [request.id, request]));
    } catch (error) {
      if (!this.isAway) this.log.warn({ message: 'Progress can not be read', err: error });
      this.isAway = true;
      return undefined;
    }
  }
}

class TooManyListenersError extends AppError {
  constructor() {
    super({
      code: 'too_many_listeners',
      status: 429,
      message: 'Too many clients listen for events. Poll GET /status/:id with limit=0 instead.',
      retryAfterMs: 30_000,
    });
  }
}
