import { Injectable } from '@nestjs/common';
import { imageHostExpression } from '../statements/image-host.js';
import { ReadConnections } from '../read-connections.js';
import { IMAGE_STATUSES, isFinal, toSqlList } from '../states.js';

export interface FailureCauseRow {
  code: string;
  message: string;
  images: number;
  examples: { row: number; position: number; product_name: string; input_url: string }[];
}

/** An image that many URLs of a host returned. */
export interface RepeatedImageRow {
  host: string;
  /** Number of different URLs. */
  urls: number;
  example_url: string;
}

export interface HostBacklogRow {
  host: string;
  /** Number of unfinished images. */
  images: number;
}

export interface DayRow {
  /** UTC date, e.g. `2026-01-31`. */
  day: string;
  requests: number;
  images: number;
  bytes_in: string;
  bytes_out: string;
}

const HOST = imageHostExpression('images');
const UNFINISHED_STATUSES = IMAGE_STATUSES.filter((status) => !isFinal(status));

/** Reads statistics for charts. Each method for a request makes one pass over its images. */
@Injectable()
export class StatisticsRepository {
  constructor(private readonly connections: ReadConnections) {}

  /**
   * Counts finished images by time and by saving. `bucket` is the index of an interval of `bucketSeconds` after
   * `start`. `saving` is the saved share of the source's bytes in tenths, from 0 to 9.
   */
  async countEndedImages(requestId: string, start: Date, bucketSeconds: number) {
    return this.connections.query<
      { bucket: number | null; saving: number | null; images: number }[]
    >(
      `SELECT bucket, saving, count(*)::int AS images FROM (
         SELECT greatest(0, floor(extract(epoch FROM finished_at - $2::timestamptz) / $3))::int AS bucket,
                CASE WHEN status = 'completed' AND bytes_in > 0
                  THEN least(9, greatest(0, floor((1 - bytes_out::float / bytes_in) * 10)))::int
                END AS saving
         FROM images WHERE request_id = $1 AND finished_at IS NOT NULL
       ) finished
       GROUP BY GROUPING SETS ((bucket), (saving))
       ORDER BY bucket, saving`,
      [requestId, start, bucketSeconds],
    );
  }

  /**
   * Returns the causes of failures, most frequent first, with their first images in the order of the product
   * file.
   */
  async listFailureCauses(requestId: string, maxCauses: number, maxExamples: number) {
    return this.connections.query<FailureCauseRow[]>(
      `SELECT cause.*, (
         SELECT json_agg(example) FROM (
           SELECT image.row_number AS row, image.position, product.product_name, image.input_url
           FROM images image
           JOIN products product USING (request_id, row_number)
           WHERE image.request_id = $1 AND image.status = 'failed' AND image.error_code = cause.code
           ORDER BY image.row_number, image.position LIMIT $3
         ) example) AS examples
       FROM (
         SELECT error_code AS code, min(error_message) AS message, count(*)::int AS images
         FROM images WHERE request_id = $1 AND status = 'failed'
         GROUP BY error_code ORDER BY count(*) DESC, error_code LIMIT $2
       ) cause
       ORDER BY cause.images DESC, cause.code`,
      [requestId, maxCauses, maxExamples],
    );
  }

  /** Returns images that at least `minUrls` different URLs of a host returned. Most of them are placeholders. */
  async findRepeatedImages(requestId: string, minUrls: number, limit: number) {
    return this.connections.query<RepeatedImageRow[]>(
      // Few artifacts are repeated. Only their URLs are parsed.
      `WITH repeated AS (
         SELECT artifact_key FROM images WHERE request_id = $1 AND status = 'completed'
         GROUP BY artifact_key HAVING count(*) >= $2
       )
       SELECT ${HOST} AS host, count(DISTINCT input_url)::int AS urls,
              min(input_url) AS example_url
       FROM images JOIN repeated USING (artifact_key)
       WHERE request_id = $1 AND status = 'completed'
       GROUP BY host, artifact_key HAVING count(DISTINCT input_url) >= $2
       ORDER BY urls DESC, host LIMIT $3`,
      [requestId, minUrls, limit],
    );
  }

  /** Counts the unfinished images of a request for each of these hosts (with ports). */
  async countOpenByHost(requestId: string, hosts: string[]) {
    return this.connections.query<HostBacklogRow[]>(
      `SELECT * FROM (
         SELECT ${HOST} AS host, count(*)::int AS images FROM images
         WHERE request_id = $1 AND status IN (${toSqlList(UNFINISHED_STATUSES)}) AND same_as IS NULL GROUP BY host
       ) backlog WHERE host = ANY($2) ORDER BY images DESC, host`,
      [requestId, hosts],
    );
  }

  /**
   * Returns totals of the requests that were uploaded on each of the last `days` days, including today.
   *
   * @param owner counts only requests of this owner; all owners if undefined
   */
  async countByDay(days: number, owner: string | undefined): Promise<DayRow[]> {
    return this.connections.query<DayRow[]>(
      `SELECT to_char(day, 'YYYY-MM-DD') AS day, count(request.id)::int AS requests,
              coalesce(sum(images_completed), 0)::int AS images,
              coalesce(sum(bytes_in), 0) AS bytes_in, coalesce(sum(bytes_out), 0) AS bytes_out
       FROM generate_series((now() AT TIME ZONE 'UTC')::date - ($1::int - 1),
                            (now() AT TIME ZONE 'UTC')::date, interval '1 day') AS day
       LEFT JOIN processing_requests request
         ON (request.created_at AT TIME ZONE 'UTC')::date = day AND ($2::text IS NULL OR owner = $2)
       GROUP BY day ORDER BY day`,
      [days, owner ?? null],
    );
  }
}
