import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Bench } from './bench.js';

/** Runs SQL. */
export type Database = Pick<Bench, 'sql'>;

/** An image with all its outputs, as PostgreSQL has it. */
export interface StoredImage {
  url: string;
  status: string;
  /** As stored: empty if it passed; null without an audit. */
  audit: string | null;
  /** Keys of its artifacts, by output; empty without an output. */
  keys: string[];
  /** Bytes of the artifacts, as the image has them. */
  bytes: number[];
}

/** Counters of a request that only several outputs and audits have. */
export interface FurtherCounters {
  /** Bytes of further outputs, in order. */
  bytes: number[];
  /** Number of audited images by reason. */
  audits: Record<string, number>;
}

const ofOutputs = (column: 'artifact_key' | 'bytes_out'): string => `
    CASE WHEN i.artifact_key IS NULL THEN '{}' ELSE ARRAY[i.${column}] END
      || ARRAY(SELECT o.${column} FROM image_outputs o WHERE o.image_id = coalesce(i.same_as, i.id)
               ORDER BY o.output)`;

/** Returns the images of a request in the order of the catalog. */
export function storedImages(bench: Database, requestId: string): Promise<StoredImage[]> {
  return bench.sql<StoredImage>(
    `SELECT i.input_url AS url, i.status, i.audit, ${ofOutputs('artifact_key')} AS keys,
            ${ofOutputs('bytes_out')} AS bytes
     FROM images i WHERE i.request_id = $1 ORDER BY i.row_number, i.position`,
    [requestId],
  );
}

export async function furtherCounters(
  bench: Database,
  requestId: string,
): Promise<FurtherCounters> {
  const [row] = await bench.sql<FurtherCounters>(
    `SELECT ARRAY(SELECT bytes_out::float8 FROM request_outputs WHERE request_id = $1
                  ORDER BY output) AS bytes,
            (SELECT coalesce(json_object_agg(reason, images) FILTER (WHERE images > 0), '{}')
             FROM request_audits WHERE request_id = $1) AS audits`,
    [requestId],
  );
  return row;
}

/** Returns the paths of the stored artifacts. */
export async function artifactFiles({ dataDir }: Pick<Bench, 'dataDir'>): Promise<string[]> {
  const folder = join(dataDir, 'artifacts');
  const paths = await readdir(folder, { recursive: true });
  // A hidden file is no artifact.
  return paths.filter((path) => /^[^.]+\./.test(basename(path))).map((path) => join(folder, path));
}

/** Returns the bytes of each stored artifact by its key. */
export async function artifactBytes(bench: Pick<Bench, 'dataDir'>): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const path of await artifactFiles(bench)) {
    bytes.set(basename(path).split('.')[0], (await stat(path)).size);
  }
  return bytes;
}
