import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DataSource, QueryRunner } from 'typeorm';
import { DatabaseUnavailableError } from '../../../platform/errors/database-unavailable.error.js';
import { DueRequest } from '../../../platform/database/entities/due-request.entity.js';
import { ProcessingRequest } from '../../../platform/database/entities/processing-request.entity.js';
import type { Query } from '../../../platform/database/repositories/open-work.js';
import type { CatalogRow } from '../../../platform/catalog/catalog-row.js';
import {
  COPY_FAULTY_IMAGES,
  COPY_IMAGES,
  COPY_PRODUCTS,
  faultyImageLine,
  imageLine,
  productLine,
} from './copy-text.js';
import { SeenUrls } from './seen-urls.js';

/** Number of reader batches (64 KiB of the file each) per COPY chunk. */
const CHUNK_BATCHES = 2;

/**
 * Reserves ids before the COPY, because a duplicate refers to the id of its first image. Ids ascend in
 * the order of the file.
 */
const RESERVE_IDS = `
  SELECT min(id)::text AS first,
         CASE WHEN max(id) - min(id) >= count(*) THEN array_agg(id)::text[] END AS ids
  FROM (SELECT nextval('"images_id_seq"') AS id FROM generate_series(1, $1::int)) reserved`;

/**
 * Marks duplicates of URLs that SeenUrls could not store, one partition per statement. A statement that
 * takes too long would exceed the response timeout of its connection. Sorting by hash is many times
 * faster than by URL.
 */
const PARTITIONS = 16;
const MARK_DUPLICATES = `
  UPDATE images SET same_as = known.first_id
  FROM (
    SELECT id, min(id) OVER (PARTITION BY hashtextextended(input_url, 0), input_url COLLATE "C") AS first_id
    FROM images
    WHERE request_id = $1 AND same_as IS NULL AND status = 'pending' AND hashtextextended(input_url, 0) & ${PARTITIONS - 1} = $2
  ) known
  WHERE images.id = known.id AND known.first_id < known.id`;

/** Separates images whose URLs differ although their hashes are equal. */
const SPLIT_HASH_COLLISIONS = `
  UPDATE images SET same_as = NULL FROM images first
  WHERE images.request_id = $1 AND images.same_as = first.id AND images.input_url <> first.input_url`;

interface ReservedIds {
  first: string;
  /** All ids, if another upload reserved ids in between. Null if the ids are consecutive. */
  ids: string[] | null;
}

/** Number of images from which plans for a smaller table may be inefficient. */
const MANY_IMAGES = 10_000;

/**
 * Makes PostgreSQL plan prepared statements again after the commit. Autovacuum would notice the rows only
 * after a minute. A session whose lock makes this skip, such as autovacuum, does the same work.
 */
const ANALYZE_IMAGES = 'ANALYZE (SKIP_LOCKED) images (request_id, status, same_as)';

/**
 * Writes one catalog to PostgreSQL on one connection, in one transaction. No other session sees the rows
 * before `commit`.
 *
 * Products and images are sent by alternating COPY statements, because a connection runs one COPY at a
 * time. The next chunk is read meanwhile.
 */
export class CatalogStore {
  private batches: CatalogRow[][] = [];
  private sending: Promise<void> = Promise.resolve();
  private open = true;
  private images = 0;

  private constructor(
    readonly requestId: string,
    private readonly runner: QueryRunner,
    private readonly connection: PoolClient,
    private readonly onEnd: () => void,
    private readonly seen: SeenUrls,
  ) {}

  /** @throws DatabaseUnavailableError, or another database error for the exception filter */
  static async begin(
    dataSource: DataSource,
    requestId: string,
    onEnd: () => void,
    seen = new SeenUrls(),
  ): Promise<CatalogStore> {
    const runner = dataSource.createQueryRunner();
    try {
      const connection = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      return new CatalogStore(requestId, runner, connection, onEnd, seen);
    } catch (error) {
      await runner.release().catch(() => undefined);
      onEnd();
      throw error;
    }
  }

  async add(rows: CatalogRow[]): Promise<void> {
    this.batches.push(rows);
    if (this.batches.length >= CHUNK_BATCHES) await this.send();
  }

  /** Sends the remaining rows, then links images that share a URL to the first of them. */
  async complete(): Promise<void> {
    await this.send();
    await this.sending;
    if (this.seen.hasDuplicates) await this.query(SPLIT_HASH_COLLISIONS, [this.requestId]);
    if (this.seen.isFull) await this.markDuplicates();
    if (this.images >= MANY_IMAGES) await this.query(ANALYZE_IMAGES, []);
  }

  private async markDuplicates(): Promise<void> {
    await this.query(`SET LOCAL work_mem = '64MB'`, []);
    for (let share = 0; share < PARTITIONS; share++) {
      await this.query(MARK_DUPLICATES, [this.requestId, share]);
    }
  }

  /** Runs SQL within the transaction. Must not be called while rows are being sent. */
  readonly query: Query = async <T>(sql: string, parameters: unknown[]): Promise<T[]> => {
    try {
      const answer: unknown = await this.runner.query(sql, parameters);
      return answer as T[];
    } catch (error) {
      throw this.toDatabaseError(error);
    }
  };

  async commit(request: Partial<ProcessingRequest>): Promise<void> {
    try {
      const { requestId, runner } = this;
      await runner.manager.insert(ProcessingRequest, { ...request, id: requestId });
      await runner.manager.insert(DueRequest, { requestId, owner: request.owner });
      await this.runner.commitTransaction();
    } catch (error) {
      throw this.toDatabaseError(error);
    }
    await this.end();
  }

  /** Rolls back. Does nothing if the transaction has ended. */
  async rollback(): Promise<void> {
    if (!this.open) return;
    await this.sending.catch(() => undefined);
    // A lost connection has rolled back already.
    await this.runner.rollbackTransaction().catch(() => undefined);
    await this.end();
  }

  private async end(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    await this.runner.release().catch(() => undefined);
    this.onEnd();
  }

  /** Waits for the previous chunk, so at most two chunks are in memory. */
  private async send(): Promise<void> {
    await this.sending;
    const rows = this.batches.flat();
    this.batches = [];
    if (rows.length === 0) return;
    this.sending = this.copy(rows);
    // The promise is awaited later. This handler prevents an unhandled rejection until then.
    this.sending.catch(() => undefined);
  }

  private async copy(rows: CatalogRow[]): Promise<void> {
    try {
      const images = rows.reduce((sum, row) => sum + row.images.length, 0);
      const idOf = await this.reserveIds(images);
      this.images += images;
      await this.copyInto(COPY_PRODUCTS, this.productLines(rows));
      const lines = this.imageLines(rows, idOf);
      await this.copyInto(COPY_IMAGES, lines.usable);
      await this.copyInto(COPY_FAULTY_IMAGES, lines.faulty);
    } catch (error) {
      throw this.toDatabaseError(error);
    }
  }

  /** @returns a function from the number of an image to its id; the ids are usually consecutive */
  private async reserveIds(count: number): Promise<(image: number) => number> {
    if (count === 0) return Number;
    const [{ first, ids }] = (await this.runner.query(RESERVE_IDS, [count])) as [ReservedIds];
    const from = Number(first);
    return (image) => (ids === null ? from + image : Number(ids[image]));
  }

  private productLines(rows: CatalogRow[]): string {
    let lines = '';
    for (const row of rows) lines += productLine(this.requestId, row);
    return lines;
  }

  private imageLines(rows: CatalogRow[], idOf: (image: number) => number) {
    const lines = { usable: '', faulty: '' };
    const now = new Date().toISOString();
    let number = 0;
    for (const { row, images } of rows) {
      for (const [i, image] of images.entries()) {
        const id = idOf(number++);
        const at = { id, requestId: this.requestId, row, position: i + 1 };
        if (image.fault !== undefined) lines.faulty += faultyImageLine(at, image, now);
        else lines.usable += imageLine(at, image, this.seen.firstOf(image.url, id));
      }
    }
    return lines;
  }

  private async copyInto(statement: string, lines: string): Promise<void> {
    if (lines === '') return;
    const copy = this.connection.query(copyFrom(statement));
    copy.end(Buffer.from(lines));
    await finished(copy);
  }

  /**
   * Converts errors of a lost connection. TypeORM releases its runner, and later errors do not show the
   * cause.
   */
  private toDatabaseError(error: unknown): unknown {
    return this.runner.isReleased ? new DatabaseUnavailableError(error) : error;
  }
}
