import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Day of the row with the total of all old days. */
const MERGED_DAY = '1970-01-01';

export interface StorageUsageStatistics {
  usedBytes: number;
  /** Negative if more bytes were removed than added. */
  growthBytesPerDay: number;
}

export interface OwnerBytes {
  owner: string;
  /** Total bytes of the artifacts that images of this owner use. Each artifact counts once. */
  bytes: number;
}

/**
 * Reads the storage usage of artifacts. Triggers update it in the transaction that adds or removes an artifact,
 * so it is consistent across all processes.
 */
@Injectable()
export class StorageUsageRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the total bytes of all artifacts. Reads only a few rows for each recent day. */
  async sumBytes(): Promise<number> {
    const [{ bytes }] = await this.dataSource.query<[{ bytes: string }]>(
      'SELECT coalesce(sum(added - removed), 0) AS bytes FROM storage_usage',
    );
    return Number(bytes);
  }

  /** Returns the total bytes of all artifacts, and their growth in the last `days` days, including today. */
  async readUsage(days: number): Promise<StorageUsageStatistics> {
    const [{ used, growth }] = await this.dataSource.query<[{ used: string; growth: string }]>(
      `SELECT coalesce(sum(added - removed), 0) AS used,
              coalesce(sum(added - removed)
                FILTER (WHERE day > (now() AT TIME ZONE 'UTC')::date - $1::int), 0) AS growth
       FROM storage_usage`,
      [days],
    );
    return { usedBytes: Number(used), growthBytesPerDay: Number(growth) / days };
  }

  /**
   * Returns the owners with the most bytes. An artifact that several owners use counts for each of them.
   * Do not call it often, because it scans all completed images.
   */
  async sumBytesByOwner(limit: number): Promise<OwnerBytes[]> {
    const rows = await this.dataSource.query<{ owner: string; bytes: string }[]>(
      `SELECT owner, sum(bytes) AS bytes FROM (
         SELECT request.owner, image.artifact_key
         FROM images image JOIN processing_requests request ON request.id = image.request_id
         WHERE image.status = 'completed'
         UNION
         SELECT request.owner, output.artifact_key
         FROM image_outputs output JOIN processing_requests request ON request.id = output.request_id
       ) used JOIN artifacts ON artifacts.key = used.artifact_key
       GROUP BY owner ORDER BY sum(bytes) DESC, owner LIMIT $1`,
      [limit],
    );
    return rows.map(({ owner, bytes }) => ({ owner, bytes: Number(bytes) }));
  }

  /**
   * Adds artifacts that no trigger has counted, for example artifacts that were stored while a migration
   * created the triggers. Adds them to a day in the past, because they do not count as growth. Other processes may
   * store artifacts at the same time, because one snapshot reads both sums. The triggers write in the
   * transactions of the artifacts.
   * @returns the number of missing bytes; negative if too many bytes were counted
   */
  async correctUsage(): Promise<number> {
    const [{ bytes }] = await this.dataSource.query<[{ bytes: string }]>(
      `WITH missing AS (
         SELECT (SELECT coalesce(sum(bytes), 0) FROM artifacts)
              - (SELECT coalesce(sum(added - removed), 0) FROM storage_usage) AS bytes
       ), corrected AS (
         INSERT INTO storage_usage (day, slot, added)
         SELECT $1::date, 0, bytes FROM missing WHERE bytes <> 0
         ON CONFLICT (day, slot) DO UPDATE SET added = storage_usage.added + excluded.added
       ) SELECT bytes FROM missing`,
      [MERGED_DAY],
    );
    return Number(bytes);
  }

  /** Merges the rows of all days before the last `days` days into one row, so the total is cheap to compute. */
  async mergeOldDays(days: number): Promise<void> {
    await this.dataSource.query(
      `WITH old AS (
         DELETE FROM storage_usage
         WHERE day <= (now() AT TIME ZONE 'UTC')::date - $1::int AND day > $2::date
         RETURNING added, removed
       )
       INSERT INTO storage_usage (day, slot, added, removed)
       SELECT $2::date, 0, sum(added), sum(removed) FROM old HAVING count(*) > 0
       ON CONFLICT (day, slot) DO UPDATE
       SET added = storage_usage.added + excluded.added,
           removed = storage_usage.removed + excluded.removed`,
      [days, MERGED_DAY],
    );
  }
}
