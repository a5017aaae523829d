import type { DataSource } from 'typeorm';
import type { Validators } from '../../http-client/downloader.js';
import { PreparedStatement } from '../prepared-statement.js';
import { unnest } from './unnest.js';

/** Validators and hash from an earlier download. At least one validator is set. */
export interface KnownSource extends Validators {
  /** Hash as hex digits. */
  sha256: string;
  bytes: number;
}

export interface DownloadedSource extends KnownSource {
  url: string;
}

/** Minimum age of `seen_at` at which the row of an unchanged source is updated. */
const MIN_SEEN_AT_AGE = `interval '7 days'`;

/** Returns an SQL expression for the key of a source. `url` is an SQL expression. */
export const sourceKeyExpression = (url: string): string => `sha256(convert_to(${url}, 'UTF8'))`;

const SOURCES = unnest({
  url: 'text',
  etag: 'text',
  last_modified: 'text',
  sha256: 'text',
  bytes: 'int',
});

const SAVE_SOURCES = new PreparedStatement(
  'remember_sources',
  `INSERT INTO sources (key, etag, last_modified, sha256, bytes)
   SELECT ${sourceKeyExpression('s.url')}, s.etag, s.last_modified, decode(s.sha256, 'hex'), s.bytes
   FROM ${SOURCES.toFromItem('s')}
   ORDER BY 1
   ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
     sha256 = excluded.sha256, bytes = excluded.bytes, seen_at = excluded.seen_at
   WHERE (sources.etag, sources.last_modified, sources.sha256)
         IS DISTINCT FROM (excluded.etag, excluded.last_modified, excluded.sha256)
      OR sources.seen_at < now() - ${MIN_SEEN_AT_AGE}`,
);

/** Inserts or updates sources, ordered by key to prevent deadlocks between processes. */
export async function saveSources(
  dataSource: DataSource,
  sources: readonly DownloadedSource[],
): Promise<void> {
  const rows = sources.map(({ lastModified, ...source }) => ({
    ...source,
    last_modified: lastModified,
  }));
  await SAVE_SOURCES.execute(dataSource, SOURCES.toArrays(rows));
}
