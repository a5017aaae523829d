import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ChaosFixture } from './chaos-fixture.js';

export type SqlClient = Pick<ChaosFixture, 'sql'>;

/** An image with all its outputs, as stored in PostgreSQL. */
export interface StoredImage {
  url: string;
  status: string;
  /** Stored audit result. Empty if the image passed, null without an audit. */
  audit: string | null;
  /** Keys of the artifacts, one for each output. Empty without outputs. */
  keys: string[];
  /** Sizes of the artifacts in bytes, as recorded for the image. */
  bytes: number[];
}

/** Counters that only requests with several outputs or with audits have. */
export interface AdditionalCounters {
  /** Total bytes of each additional output, in order. */
  bytes: number[];
  /** Number of audited images by reason. */
  audits: Record<string, number>;
}

const toOutputsArray = (column: 'artifact_key' | 'bytes_out'): string => `
    CASE WHEN i.artifact_key IS NULL THEN '{}' ELSE ARRAY[i.${column}] END
      || ARRAY(SELECT o.${column} FROM image_outputs o WHERE o.image_id = coalesce(i.same_as, i.id)
               ORDER BY o.output)`;

/** Returns the images of a request in catalog order. */
export function readStoredImages(fixture: SqlClient, requestId: string): Promise<StoredImage[]> {
  return fixture.sql<StoredImage>(
    `SELECT i.input_url AS url, i.status, i.audit, ${toOutputsArray('artifact_key')} AS keys,
            ${toOutputsArray('bytes_out')} AS bytes
     FROM images i WHERE i.request_id = $1 ORDER BY i.row_number, i.position`,
    [requestId],
  );
}

export async function readAdditionalCounters(
  fixture: SqlClient,
  requestId: string,
): Promise<AdditionalCounters> {
  const [row] = await fixture.sql<AdditionalCounters>(
    `SELECT ARRAY(SELECT bytes_out::float8 FROM request_outputs WHERE request_id = $1
                  ORDER BY output) AS bytes,
            (SELECT coalesce(json_object_agg(reason, images) FILTER (WHERE images > 0), '{}')
             FROM request_audits WHERE request_id = $1) AS audits`,
    [requestId],
  );
  return row;
}

/** Returns the paths of the stored artifacts. */
export async function listArtifactFiles({
  dataDir,
}: Pick<ChaosFixture, 'dataDir'>): Promise<string[]> {
  const folder = join(dataDir, 'artifacts');
  const paths = await readdir(folder, { recursive: true });
  // Hidden files are not artifacts.
  return paths.filter((path) => /^[^.]+\./.test(basename(path))).map((path) => join(folder, path));
}

/** Returns the size of each stored artifact in bytes, by key. */
export async function readArtifactBytes(
  fixture: Pick<ChaosFixture, 'dataDir'>,
): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const path of await listArtifactFiles(fixture)) {
    bytes.set(basename(path).split('.')[0], (await stat(path)).size);
  }
  return bytes;
}
