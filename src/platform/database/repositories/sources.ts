import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PreparedStatement } from '../prepared-statement.js';

/** What a server said of its image; at least one of the two. */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export interface KnownSource extends Validators {
  /** Hex. */
  sha256: string;
  bytes: number;
}

export interface SeenSource extends KnownSource {
  url: string;
}

/** So seldom a source is marked as fetched that brought the same again. */
const SEEN_AGAIN = `interval '7 days'`;

/** The key of a source in SQL, of a column or expression of text. */
export const sourceKeyOf = (url: string): string => `sha256(convert_to(${url}, 'UTF8'))`;

const REMEMBER = new PreparedStatement(
  'remember_sources',
  `INSERT INTO sources (key, etag, last_modified, sha256, bytes)
   SELECT ${sourceKeyOf('s.url')}, s.etag, s.last_modified, decode(s.sha256, 'hex'), s.bytes
   FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
     AS s (url, etag, last_modified, sha256, bytes)
   ORDER BY 1
   ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
     sha256 = excluded.sha256, bytes = excluded.bytes, seen_at = excluded.seen_at
   WHERE (sources.etag, sources.last_modified, sources.sha256)
         IS DISTINCT FROM (excluded.etag, excluded.last_modified, excluded.sha256)
      OR sources.seen_at < now() - ${SEEN_AGAIN}`,
);

@Injectable()
export class SourcesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async remember(seen: SeenSource[]): Promise<void> {
    const sources = [...new Map(seen.map((source) => [source.url, source])).values()];
    if (sources.length === 0) return;
    // In one order, so that two apps never wait for each other.
    await REMEMBER.run(this.dataSource, [
      sources.map(({ url }) => url),
      sources.map(({ etag }) => etag),
      sources.map(({ lastModified }) => lastModified),
      sources.map(({ sha256 }) => sha256),
      sources.map(({ bytes }) => bytes),
    ]);
  }

  /** Forgets up to `limit` sources that were last fetched so many days ago. Answers how many. */
  async forgetOld(days: number, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `DELETE FROM sources WHERE key IN (
         SELECT key FROM sources WHERE seen_at < now() - make_interval(days => $1)
         ORDER BY seen_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [days, limit],
    );
    return count;
  }
}
