import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import { artifactImagesFromItem } from './artifact-images.js';

/** Database record of one stored file. */
export interface RecordedArtifact {
  key: string;
  format: ImageFormat;
  bytes: number;
  /** SHA-256 as hex digits; null in rows that were written before checksums were recorded. */
  sha256: string | null;
}

/** Position of a completed image in the product file. */
export interface ImagePosition {
  requestId: string;
  row: number;
  position: number;
}

/** A completed image whose artifact has no row. */
export interface UnrecordedImage extends ImagePosition {
  key: string | null;
  format: ImageFormat | null;
}

interface OutputPosition {
  /** ID of the image. */
  image: string;
  output: number;
}

const SELECT_ARTIFACTS = `
  SELECT key, format, bytes, encode(sha256, 'hex') AS sha256 FROM artifacts WHERE sweep_after IS NULL`;

/**
 * Reads every row that refers to a file, page by page. Memory use is constant, and no snapshot stays open during
 * the run. Omits artifacts with `sweep_after`, whose files are about to be stored or removed.
 */
@Injectable()
export class ArtifactVerificationRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Yields all artifacts, ordered by key. */
  async *listArtifacts(pageSize = 1000): AsyncGenerator<RecordedArtifact[]> {
    let lastKey = '';
    for (;;) {
      const page = await this.dataSource.query<RecordedArtifact[]>(
        `${SELECT_ARTIFACTS} AND key > $1 ORDER BY key LIMIT $2`,
        [lastKey, pageSize],
      );
      if (page.length > 0) yield page;
      if (page.length < pageSize) return;
      lastKey = page.at(-1)!.key;
    }
  }

  /** Reads one row again. Returns undefined if its file is no longer required. */
  async findArtifact(key: string): Promise<RecordedArtifact | undefined> {
    const rows = await this.dataSource.query<RecordedArtifact[]>(
      `${SELECT_ARTIFACTS} AND key = $1`,
      [key],
    );
    return rows[0];
  }

  /** Yields the completed images that use an artifact. */
  async *listImagesUsing(key: string, pageSize = 10_000): AsyncGenerator<ImagePosition[]> {
    let lastId = '0';
    for (;;) {
      const page = await this.dataSource.query<(ImagePosition & { id: string })[]>(
        `SELECT id, request_id AS "requestId", row_number AS row, position
         FROM ${artifactImagesFromItem('$1')} image
         WHERE id > $2 ORDER BY id LIMIT $3`,
        [key, lastId, pageSize],
      );
      if (page.length > 0) {
        yield page.map(({ requestId, row, position }) => ({ requestId, row, position }));
      }
      if (page.length < pageSize) return;
      lastId = page.at(-1)!.id;
    }
  }

  /** Yields the completed images whose artifact has no row. Reads `pageSize` images at a time. */
  async *listUnrecordedImages(pageSize = 10_000): AsyncGenerator<UnrecordedImage[]> {
    let lastId: string | null = '0';
    while (lastId !== null) {
      const [page]: { last: string | null; images: UnrecordedImage[] }[] =
        await this.dataSource.query(
          `WITH page AS (SELECT * FROM images WHERE id > $1 ORDER BY id LIMIT $2)
           SELECT (SELECT max(id) FROM page) AS last,
                  coalesce(json_agg(json_build_object('requestId', request_id, 'row', row_number,
                    'position', position, 'key', artifact_key, 'format', format)), '[]') AS images
           FROM page WHERE status = 'completed'
             AND NOT EXISTS (SELECT 1 FROM artifacts WHERE key = page.artifact_key)`,
          [lastId, pageSize],
        );
      if (page.images.length > 0) yield page.images;
      lastId = page.last;
    }
  }

  /**
   * Yields the completed images with an additional output whose artifact has no row. Reads `pageSize`
   * outputs at a time.
   */
  async *listUnrecordedOutputs(pageSize = 10_000): AsyncGenerator<UnrecordedImage[]> {
    let lastOutput: OutputPosition | null = { image: '0', output: 0 };
    while (lastOutput !== null) {
      const [page]: { last: OutputPosition | null; images: UnrecordedImage[] }[] =
        await this.dataSource.query(
          `WITH page AS (
             SELECT image_id, output, artifact_key, format FROM image_outputs
             WHERE (image_id, output) > ($1, $2) ORDER BY image_id, output LIMIT $3
           ), unrecorded AS (
             SELECT * FROM page
             WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE key = page.artifact_key)
           )
           SELECT (SELECT json_build_object('image', image_id::text, 'output', output)
                   FROM page ORDER BY image_id DESC, output DESC LIMIT 1) AS last,
                  coalesce(json_agg(json_build_object('requestId', image.request_id,
                    'row', image.row_number, 'position', image.position,
                    'key', unrecorded.artifact_key, 'format', unrecorded.format)), '[]') AS images
           FROM unrecorded JOIN images image
             ON image.id = unrecorded.image_id OR image.same_as = unrecorded.image_id
           WHERE image.status = 'completed'`,
          [lastOutput.image, lastOutput.output, pageSize],
        );
      if (page.images.length > 0) yield page.images;
      lastOutput = page.last;
    }
  }

  /** Returns true if the image is still completed, and its artifact still has no row. */
  async isUnrecorded({
    key,
    requestId,
    row,
    position,
  }: ImagePosition & { key: string | null }): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM images WHERE request_id = $1 AND row_number = $2 AND position = $3
         AND status = 'completed'
         AND NOT EXISTS (SELECT 1 FROM artifacts WHERE key = $4)
         AND (artifact_key IS NOT DISTINCT FROM $4 OR EXISTS (
           SELECT 1 FROM image_outputs
           WHERE image_id = coalesce(images.same_as, images.id) AND artifact_key = $4))`,
      [requestId, row, position, key],
    );
    return rows.length > 0;
  }
}
