import { InjectQueue } from '@nestjs/bull';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { distinctUntilChanged, map, skip, type Subscription } from 'rxjs';
import { AppError } from '../../platform/errors/app-error.js';
import { withLogContext } from '../../platform/logging/log-context.js';
import { loggedUrl } from '../../platform/logging/logged-url.js';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import { Env } from '../../platform/config/env.js';
import type { ClaimedImage } from '../../platform/database/repositories/images.js';
import type { Outcome } from '../../platform/database/repositories/outcomes.js';
import { HostBusyError } from '../../platform/http-client/outbound-errors.js';
import { endInTime } from '../../platform/queues/end-in-time.js';
import { IMAGES_QUEUE, type ImageJob } from '../../platform/queues/jobs.js';
import { Signals } from '../../platform/queues/signals.js';
import { StorageRoom } from '../../platform/storage/free-space.js';
import { Dispatcher } from './dispatcher.js';
import { FairOrder } from './fair-order.js';
import { type Claim, ImageClaims, ImageTakenAwayError } from './image-claims.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { ProcessImage } from './process-image.js';
import { decideRetry } from './retry-decision.js';

/** Images in hand beyond the downloads: what waits for a decoder or for its outcome to be written. */
const AHEAD_PER_DECODER = 64;
/** So often may a worker vanish with one image in hand before the image is taken for the cause. */
const MAX_INTERRUPTIONS = 10;
/** A stop lets what runs come to its end for this long, then gives it back. */
const FINISH_MS = 6000;

/** Consumer of the `images` queue: claim, process, record. */
@Injectable()
export class ImageProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(ImageProcessor.name);
  private readonly running = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private subscription?: Subscription;
  private draining?: Promise<void>;

  constructor(
    @InjectQueue(IMAGES_QUEUE) private readonly queue: Queue<ImageJob>,
    private readonly claims: ImageClaims,
    private readonly processImage: ProcessImage,
    private readonly recorder: OutcomeRecorder,
    private readonly dispatcher: Dispatcher,
    private readonly order: FairOrder,
    private readonly signals: Signals,
    private readonly room: StorageRoom,
    private readonly env: Env,
    private readonly shutdown: Shutdown,
  ) {}

  onApplicationBootstrap(): void {
    // Calls are served for some seconds more; leases are given back now, for other apps to take.
    this.shutdown.onStop(() => void this.beforeApplicationShutdown());
    const places = this.env.DOWNLOAD_CONCURRENCY + this.env.DECODERS * AHEAD_PER_DECODER;
    const handler = (job: Job<ImageJob>) => this.track(this.handle(job));
    // Rejects when the queue is closed before Redis ever answered.
    this.queue.process(places, handler).catch((error: unknown) => {
      if (!this.stopped.signal.aborted) this.log.error({ message: 'The queue ended', err: error });
    });
    this.subscription = this.room.trouble
      .pipe(map(Boolean), distinctUntilChanged(), skip(1))
      .subscribe((paused) => void this.pauseOrResume(paused));
  }

  /** What Redis has handed out already waits there, unclaimed; in this app only. */
  private async pauseOrResume(paused: boolean): Promise<void> {
    try {
      if (paused) await this.queue.pause(true, true);
      else await this.queue.resume(true);
    } catch (error) {
      this.log.warn({ message: 'The queue could not be paused or resumed', err: error });
    }
  }

  /** Stops the work on images, once. It never rejects. */
  beforeApplicationShutdown(): Promise<void> {
    this.draining ??= this.drain();
    return this.draining;
  }

  /** Dispatcher first, then the queue locally, then the running ones; what remains is given back. */
  private async drain(): Promise<void> {
    this.subscription?.unsubscribe();
    await endInTime('The dispatcher', this.dispatcher.stop());
    await endInTime('The pause of the images queue', this.queue.pause(true, true));
    const giveUp = () => {
      this.stopped.abort();
      this.claims.abandonAll();
      // Else the running would wait for PostgreSQL for as long as it is away.
      this.claims.stop();
      this.recorder.stop();
    };
    const deadline = setTimeout(giveUp, FINISH_MS);
    await Promise.allSettled(this.running);
    clearTimeout(deadline);
    giveUp();
  }

  private async track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    try {
      await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async handle(job: Job<ImageJob>): Promise<void> {
    this.order.recordStart(job.opts.priority ?? 1);
    const claim = await this.claims.claim(job.data.image_id, job.data.request_id);
    if (!claim) return;
    const { image } = claim;
    try {
      await withLogContext({ request_id: image.requestId, image_id: image.id }, () =>
        this.workOn(claim),
      );
    } finally {
      this.claims.release(image);
    }
  }

  private async workOn({ image, signal }: Claim): Promise<void> {
    try {
      if (image.interruptions >= MAX_INTERRUPTIONS) throw new InterruptedTooOftenError();
      await this.end(image, await this.processImage.run(image, signal));
    } catch (error) {
      if (signal.reason instanceof ImageTakenAwayError) {
        this.log.debug('The image was cancelled or taken over; the work on it is stopped');
      } else {
        await this.retryOrFail(image, error);
      }
    }
  }

  private async retryOrFail(image: ClaimedImage, error: unknown): Promise<void> {
    if (this.stopped.signal.aborted) return this.giveBack(image, 0, false);
    this.room.report(error);
    const decision = decideRetry(error, image.attempts, {
      attempts: this.env.IMAGE_ATTEMPTS,
      firstDelayMs: this.env.IMAGE_RETRY_SECONDS * 1000,
    });
    const told = {
      ...describe(error),
      input_url: loggedUrl(image.inputUrl),
      attempts: image.attempts,
    };
    if (decision.retry) {
      const message = `Image is tried again in ${Math.round(decision.delayMs / 1000)} s`;
      // To wait for a slow host is no trouble, and thousands do.
      if (error instanceof HostBusyError) this.log.debug({ message, ...told });
      else this.log.warn({ message, ...told });
      return this.giveBack(image, decision.delayMs, decision.charged);
    }
    this.log.warn({ message: 'Image failed', ...told });
    const { errorCode, errorMessage } = decision;
    await this.end(image, { status: 'failed', errorCode, errorMessage });
  }

  private async end(image: ClaimedImage, result: Outcome['result']): Promise<void> {
    const { id, lease, requestId } = image;
    const counted = await this.recorder.record({ imageId: id, lease, result }, requestId);
    if (counted) return;
    this.log.warn('The image was not ours any more, or its artifact swept; nothing is counted');
    // Moves nothing unless it is still ours: then it is done again, with an artifact of its own.
    await this.giveBack(image, 0, false);
  }

  private async giveBack(image: ClaimedImage, delayMs: number, charged: boolean): Promise<void> {
    await this.recorder.postpone({ id: image.id, lease: image.lease, delayMs, charged });
    if (delayMs === 0) this.signals.imagesDue.next();
  }
}

/** What we foresaw needs no stack; what nobody foresaw needs all there is. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof AppError)) return { code: 'internal_error', err: error };
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return { code: error.code, reason: error.message, ...cause };
}

class InterruptedTooOftenError extends AppError {
  constructor() {
    super({
      code: 'processing_interrupted',
      message: `Pressroom ended ${MAX_INTERRUPTIONS} times while it processed this image, which may be the cause. Replace the image, then retry.`,
    });
  }
}
