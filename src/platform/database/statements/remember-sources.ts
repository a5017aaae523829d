import type { DataSource } from 'typeorm';
import type { Validators } from '../../http-client/downloader.js';
import { PreparedStatement } from '../prepared-statement.js';
import { unnest } from './unnest.js';

/** At least one of the validators is set. */
export interface KnownSource extends Validators {
  /** Hex. */
  sha256: string;
  bytes: number;
}

export interface SeenSource extends KnownSource {
  url: string;
}

/** Minimum age of `seen_at` before an unchanged source is updated. */
const SEEN_AT_MIN_AGE = `interval '7 days'`;

/** Returns the SQL expression of a source's key for a text expression. */
export const sourceKeyExpression = (url: string): string => `sha256(convert_to(${url}, 'UTF8'))`;

const SOURCES = unnest({
  url: 'text',
  etag: 'text',
  last_modified: 'text',
  sha256: 'text',
  bytes: 'int',
});

const REMEMBER = new PreparedStatement(
  'remember_sources',
  `INSERT INTO sources (key, etag, last_modified, sha256, bytes)
   SELECT ${sourceKeyExpression('s.url')}, s.etag, s.last_modified, decode(s.sha256, 'hex'), s.bytes
   FROM ${SOURCES.as('s')}
   ORDER BY 1
   ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
     sha256 = excluded.sha256, bytes = excluded.bytes, seen_at = excluded.seen_at
   WHERE (sources.etag, sources.last_modified, sources.sha256)
         IS DISTINCT FROM (excluded.etag, excluded.last_modified, excluded.sha256)
      OR sources.seen_at < now() - ${SEEN_AT_MIN_AGE}`,
);

/** Inserts or updates sources, ordered by key to prevent deadlocks between apps. */
export async function rememberSources(
  dataSource: DataSource,
  sources: readonly SeenSource[],
): Promise<void> {
  const rows = sources.map(({ lastModified, ...source }) => ({
    ...source,
    last_modified: lastModified,
  }));
  await REMEMBER.run(dataSource, SOURCES.toArrays(rows));
}
