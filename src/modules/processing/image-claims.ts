import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { v4 as uuid } from 'uuid';
import { AppError } from '../../platform/errors/app-error.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import {
  type ClaimedImage,
  ImagesRepository,
} from '../../platform/database/repositories/images.js';
import { Signals } from '../../platform/queues/signals.js';
import { retryWhileDatabaseUnavailable } from './database-retry.js';
import { InFlightImages } from './in-flight-images.js';

/** A worker that is silent for this long counts as gone. Promise: work goes on within 20 s. */
const LEASE_SECONDS = 15;
const RENEW_MS = 5000;

/** An image in hand, and what tells whoever works on it to stop. */
export interface Claim {
  image: ClaimedImage;
  signal: AbortSignal;
}

/** The images that this app has in hand, each under a lease that is renewed while it is worked on. */
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
    InFlightImages.batches(() => this.inHand),
  );

  constructor(
    private readonly images: ImagesRepository,
    private readonly signals: Signals,
    private readonly inHand: InFlightImages,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.renew(), RENEW_MS);
    this.subscription = this.signals.requestStopped.subscribe((id) => this.letGo(id));
  }

  /** Nothing when the image is not free: somebody else has it, or it has ended. */
  async claim(imageId: string, requestId: string): Promise<Claim | undefined> {
    const lease = uuid();
    const hurry = this.inHand.isLatencySensitive(requestId);
    const image = await this.batcher.add({ id: imageId, lease }, { hurry });
    if (!image) return undefined;
    const work = new AbortController();
    if (this.abandoned) work.abort();
    this.held.set(lease, { image, work });
    this.inHand.add(image.requestId);
    return { image, signal: work.signal };
  }

  /** The image has ended or was given back: its lease is not renewed any more. */
  release({ lease, requestId }: ClaimedImage): void {
    if (this.held.delete(lease)) this.inHand.remove(requestId);
  }

  /** Ends all work, begun or to come; the leases hold until they are given back. */
  abandonAll(): void {
    this.abandoned = true;
    for (const { work } of this.held.values()) work.abort();
  }

  stop(): void {
    this.stopped.abort();
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
  }

  /** The request was cancelled or removed in this app; another app learns it with the next renewal. */
  private letGo(requestId: string): void {
    for (const { image, work } of this.held.values()) {
      if (image.requestId === requestId) work.abort(new ImageTakenAwayError());
    }
  }

  private async renew(): Promise<void> {
    const leases = [...this.held.keys()];
    if (leases.length === 0) return;
    try {
      const held = new Set(await this.images.renewLeases(leases, LEASE_SECONDS));
      for (const lease of leases) {
        if (!held.has(lease)) this.held.get(lease)?.work.abort(new ImageTakenAwayError());
      }
    } catch (error) {
      this.log.warn({ message: 'Leases could not be renewed', err: error });
    }
  }
}

/** Only images that shared the work see it as an error of theirs; they are done again at once. */
export class ImageTakenAwayError extends AppError {
  constructor() {
    super({
      code: 'image_taken_away',
      message: 'The image was cancelled, removed or taken over while it was worked on.',
      retry: 'free',
      retryAfterMs: 0,
    });
  }
}
