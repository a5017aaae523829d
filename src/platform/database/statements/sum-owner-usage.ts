/**
 * Sums the usage of each owner over the last $1 days (UTC), including today. Returns up to $2 owners, ordered
 * by name. $3 is the last owner on the previous page; null for the first page.
 */
export const SUM_OWNER_USAGE = `
  SELECT owner, sum(images_completed)::bigint AS images_completed,
         sum(images_failed)::bigint AS images_failed, sum(bytes_in)::bigint AS bytes_in,
         sum(bytes_out)::bigint AS bytes_out, sum(compression_ms)::bigint AS compression_ms
  FROM owner_usage
  WHERE day > (now() AT TIME ZONE 'UTC')::date - $1::int AND ($3::text IS NULL OR owner > $3)
  GROUP BY owner ORDER BY owner LIMIT $2`;
