import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DataSource, QueryRunner } from 'typeorm';
import { DatabaseUnavailableError } from '../../../platform/errors/database-unavailable.error.js';
import { DueRequest } from '../../../platform/database/entities/due-request.entity.js';
import { ProcessingRequest } from '../../../platform/database/entities/processing-request.entity.js';
import type { Query } from '../../../platform/database/repositories/open-work.js';
import type { CatalogRow } from '../../../platform/catalog/catalog-row.js';
import type { RowFileNames } from '../../../platform/catalog/file-names/row-file-names.js';
import { CopyChunk } from './copy-chunk.js';
import { COPY_FAULTY_IMAGES, COPY_IMAGES, COPY_PRODUCTS } from './copy-text.js';
import { ImageIds } from './image-ids.js';
import { SeenUrls } from './seen-urls.js';

/**
 * Size of a chunk of COPY text. PostgreSQL waits for this process after each COPY, so small chunks
 * cost time. Large chunks cost memory.
 */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Number of statements that mark the duplicates of URLs that SeenUrls could not store. A single statement
 * could exceed the response timeout of its connection. Sorting by hash is many times faster than by URL.
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

/** Separates images that have the same hash but different URLs. */
const SPLIT_HASH_COLLISIONS = `
  UPDATE images SET same_as = NULL FROM images first
  WHERE images.request_id = $1 AND images.same_as = first.id AND images.input_url <> first.input_url`;

/** Number of images above which query plans for a smaller table may be inefficient. */
const MIN_IMAGES_TO_ANALYZE = 10_000;

/**
 * Makes PostgreSQL plan prepared statements again after the commit. Autovacuum would notice the
 * rows only after a minute. Skips the table if another session, such as autovacuum, is analyzing it.
 */
const ANALYZE_IMAGES = 'ANALYZE (SKIP_LOCKED) images (request_id, status, same_as)';

/**
 * Writes one catalog to PostgreSQL on one connection, in one transaction. No other session sees the
 * rows before `commit`.
 *
 * Products and images are sent by alternating COPY statements, because a connection runs one COPY
 * at a time. Meanwhile, the next chunk is read and converted to text.
 */
export class CatalogStore {
  private chunk = new CopyChunk();
  private readonly ids = new ImageIds();
  private pendingSend: Promise<void> = Promise.resolve();
  private isOpen = true;
  private imageCount = 0;

  private constructor(
    readonly requestId: string,
    private readonly runner: QueryRunner,
    private readonly connection: PoolClient,
    private readonly onEnd: () => void,
    private readonly seenUrls: SeenUrls,
  ) {}

  /** @throws DatabaseUnavailableError, or another database error for the exception filter */
  static async beginUpload(
    dataSource: DataSource,
    requestId: string,
    onEnd: () => void,
    seenUrls = new SeenUrls(),
  ): Promise<CatalogStore> {
    const runner = dataSource.createQueryRunner();
    try {
      const connection = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      return new CatalogStore(requestId, runner, connection, onEnd, seenUrls);
    } catch (error) {
      await runner.release().catch(() => undefined);
      onEnd();
      throw error;
    }
  }

  /** @param fileNames names the images; undefined without `filename_template` */
  async addRows(rows: CatalogRow[], fileNames?: RowFileNames): Promise<void> {
    const addedCount = rows.reduce((sum, row) => sum + row.images.length, 0);
    if (this.ids.availableCount < addedCount) await this.reserveIds(addedCount);
    this.imageCount += addedCount;
    this.chunk.addRows(this.requestId, rows, this.ids, this.seenUrls, fileNames);
    if (this.chunk.bytes >= CHUNK_BYTES) await this.sendChunk();
  }

  /** Sends the remaining rows, then links images that share a URL to the first of them. */
  async completeUpload(): Promise<void> {
    await this.sendChunk();
    await this.pendingSend;
    if (this.seenUrls.hasDuplicates) await this.query(SPLIT_HASH_COLLISIONS, [this.requestId]);
    if (this.seenUrls.isFull) await this.markDuplicates();
    if (this.imageCount >= MIN_IMAGES_TO_ANALYZE) await this.query(ANALYZE_IMAGES, []);
  }

  private async markDuplicates(): Promise<void> {
    await this.query(`SET LOCAL work_mem = '64MB'`, []);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await this.query(MARK_DUPLICATES, [this.requestId, partition]);
    }
  }

  /** Runs SQL within the transaction. Must not be called while rows are being sent. */
  readonly query: Query = async <T>(sql: string, parameters: unknown[]): Promise<T[]> => {
    try {
      const rows: unknown = await this.runner.query(sql, parameters);
      return rows as T[];
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
    await this.endTransaction();
  }

  /** Rolls back. Does nothing if the transaction has ended. */
  async rollback(): Promise<void> {
    if (!this.isOpen) return;
    await this.pendingSend.catch(() => undefined);
    // If the connection was lost, PostgreSQL has already rolled back the transaction.
    await this.runner.rollbackTransaction().catch(() => undefined);
    await this.endTransaction();
  }

  private async endTransaction(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.runner.release().catch(() => undefined);
    this.onEnd();
  }

  /** Waits for the previous chunk, so at most two chunks are in memory. */
  private async sendChunk(): Promise<void> {
    await this.pendingSend;
    const chunk = this.chunk;
    this.chunk = new CopyChunk();
    this.pendingSend = this.copyChunk(chunk);
    // The promise is awaited later. This handler prevents an unhandled rejection until then.
    this.pendingSend.catch(() => undefined);
  }

  private async copyChunk({ products, images, faultyImages }: CopyChunk): Promise<void> {
    try {
      await this.copyInto(COPY_PRODUCTS, products);
      await this.copyInto(COPY_IMAGES, images);
      await this.copyInto(COPY_FAULTY_IMAGES, faultyImages);
    } catch (error) {
      throw this.toDatabaseError(error);
    }
  }

  private async reserveIds(count: number): Promise<void> {
    await this.pendingSend;
    await this.ids.reserveIds(this.query, count);
  }

  private async copyInto(statement: string, buffers: readonly Buffer[]): Promise<void> {
    if (buffers.length === 0) return;
    const copyStream = this.connection.query(copyFrom(statement));
    for (const buffer of buffers) copyStream.write(buffer);
    copyStream.end();
    await finished(copyStream);
  }

  /**
   * Converts errors caused by a lost connection. TypeORM has then released the runner, and later errors do
   * not state the cause.
   */
  private toDatabaseError(error: unknown): unknown {
    return this.runner.isReleased ? new DatabaseUnavailableError(error) : error;
  }
}
