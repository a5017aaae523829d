import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

export interface OwnerBytes {
  owner: string;
  /** Bytes of the artifacts that images of this owner use, each artifact once. */
  bytes: number;
}

/**
 * Reads how much storage the artifacts use. Triggers maintain the figures in the transaction that adds or
 * removes an artifact, so they are the same for all apps.
 */
@Injectable()
export class StorageUsageRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the bytes of all artifacts. Reads a few rows for each day. */
  async usedBytes(): Promise<number> {
    const [{ bytes }] = await this.dataSource.query<[{ bytes: string }]>(
      'SELECT coalesce(sum(added - removed), 0) AS bytes FROM storage_usage',
    );
    return Number(bytes);
  }

  /**
   * Returns by how many bytes a day the storage has grown over the last `days`, today included. Negative
   * when more was removed than added.
   */
  async growthPerDay(days: number): Promise<number> {
    const [{ bytes }] = await this.dataSource.query<[{ bytes: string }]>(
      `SELECT coalesce(sum(added - removed), 0) AS bytes FROM storage_usage
       WHERE day > (now() AT TIME ZONE 'UTC')::date - $1::int`,
      [days],
    );
    return Number(bytes) / days;
  }

  /**
   * Returns the owners with the most bytes. An artifact that several owners use counts for each of them.
   * Scans the completed images, so it is not for frequent calls.
   */
  async bytesByOwner(limit: number): Promise<OwnerBytes[]> {
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

  /** Corrects the figure after a change that no trigger has seen. Returns the bytes that were missing. */
  async correctUsage(): Promise<number> {
    const [corrected] = await this.dataSource.query<{ bytes: string }[]>(
      `INSERT INTO storage_usage (day, slot, added)
       SELECT (now() AT TIME ZONE 'UTC')::date, 0, actual.bytes - counted.bytes
       FROM (SELECT coalesce(sum(bytes), 0) AS bytes FROM artifacts) actual,
            (SELECT coalesce(sum(added - removed), 0) AS bytes FROM storage_usage) counted
       WHERE actual.bytes <> counted.bytes
       ON CONFLICT (day, slot) DO UPDATE SET added = storage_usage.added + excluded.added
       RETURNING added AS bytes`,
    );
    return corrected ? Number(corrected.bytes) : 0;
  }
}
