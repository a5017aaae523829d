import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { Env } from '../../platform/config/env.js';
import { DueRequestsRepository } from '../../platform/database/repositories/due-requests.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import { Signals } from '../../platform/queues/signals.js';
import { StorageRoom } from '../../platform/storage/free-space.js';
import { FairOrder } from './fair-order.js';

/** What was hinted and not claimed for this long is hinted again. */
const REDISPATCH_AFTER_SECONDS = 60;
const IDLE_MS = 1000;
/** While a request has more images than the window holds. */
const BUSY_MS = 50;
const SWEEP_MS = 1000;
/** The window is filled up when this share of it is free. */
const REFILL_SHARE = 1 / 8;
/** A new request starts with no more, so that it does not wait for a large batch of others. */
const FIRST_PLACES = 32;
/** The window is enlarged for an owner of whom fewer images than this are queued. */
const FEW_OF_OWNER = FIRST_PLACES;
/** How often missing rows of due requests are looked for. */
const RESTORE_MS = 60_000;
/** The first of a large batch are worked on while the rest is hinted. */
const HINTS_AT_ONCE = 200;
/** How much new requests may overfill the window. */
const OVERFILL_SHARE = 1 / 2;
/** How much the window may be overfilled in all, for owners with few queued images. */
const OWNERS_OVERFILL_SHARE = 1;

/** What the next batch is to hold. */
interface Refill {
  /** At most so many images; 0: none. */
  images: number;
  /** Only of these owners; undefined: of all. */
  owners?: string[];
}

/**
 * Keeps a bounded window of images in the Bull queue, fair between owners, then between the requests of
 * each owner. A timer in the app: a repeatable job would be lost with Redis.
 */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap {
  private readonly log = new Logger(Dispatcher.name);
  private stopping = false;
  private wake = new AbortController();
  private running?: Promise<void>;
  private subscription?: Subscription;
  private sweptAt = 0;
  private restoredAt = -Infinity;
  private wasForgotten = false;
  private redisIsAway = false;

  constructor(
    private readonly images: ImagesRepository,
    private readonly requests: RequestsRepository,
    private readonly due: DueRequestsRepository,
    private readonly queues: JobQueues,
    private readonly signals: Signals,
    private readonly order: FairOrder,
    private readonly room: StorageRoom,
    private readonly env: Env,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.signals.imagesDue.subscribe(() => this.wake.abort());
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.subscription?.unsubscribe();
    this.wake.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.wake = new AbortController();
      const pause = await this.turn().catch((error: unknown) => {
        this.log.warn({ message: 'Images could not be dispatched; trying again', err: error });
        return IDLE_MS;
      });
      // An abort is a wake-up, not a failure.
      await setTimeout(pause, undefined, { signal: this.wake.signal }).catch(() => undefined);
    }
  }

  /** Answers how long to wait before the next turn, in milliseconds. */
  private async turn(): Promise<number> {
    await this.sweep();
    if (this.room.isPaused) return IDLE_MS;
    const open = await this.openJobs();
    if (!open) return IDLE_MS;
    if (open.waiting + open.active === 0) await this.recoverForgotten();
    else this.wasForgotten = false;

    const { images, owners } = await this.nextRefill(open.waiting);
    if (images === 0) return BUSY_MS;
    const batch = await this.images.nextFairBatch(images, REDISPATCH_AFTER_SECONDS, owners);
    if (batch.length === 0) return owners ? BUSY_MS : IDLE_MS;
    await this.hint(batch);
    return BUSY_MS;
  }

  /**
   * A full window does not delay a new request, nor an owner with little in it: both may overfill it.
   * While little waits, the whole window is filled: the batch is fair, and the workers must not run dry.
   */
  private async nextRefill(waiting: number): Promise<Refill> {
    const window = this.env.DISPATCH_WINDOW;
    const share = Math.ceil(window * REFILL_SHARE);
    if (waiting < share) return { images: window - waiting };

    const mayOverfill = waiting < window * (1 + OVERFILL_SHARE);
    if (mayOverfill && (await this.requests.anyUntouched())) return { images: FIRST_PLACES };
    if (window - waiting >= share) return { images: window - waiting };

    if (waiting >= window * (1 + OWNERS_OVERFILL_SHARE)) return { images: 0 };
    const owners = await this.due.ownersBelow(FEW_OF_OWNER);
    return { images: owners.length > 0 ? FIRST_PLACES : 0, owners };
  }

  private async hint(batch: Awaited<ReturnType<ImagesRepository['nextFairBatch']>>): Promise<void> {
    const hints = batch.map(({ id, requestId, owner, dispatch }) => ({
      imageId: id,
      requestId,
      dispatch,
      priority: this.order.nextTag(requestId, owner),
    }));
    for (let done = 0; done < hints.length; done += HINTS_AT_ONCE) {
      try {
        await this.queues.enqueueImages(hints.slice(done, done + HINTS_AT_ONCE));
      } catch (error) {
        await this.images.unqueue(hints.slice(done).map(({ imageId }) => imageId));
        throw error;
      }
    }
  }

  private async sweep(): Promise<void> {
    if (Date.now() - this.sweptAt < SWEEP_MS) return;
    this.sweptAt = Date.now();
    const freed = await this.images.freeExpired();
    if (freed > 0)
      this.log.warn({ message: 'Images of a vanished worker wait again', images: freed });
    if (Date.now() - this.restoredAt < RESTORE_MS) return;
    const restored = await this.due.restoreMissing();
    this.restoredAt = Date.now();
    if (restored > 0)
      this.log.warn({ message: 'Requests are dispatched again', requests: restored });
  }

  /** Nothing while Redis is away; says so once. */
  private async openJobs() {
    try {
      const open = await this.queues.openImageJobs();
      if (this.redisIsAway) this.log.log('Redis is back; images are dispatched again');
      this.redisIsAway = false;
      return open;
    } catch (error) {
      if (!this.redisIsAway) {
        this.log.error({ message: 'Redis is away; images wait in PostgreSQL', err: error });
      }
      this.redisIsAway = true;
      return undefined;
    }
  }

  /**
   * Redis is empty. If images count as hinted all the same, twice in a row (another app may be
   * between marking and hinting), Redis has lost them: they wait again at once.
   */
  private async recoverForgotten(): Promise<void> {
    this.order.reset();
    const forgotten = await this.images.anyQueued();
    if (forgotten && this.wasForgotten) {
      const images = await this.images.unqueue('all');
      this.log.warn({ message: 'Redis has lost its jobs; images wait again', images });
    }
    this.wasForgotten = forgotten;
  }
}
