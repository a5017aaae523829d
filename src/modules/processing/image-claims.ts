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
 * Time after which other workers may claim the images of a worker that stopped renewing its leases. The
 * documented limit is 20 s.
 */
const LEASE_SECONDS = 15;
const RENEW_INTERVAL_MS = 5000;

/** A claimed image. `signal` aborts its processing. */
export interface Claim {
  image: ClaimedImage;
  signal: AbortSignal;
}

/** Claims images under leases and renews the leases while the images are processed. */
@Injectable()
export class ImageClaims implements OnApplicationBootstrap {
  private readonly log = new Logger(ImageClaims.name);
  private readonly activeClaims = new Map<
    string,
    { image: ClaimedImage; abortController: AbortController }
  >();
  private readonly stopController = new AbortController();
  private timer?: NodeJS.Timeout;
  private subscription?: Subscription;
  private isProcessingAborted = false;

  private readonly batcher = new Batcher(
    async (claims: { id: string; lease: string }[]): Promise<(ClaimedImage | undefined)[]> => {
      const claimedImages = await retryWhileDatabaseUnavailable(
        () => this.images.claimImages(claims, LEASE_SECONDS),
        this.stopController.signal,
      );
      const imagesByLease = new Map(claimedImages.map((image) => [image.lease, image]));
      return claims.map(({ lease }) => imagesByLease.get(lease));
    },
    InFlightImages.createBatcherSettings(() => this.inFlight),
  );

  constructor(
    private readonly images: ImagesRepository,
    private readonly signals: Signals,
    private readonly inFlight: InFlightImages,
    private readonly activeImages: ActiveImages,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.renewLeases(), RENEW_INTERVAL_MS);
    this.subscription = this.signals.requestStopped.subscribe((id) => this.abortRequest(id));
  }

  /** Claims an image. Returns undefined if another worker has claimed the image, or if it is finished. */
  async claimImage(imageId: string, requestId: string): Promise<Claim | undefined> {
    const lease = uuid();
    const flush = this.inFlight.isLatencySensitive(requestId);
    const image = await this.batcher.addItem({ id: imageId, lease }, { flush });
    if (!image) return undefined;
    const abortController = new AbortController();
    if (this.isProcessingAborted) abortController.abort();
    this.activeClaims.set(lease, { image, abortController });
    this.inFlight.addImage(image.requestId);
    this.activeImages.addImage(lease, image.id, image.requestId);
    return { image, signal: abortController.signal };
  }

  /** True after `abortAllProcessing()` was called. */
  get isAborted(): boolean {
    return this.isProcessingAborted;
  }

  /** Stops renewing the lease of a finished or released image. */
  stopRenewingLease({ lease, requestId }: ClaimedImage): void {
    if (!this.activeClaims.delete(lease)) return;
    this.inFlight.removeImage(requestId);
    this.activeImages.removeImage(lease);
  }

  /** Aborts all current and future processing. The leases remain until they are released or expire. */
  abortAllProcessing(): void {
    this.isProcessingAborted = true;
    for (const { abortController } of this.activeClaims.values()) abortController.abort();
  }

  stopRenewal(): void {
    this.stopController.abort();
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
  }

  /**
   * Aborts the images of a request that this process canceled or removed. Other processes notice the change when
   * they next renew their leases.
   */
  private abortRequest(requestId: string): void {
    for (const { image, abortController } of this.activeClaims.values()) {
      if (image.requestId === requestId) abortController.abort(new ImageClaimLostError());
    }
  }

  private async renewLeases(): Promise<void> {
    const leases = [...this.activeClaims.keys()];
    if (leases.length === 0) return;
    try {
      const renewedLeases = new Set(await this.images.renewLeases(leases, LEASE_SECONDS));
      for (const lease of leases) {
        if (!renewedLeases.has(lease))
          this.activeClaims.get(lease)?.abortController.abort(new ImageClaimLostError());
      }
    } catch (error) {
      this.log.warn({ message: 'Could not renew image leases', err: error });
    }
  }
}

/**
 * The image was canceled, removed or claimed by another worker. Images that shared the aborted
 * compression also get this error. They are retried immediately.
 */
export class ImageClaimLostError extends AppError {
  constructor() {
    super(PROCESSING_ERRORS.image_taken_away, { retryAfterMs: 0 });
  }
}
