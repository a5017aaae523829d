/**
 * Separates a corrected image from its duplicates, which keep the old URL. The first of these
 * duplicates becomes the first image of the others.
 */
export const SEPARATE_DUPLICATES = `
  UPDATE images SET same_as = NULLIF(duplicate.first_id, images.id)
  FROM (
    SELECT id, min(id) OVER (PARTITION BY same_as) AS first_id FROM images
    WHERE same_as = ANY($1::bigint[]) AND id <> ALL($1::bigint[])
  ) duplicate
  WHERE images.id = duplicate.id`;
