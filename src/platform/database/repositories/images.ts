import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { buildMarkDue } from './due-requests.js';
import { type ClaimedImage, claimImages } from '../statements/claim-images.js';
import { FAIR_BATCH } from '../statements/fair-batch.js';
import {
  type ParkedImageCursor,
  type ReleasedBatch,
  releaseParkedImages,
} from '../statements/release-parked-images.js';
import {
  type Dispatch,
  toDispatchParameters,
  LIST_EXPIRING_DISPATCHES,
  RENEW_DISPATCHES,
} from '../statements/renew-dispatches.js';
import { RETURN_QUEUED_IMAGES } from '../statements/return-queued-images.js';
import {
  type PostponedImage,
  POSTPONE_IMAGES,
  toPostponeParameters,
} from '../statements/postpone-images.js';
import { imageStatusesBefore, isFinal, toSqlList } from '../states.js';

/** An image to enqueue in Redis. */
export interface DueImage {
  id: string;
  requestId: string;
  /** Name of the API key that uploaded the request; empty without keys. */
  owner: string;
  dispatch: number;
}

interface FairBatch {
  images: DueImage[];
  /** Number of due-request rows that were updated or deleted, and of parked images. */
  moved: number;
}

/** Maximum number of consecutive batches that contain only requests without due images. */
const MAX_EMPTY_ROUNDS = 20;

/** Statuses of images that can become pending again without a retry. */
const QUEUED_OR_PROCESSING = toSqlList(
  imageStatusesBefore('pending').filter((status) => !isFinal(status)),
);

/**
 * Dispatches, claims, renews and requeues images. `OutcomesRepository` records their outcomes.
 *
 * Periodic statements that update many rows skip locked rows and update them in their next run. Otherwise, two
 * statements that wait for each other's rows would deadlock.
 */
@Injectable()
export class ImagesRepository {
  /** Owner of the last image of the previous batch. */
  private lastOwner = '';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Marks up to `limit` due images as queued. Alternates between owners, and between the requests of an owner.
   *
   * @param redispatchSeconds time after which an unclaimed image becomes due again
   * @param owners names of the owners to serve; all owners if undefined
   */
  async queueFairBatch(
    limit: number,
    redispatchSeconds: number,
    owners?: string[],
  ): Promise<DueImage[]> {
    for (let round = 1; ; round++) {
      const [{ images, moved }] = await this.dataSource.query<[FairBatch]>(FAIR_BATCH, [
        limit,
        redispatchSeconds,
        owners ?? null,
        this.lastOwner,
      ]);
      this.lastOwner = images.at(-1)?.owner ?? this.lastOwner;
      // The requests of this batch had no due images. The next requests may have some.
      if (images.length > 0 || moved === 0 || round === MAX_EMPTY_ROUNDS) return images;
    }
  }

  /** Marks queued images as pending again if Redis rejected or lost their jobs. */
  async revertEnqueue(ids: string[] | 'all'): Promise<number> {
    return this.returnToPending(
      `UPDATE images SET status = 'pending', lease_until = NULL
       WHERE id IN (SELECT id FROM images
                    WHERE status = 'queued' ${ids === 'all' ? '' : 'AND id = ANY($1)'}
                    FOR NO KEY UPDATE SKIP LOCKED)`,
      ids === 'all' ? [] : [ids],
    );
  }

  /** Marks queued images of paused origins and owners as pending. Returns the number of images. */
  returnPausedImages(): Promise<number> {
    return this.returnToPending(RETURN_QUEUED_IMAGES, []);
  }

  /** Reads up to `limit` parked images, and makes the images of resumed origins due. */
  releaseParkedImages(limit: number, cursor?: ParkedImageCursor): Promise<ReleasedBatch> {
    return releaseParkedImages(this.dataSource, limit, cursor);
  }

  /**
   * Claims images for this worker and counts an attempt for each image. The result omits images that another
   * worker has claimed or that are finished.
   */
  claimImages(
    images: { id: string; lease: string }[],
    leaseSeconds: number,
  ): Promise<ClaimedImage[]> {
    return claimImages(this.dataSource, images, leaseSeconds);
  }

  /**
   * Returns the leases that this worker still holds. The images of the other leases were canceled, removed or
   * claimed again. Extends a lease only after a quarter of its duration. Most images finish before that.
   */
  async renewLeases(leases: string[], leaseSeconds: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ lease: string }[]>(
      `WITH expiring AS (
         SELECT id FROM images WHERE status = 'processing' AND lease = ANY($1)
           AND lease_until < now() + make_interval(secs => $2 * 0.75)
         FOR NO KEY UPDATE SKIP LOCKED
       ), renewed AS (
         UPDATE images SET lease_until = now() + make_interval(secs => $2)
         FROM expiring WHERE images.id = expiring.id
       )
       SELECT lease FROM images WHERE status = 'processing' AND lease = ANY($1)`,
      [leases, leaseSeconds],
    );
    return rows.map(({ lease }) => lease);
  }

  /** Marks images as pending with a delay. Images whose lease was lost remain unchanged. */
  async postponeImages(images: PostponedImage[]): Promise<void> {
    await this.returnToPending(POSTPONE_IMAGES, toPostponeParameters(images));
  }

  /**
   * Marks images as pending if they were never claimed or if their worker has disappeared. Images of such a
   * worker are attempted after all new images, so an image that crashes workers does not delay the others.
   */
  async requeueExpiredImages(): Promise<number> {
    return this.returnToPending(
      `UPDATE images SET status = 'pending', lease = NULL, lease_until = NULL,
              attempts = attempts - (status = 'processing')::int,
              interruptions = interruptions + (status = 'processing')::int,
              not_before = CASE WHEN status = 'processing' THEN now() ELSE not_before END
       WHERE id IN (SELECT id FROM images WHERE status IN (${QUEUED_OR_PROCESSING}) AND lease_until < now()
                    FOR NO KEY UPDATE SKIP LOCKED)`,
      [],
    );
  }

  /**
   * Marks all queued and processing images as pending without counting an attempt. Call it only for a restored
   * database that no process uses yet. The workers that claimed its images no longer exist.
   */
  async releaseAllClaims(db: EntityManager): Promise<number> {
    return this.returnToPending(
      `UPDATE images SET status = 'pending', lease = NULL, lease_until = NULL,
              attempts = attempts - (status = 'processing')::int
       WHERE status IN (${QUEUED_OR_PROCESSING})`,
      [],
      db,
    );
  }

  /** Returns the queued images that become due again within this time. */
  listExpiringDispatches(withinSeconds: number): Promise<Dispatch[]> {
    return this.dataSource.query<Dispatch[]>(LIST_EXPIRING_DISPATCHES, [withinSeconds]);
  }

  /** Postpones the next enqueue of queued images. */
  async renewDispatches(dispatches: Dispatch[], redispatchSeconds: number): Promise<void> {
    await this.dataSource.query(RENEW_DISPATCHES, [
      ...toDispatchParameters(dispatches),
      redispatchSeconds,
    ]);
  }

  /** Returns true if any image is marked as queued, even if Redis has lost its job. */
  async hasQueuedImages(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM images WHERE status = 'queued' LIMIT 1`,
    );
    return rows.length > 0;
  }

  /**
   * Runs an UPDATE that makes images pending, and marks their requests as due. Returns the number of updated
   * images.
   */
  private async returnToPending(
    update: string,
    parameters: unknown[],
    db: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<number> {
    const [{ count }] = await db.query<[{ count: number }]>(
      `WITH returned AS (${update} RETURNING images.request_id, images.not_before),
       marked AS (${buildMarkDue('returned')})
       SELECT count(*)::int AS count FROM returned`,
      parameters,
    );
    return count;
  }
}
