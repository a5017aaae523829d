import { Injectable } from '@nestjs/common';
import { ReadConnections } from '../read-connections.js';
import { imageHostExpression } from '../statements/image-host.js';

/** An image in a report. */
export interface ReportedImage {
  id: string;
  row: number;
  position: number;
  product_name: string;
  input_url: string;
  bytes_in: number | null;
  bytes_out: number | null;
}

export interface OriginProblemRow {
  host: string;
  code: string;
  /** Error message; null if no message is stored. */
  message: string | null;
  images: number;
  example_url: string;
}

/** Images of a request that have the same artifact, and therefore the same source bytes. */
export interface ExactDuplicateRow {
  images: number;
  ids: string[];
}

/** Unique perceptual hashes of a request. The arrays have one entry per hash. */
export interface SourceHashes {
  hashes: BigUint64Array;
  /** ID of the first image with each hash. */
  firstIds: BigInt64Array;
  /** Number of images with each hash. */
  imageCounts: Int32Array;
}

/** Size of a packed row: hash, image ID and number of images. */
const PACKED_ROW_BYTES = 20;
const CANDIDATES_PER_GROUP = 10;
const IMAGE_COLUMNS = `image.id, image.row_number AS row, image.position, product.product_name, image.input_url,
         image.bytes_in, image.bytes_out`;

/** Reads the data for the report of a request. Each method makes one pass over its images. */
@Injectable()
export class ReportsRepository {
  constructor(private readonly connections: ReadConnections) {}

  /** Returns the images with the largest savings, at most one per URL. */
  listLargestSavings(requestId: string, limit: number): Promise<ReportedImage[]> {
    return this.connections.query<ReportedImage[]>(
      `SELECT ${IMAGE_COLUMNS}
       FROM (
         SELECT * FROM images
         WHERE request_id = $1 AND status = 'completed' AND same_as IS NULL AND bytes_out < bytes_in
         ORDER BY bytes_in - bytes_out DESC, id LIMIT $2
       ) image JOIN products product USING (request_id, row_number)
       ORDER BY image.bytes_in - image.bytes_out DESC, image.id`,
      [requestId, limit],
    );
  }

  /** Counts failed images by host and error code, most frequent first. */
  countProblemsByOrigin(requestId: string, limit: number): Promise<OriginProblemRow[]> {
    return this.connections.query<OriginProblemRow[]>(
      `SELECT coalesce(${imageHostExpression('images')}, '') AS host, error_code AS code,
              min(error_message) AS message, count(*)::int AS images, min(input_url) AS example_url
       FROM images WHERE request_id = $1 AND status = 'failed'
       GROUP BY host, error_code ORDER BY images DESC, host, code LIMIT $2`,
      [requestId, limit],
    );
  }

  /**
   * Returns groups of images with the same content and different URLs, largest group first. Groups by a hash of
   * the key, because PostgreSQL would otherwise sort a million keys. Reads more groups than it returns, because
   * groups whose images all have the same URL are omitted.
   *
   * @param maxIdsPerGroup maximum number of IDs to return for each group
   */
  findExactDuplicates(
    requestId: string,
    limit: number,
    maxIdsPerGroup: number,
  ): Promise<ExactDuplicateRow[]> {
    return this.connections.query<ExactDuplicateRow[]>(
      `WITH candidate AS (
         SELECT min(id) AS first_id, count(*)::int AS images FROM images
         WHERE request_id = $1 AND status = 'completed' AND artifact_key IS NOT NULL
         GROUP BY hashtextextended(artifact_key, 0) HAVING count(*) - count(same_as) > 1
         ORDER BY images DESC, first_id LIMIT $4
       )
       SELECT candidate.images, ARRAY(
         SELECT id::text FROM images
         WHERE artifact_key = first.artifact_key AND request_id = $1 AND status = 'completed'
         ORDER BY images.id LIMIT $3) AS ids
       FROM candidate JOIN images first ON first.id = candidate.first_id
       WHERE EXISTS (
         SELECT 1 FROM images other
         WHERE other.artifact_key = first.artifact_key AND other.request_id = $1
           AND other.status = 'completed' AND other.input_url <> first.input_url)
       ORDER BY candidate.images DESC, first_id LIMIT $2`,
      [requestId, limit, maxIdsPerGroup, limit * CANDIDATES_PER_GROUP],
    );
  }

  /** Returns the hashes of the sources in a compact form. 1,000,000 images take 20 MB. */
  async readSourceHashes(requestId: string): Promise<SourceHashes> {
    const [{ packed }] = await this.connections.query<{ packed: Buffer | null }[]>(
      `SELECT string_agg(int8send(hash) || int8send(id) || int4send(images), ''::bytea ORDER BY id) AS packed
       FROM (
         SELECT artifact.source_hash AS hash, min(image.id) AS id, count(*)::int AS images
         FROM images image JOIN artifacts artifact ON artifact.key = image.artifact_key
         WHERE image.request_id = $1 AND image.status = 'completed' AND artifact.source_hash IS NOT NULL
         GROUP BY artifact.source_hash
       ) hashes`,
      [requestId],
    );
    const packedRows = packed ?? Buffer.alloc(0);
    const count = packedRows.length / PACKED_ROW_BYTES;
    const hashes = new BigUint64Array(count);
    const firstIds = new BigInt64Array(count);
    const imageCounts = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      hashes[i] = packedRows.readBigUInt64BE(i * PACKED_ROW_BYTES);
      firstIds[i] = packedRows.readBigInt64BE(i * PACKED_ROW_BYTES + 8);
      imageCounts[i] = packedRows.readInt32BE(i * PACKED_ROW_BYTES + 16);
    }
    return { hashes, firstIds, imageCounts };
  }

  /** Returns the images with these IDs in a map by ID. */
  async findImages(requestId: string, ids: readonly string[]): Promise<Map<string, ReportedImage>> {
    const rows = await this.connections.query<ReportedImage[]>(
      `SELECT ${IMAGE_COLUMNS}
       FROM images image JOIN products product USING (request_id, row_number)
       WHERE image.id = ANY($2::bigint[]) AND image.request_id = $1`,
      [requestId, ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
