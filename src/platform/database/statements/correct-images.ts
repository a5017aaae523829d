import type { EntityManager } from 'typeorm';
import { toInputHost } from './image-host.js';
import { unnest } from './unnest.js';

/** The new URL of a failed image. */
export interface ImageCorrection {
  id: string;
  url: string;
}

const CORRECTIONS = unnest({ id: 'bigint', url: 'text', host: 'text' }, 2);

/** Corrects a batch of images. Images in the batch with the same new URL are downloaded only once. */
const CORRECT_IMAGES = `
  WITH correction AS (
    SELECT id, url, host, min(id) OVER (PARTITION BY url COLLATE "C") AS first_id
    FROM ${CORRECTIONS.toFromItem('c')}
  ), corrected AS (
    UPDATE images SET status = 'pending', input_url = correction.url,
           input_host = correction.host,
           cell_reference = coalesce(images.cell_reference, images.input_url),
           same_as = NULLIF(correction.first_id, images.id),
           attempts = 0, interruptions = 0, not_before = now(), error_code = NULL,
           error_message = NULL, started_at = NULL, finished_at = NULL
    FROM correction
    WHERE images.id = correction.id AND images.request_id = $1 AND images.status = 'failed'
    RETURNING images.id
  )
  SELECT count(*)::int AS count FROM corrected`;

/** Marks failed images of a request as pending with new URLs. Returns the number of corrected images. */
export async function correctImages(
  db: EntityManager,
  requestId: string,
  corrections: readonly ImageCorrection[],
): Promise<number> {
  const rows = corrections.map(({ id, url }) => ({ id, url, host: toInputHost(url) }));
  const parameters = [requestId, ...CORRECTIONS.toArrays(rows)];
  const [{ count }] = await db.query<[{ count: number }]>(CORRECT_IMAGES, parameters);
  return count;
}
