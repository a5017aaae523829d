import { type KnownSource, sourceKeyOf } from './sources.js';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { CompressionOptions } from '../../compression/compression-options.js';
import { PreparedStatement } from '../prepared-statement.js';
import { markDue } from './due-requests.js';
import { FAIR_BATCH } from './fair-batch.js';
import { imageStatusesBefore, isFinal, requestStatusesBefore, sqlList } from '../states.js';

/** An image that is to be hinted to Redis. */
export interface DueImage {
  id: string;
  requestId: string;
  /** Name of the API key that uploaded it; empty when there were no keys. */
  owner: string;
  dispatch: number;
}

interface FairBatch {
  images: DueImage[];
  /** Rows of requests that were put off or deleted. */
  moved: number;
}

/** Bounds how long one batch looks for requests with due images among those without. */
const MAX_EMPTY_ROUNDS = 20;

/** An image that this worker holds under `lease`. */
export interface ClaimedImage {
  id: string;
  requestId: string;
  inputUrl: string;
  lease: string;
  /** This try included. */
  attempts: number;
  interruptions: number;
  options: CompressionOptions;
  /** What its URL gave when it was fetched before. */
  known: KnownSource | null;
}

/** An image that is not done yet and goes back to wait. */
export interface Postponed {
  id: string;
  lease: string;
  /** Milliseconds from now. */
  delayMs: number;
  /** False when the fault was ours: this try is not counted. */
  charged: boolean;
}

/** Queued or with a worker: what can come back without anybody asking for a retry. */
const IN_HAND = sqlList(imageStatusesBefore('pending').filter((status) => !isFinal(status)));

const CLAIM = new PreparedStatement<ClaimedImage>(
  'claim_images',
  `WITH wanted AS (
     SELECT * FROM unnest($1::bigint[], $2::uuid[]) AS w (id, lease)
   ), claimed AS (
     UPDATE images SET status = 'processing', lease = wanted.lease, attempts = attempts + 1,
            lease_until = now() + make_interval(secs => $3),
            started_at = coalesce(started_at, now())
     FROM wanted
     WHERE images.id = wanted.id AND images.status IN (${sqlList(imageStatusesBefore('processing'))})
       AND images.same_as IS NULL AND images.not_before <= now()
       AND EXISTS (SELECT 1 FROM processing_requests
                   WHERE id = images.request_id AND status IN (${sqlList(requestStatusesBefore('completed'))}))
     RETURNING images.id, images.request_id, images.input_url, images.lease, images.attempts,
               images.interruptions
   ), begun AS (
     UPDATE processing_requests SET status = 'processing', started_at = coalesce(started_at, now())
     WHERE id IN (SELECT request_id FROM claimed) AND status = 'pending'
   )
   SELECT claimed.id, request_id AS "requestId", input_url AS "inputUrl", lease, attempts,
          interruptions, request.options,
          CASE WHEN source.key IS NOT NULL THEN json_build_object(
            'etag', source.etag, 'lastModified', source.last_modified,
            'sha256', encode(source.sha256, 'hex'), 'bytes', source.bytes) END AS known
   FROM claimed JOIN processing_requests request ON request.id = request_id
   LEFT JOIN sources source ON source.key = ${sourceKeyOf('claimed.input_url')}`,
);

/**
 * Where images wait, who holds them, and how they come back. How they end: outcomes.ts.
 *
 * What goes over many rows from time to time leaves out those that somebody else is changing: it
 * comes again, and two statements that wait for each other's rows would end one of the two.
 */
@Injectable()
export class ImagesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Takes up to `limit` due images, in turn from each owner and then from each request, and marks them
   * queued. They are hinted again when nobody claimed them for `hintSeconds`.
   *
   * @param owners names of the owners to serve; undefined: all
   */
  async nextFairBatch(limit: number, hintSeconds: number, owners?: string[]): Promise<DueImage[]> {
    for (let round = 1; ; round++) {
      const [{ images, moved }] = await this.dataSource.query<[FairBatch]>(FAIR_BATCH, [
        limit,
        hintSeconds,
        owners ?? null,
      ]);
      // The requests that were read had nothing due any more; the next ones may.
      if (images.length > 0 || moved === 0 || round === MAX_EMPTY_ROUNDS) return images;
    }
  }

  /** Puts back what was queued but could not be hinted, or whose hints Redis has lost. */
  async unqueue(ids: string[] | 'all'): Promise<number> {
    return this.sendBack(
      `UPDATE images SET status = 'pending', lease_until = NULL
       WHERE id IN (SELECT id FROM images
                    WHERE status = 'queued' ${ids === 'all' ? '' : 'AND id = ANY($1)'}
                    FOR NO KEY UPDATE SKIP LOCKED)`,
      ids === 'all' ? [] : [ids],
    );
  }

  /**
   * Takes images for this worker and counts a try for each; one that is not free any more (somebody
   * has it, it ended, it was cancelled) is not in the answer.
   */
  async claim(wanted: { id: string; lease: string }[], leaseSeconds: number) {
    return CLAIM.run(this.dataSource, [
      wanted.map(({ id }) => id),
      wanted.map(({ lease }) => lease),
      leaseSeconds,
    ]);
  }

  /** Answers the leases that still hold: an image of another one was cancelled, removed or taken over. */
  async renewLeases(leases: string[], leaseSeconds: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ lease: string }[]>(
      `WITH free AS (
         SELECT id FROM images WHERE status = 'processing' AND lease = ANY($1)
         FOR NO KEY UPDATE SKIP LOCKED
       ), renewed AS (
         UPDATE images SET lease_until = now() + make_interval(secs => $2)
         FROM free WHERE images.id = free.id
       )
       SELECT lease FROM images WHERE status = 'processing' AND lease = ANY($1)`,
      [leases, leaseSeconds],
    );
    return rows.map(({ lease }) => lease);
  }

  /** Sends images back to wait; one whose lease is not ours any more stays as it is. */
  async postpone(postponed: Postponed[]): Promise<void> {
    await this.sendBack(
      `UPDATE images SET status = 'pending', lease = NULL, lease_until = NULL,
              not_before = now() + make_interval(secs => p.delay_ms / 1000.0),
              attempts = attempts - CASE WHEN p.charged THEN 0 ELSE 1 END
       FROM unnest($1::bigint[], $2::uuid[], $3::int[], $4::bool[]) AS p (id, lease, delay_ms, charged)
       WHERE images.id = p.id AND images.lease = p.lease AND images.status = 'processing'`,
      [
        postponed.map(({ id }) => id),
        postponed.map(({ lease }) => lease),
        postponed.map(({ delayMs }) => Math.round(delayMs)),
        postponed.map(({ charged }) => charged),
      ],
    );
  }

  /**
   * Frees what was hinted long ago and not claimed, and what a vanished worker had in hand. The
   * latter go behind all that was never tried, so that the same images are not hit again and again.
   */
  async freeExpired(): Promise<number> {
    return this.sendBack(
      `UPDATE images SET status = 'pending', lease = NULL, lease_until = NULL,
              attempts = attempts - (status = 'processing')::int,
              interruptions = interruptions + (status = 'processing')::int,
              not_before = CASE WHEN status = 'processing' THEN now() ELSE not_before END
       WHERE id IN (SELECT id FROM images WHERE status IN (${IN_HAND}) AND lease_until < now()
                    FOR NO KEY UPDATE SKIP LOCKED)`,
      [],
    );
  }

  /** Whether anything counts as hinted; Redis may have forgotten. */
  async anyQueued(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM images WHERE status = 'queued' LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** Runs an UPDATE that makes images pending, and tells the dispatcher of them. Returns how many. */
  private async sendBack(update: string, parameters: unknown[]): Promise<number> {
    const [{ count }] = await this.dataSource.query<[{ count: number }]>(
      `WITH sent_back AS (${update} RETURNING images.request_id, images.not_before),
       marked AS (${markDue('sent_back')})
       SELECT count(*)::int AS count FROM sent_back`,
      parameters,
    );
    return count;
  }
}
