import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { v4 as uuid } from 'uuid';
import { AppError } from '../../platform/errors/app-error.js';
import { ActiveImages } from '../../platform/concurrency/active-images.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { Signals } from '../../platform/queues/signals.js';
import { retryWhileDatabaseUnavailable } from './database-retry.js';
import { InFlightImages } from './in-flight-images.js';
import { PROCESSING_ERRORS } from './error-table.js';

/**
 * Time after which another worker may claim the images of a vanished worker. Documented limit: 20
 * s.
 */
const LEASE_SECONDS = 15;
const RENEW_MS = 5000;

/** A claimed image. `signal` aborts its processing. */
export interface Claim {
  image: ClaimedImage;
  signal: AbortSignal;
}

/** Claims images under leases and renews the leases while the images are processed. */
@Injectable()
export class ImageClaims implements OnApplicationBootstrap {
  private readonly log = new Logger(ImageClaims.name);
  private readonly held = new Map<string, { image: ClaimedImage; work: AbortController }>();
  private readonly stopped = new AbortController();
  private timer?: NodeJS.Timeout;
  private subscription?: Subscription;
  private abandoned = false;

  private readonly batcher = new Batcher(
    async (wanted: { id: string; lease: string }[]): Promise<(ClaimedImage | undefined)[]> => {
      const claimed = await retryWhileDatabaseUnavailable(
        () => this.images.claim(wanted, LEASE_SECONDS),
        this.stopped.signal,
      );
      const byLease = new Map(claimed.map((image) => [image.lease, image]));
      return wanted.map(({ lease }) => byLease.get(lease));
    },
    InFlightImages.batcherSettings(() => this.inFlight),
  );

  constructor(
    private readonly images: ImagesRepository,
    private readonly signals: Signals,
    private readonly inFlight: InFlightImages,
    private readonly active: ActiveImages,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.renew(), RENEW_MS);
    this.subscription = this.signals.requestStopped.subscribe((id) => this.abortRequest(id));
  }

  /** Returns undefined when another worker holds the image or when it has ended. */
  async claim(imageId: string, requestId: string): Promise<Claim | undefined> {
    const lease = uuid();
    const flush = this.inFlight.isLatencySensitive(requestId);
    const image = await this.batcher.addItem({ id: imageId, lease }, { flush });
    if (!image) return undefined;
    const work = new AbortController();
    if (this.abandoned) work.abort();
    this.held.set(lease, { image, work });
    this.inFlight.add(image.requestId);
    this.active.addImage(lease, image.id, image.requestId);
    return { image, signal: work.signal };
  }

  /** True after `abandonAll()`. */
  get isAbandoned(): boolean {
    return this.abandoned;
  }

  /** Stops renewing the lease of an image that has ended or was released. */
  release({ lease, requestId }: ClaimedImage): void {
    if (!this.held.delete(lease)) return;
    this.inFlight.remove(requestId);
    this.active.removeImage(lease);
  }

  /** Aborts all processing, present and future. The leases stay until they are released or expire. */
  abandonAll(): void {
    this.abandoned = true;
    for (const { work } of this.held.values()) work.abort();
  }

  stop(): void {
    this.stopped.abort();
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
  }

  /** Aborts the images of a request that was canceled or removed in this app. Other apps notice at the next renewal. */
  private abortRequest(requestId: string): void {
    for (const { image, work } of this.held.values()) {
      if (image.requestId === requestId) work.abort(new ImageClaimLostError());
    }
  }

  private async renew(): Promise<void> {
    const leases = [...this.held.keys()];
    if (leases.length === 0) return;
    try {
      const held = new Set(await this.images.renewLeases(leases, LEASE_SECONDS));
      for (const lease of leases) {
        if (!held.has(lease)) this.held.get(lease)?.work.abort(new ImageClaimLostError());
      }
    } catch (error) {
      this.log.warn({ message: 'Could not renew the leases of images', err: error });
    }
  }
}

/**
 * The image was canceled, removed or claimed by another worker. Other images get this error only if
 * they shared the aborted compression. They are retried immediately.
 */
export class ImageClaimLostError extends AppError {
  constructor() {
    super(PROCESSING_ERRORS.image_taken_away, { retryAfterMs: 0 });
  }
}
