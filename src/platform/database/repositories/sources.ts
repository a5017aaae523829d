import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { saveSources, type DownloadedSource } from '../statements/save-sources.js';

@Injectable()
export class SourcesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async saveSources(sources: DownloadedSource[]): Promise<void> {
    const uniqueSources = [...new Map(sources.map((source) => [source.url, source])).values()];
    if (uniqueSources.length === 0) return;
    await saveSources(this.dataSource, uniqueSources);
  }

  /**
   * Deletes up to `limit` sources that were last fetched at least `days` days ago. Returns the number of
   * deleted rows.
   */
  async removeOldSources(days: number, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `DELETE FROM sources WHERE key IN (
         SELECT key FROM sources WHERE seen_at < now() - make_interval(days => $1)
         ORDER BY seen_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [days, limit],
    );
    return count;
  }
}
