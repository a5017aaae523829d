import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../compression/image-format.js';

/** Database record of one stored file. */
export interface RecordedArtifact {
  key: string;
  format: ImageFormat;
  bytes: number;
  /** Hex; null in rows that were written before checksums were recorded. */
  sha256: string | null;
}

/** A completed image, by its position in the product file. */
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

const RECORDED = `
  SELECT key, format, bytes, encode(sha256, 'hex') AS sha256 FROM artifacts WHERE sweep_after IS NULL`;

/**
 * Reads every row that names a file, in pages. Neither memory nor a snapshot grows with the catalog.
 * Omits artifacts with `sweep_after`, whose file is about to be stored or removed.
 */
@Injectable()
export class ArtifactVerificationRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Yields all artifacts in the order of their keys. */
  async *artifacts(pageSize = 1000): AsyncGenerator<RecordedArtifact[]> {
    let after = '';
    for (;;) {
      const page = await this.dataSource.query<RecordedArtifact[]>(
        `${RECORDED} AND key > $1 ORDER BY key LIMIT $2`,
        [after, pageSize],
      );
      if (page.length > 0) yield page;
      if (page.length < pageSize) return;
      after = page.at(-1)!.key;
    }
  }

  /** Reads one row again; undefined when its file need not exist any longer. */
  async findArtifact(key: string): Promise<RecordedArtifact | undefined> {
    const rows = await this.dataSource.query<RecordedArtifact[]>(`${RECORDED} AND key = $1`, [key]);
    return rows[0];
  }

  /** Yields the completed images that use an artifact. */
  async *imagesOf(key: string, pageSize = 10_000): AsyncGenerator<ImagePosition[]> {
    let after = '0';
    for (;;) {
      // OFFSET 0 keeps the planner from walking the primary key in search of this artifact.
      const page = await this.dataSource.query<(ImagePosition & { id: string })[]>(
        `SELECT id, request_id AS "requestId", row_number AS row, position
         FROM (SELECT * FROM images WHERE artifact_key = $1 AND status = 'completed' OFFSET 0) image
         WHERE id > $2 ORDER BY id LIMIT $3`,
        [key, after, pageSize],
      );
      if (page.length > 0) {
        yield page.map(({ requestId, row, position }) => ({ requestId, row, position }));
      }
      if (page.length < pageSize) return;
      after = page.at(-1)!.id;
    }
  }

  /** Yields the completed images whose artifact has no row, from pages of `pageSize` images. */
  async *unrecordedImages(pageSize = 10_000): AsyncGenerator<UnrecordedImage[]> {
    let after: string | null = '0';
    while (after !== null) {
      const [page]: { last: string | null; images: UnrecordedImage[] }[] =
        await this.dataSource.query(
          `WITH page AS (SELECT * FROM images WHERE id > $1 ORDER BY id LIMIT $2)
           SELECT (SELECT max(id) FROM page) AS last,
                  coalesce(json_agg(json_build_object('requestId', request_id, 'row', row_number,
                    'position', position, 'key', artifact_key, 'format', format)), '[]') AS images
           FROM page WHERE status = 'completed'
             AND NOT EXISTS (SELECT 1 FROM artifacts WHERE key = page.artifact_key)`,
          [after, pageSize],
        );
      if (page.images.length > 0) yield page.images;
      after = page.last;
    }
  }

  /** Returns true if an image is still completed and its artifact has no row. */
  async isUnrecorded({ requestId, row, position }: ImagePosition): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM images WHERE request_id = $1 AND row_number = $2 AND position = $3
         AND status = 'completed'
         AND NOT EXISTS (SELECT 1 FROM artifacts WHERE key = images.artifact_key)`,
      [requestId, row, position],
    );
    return rows.length > 0;
  }
}
