import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull } from 'typeorm';
import type { ImageFormat } from '../../compression/image-format.js';
import { PreparedStatement } from '../prepared-statement.js';
import { Artifact } from '../entities/artifact.entity.js';

export type NewArtifact = Pick<
  Artifact,
  'key' | 'format' | 'width' | 'height' | 'bytes' | 'keptOriginal'
>;
/** `sha256` (hex) is that of the file's content. */
export type ReservedArtifact = NewArtifact & { sha256: string };
export type UnusedArtifact = Pick<Artifact, 'key' | 'format'>;

/** Longer than from a reservation to the recorded outcome; a worker that takes longer starts over. */
const RESERVED = `interval '1 hour'`;

/**
 * The file is stored right after this, also over one that was there before. So the row describes the
 * new content, and a row that an image uses stays in use.
 */
const RESERVE = new PreparedStatement(
  'reserve_artifacts',
  `INSERT INTO artifacts (key, format, width, height, bytes, kept_original, sha256, sweep_after)
   SELECT a.key, a.format, a.width, a.height, a.bytes, a.kept_original, decode(a.sha256, 'hex'),
          now() + ${RESERVED}
   FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[], $6::bool[], $7::text[])
     AS a (key, format, width, height, bytes, kept_original, sha256)
   ON CONFLICT (key) DO UPDATE
   SET format = excluded.format, width = excluded.width, height = excluded.height,
       bytes = excluded.bytes, kept_original = excluded.kept_original, sha256 = excluded.sha256,
       sweep_after = CASE WHEN artifacts.sweep_after IS NULL THEN NULL ELSE excluded.sweep_after END
   WHERE artifacts.sweep_after IS NOT NULL OR artifacts.sha256 IS DISTINCT FROM excluded.sha256`,
);

const FIND = new PreparedStatement<NewArtifact>(
  'find_artifacts',
  `
  SELECT key, format, width, height, bytes, kept_original AS "keptOriginal"
  FROM artifacts WHERE key = ANY($1::text[]) AND sweep_after IS NULL`,
);

/**
 * Rows of stored files. The row of an artifact exists before its file and is locked while its file is
 * removed. An image is recorded with it only under that lock (outcomes.ts), so no image points to a
 * collected file.
 */
@Injectable()
export class ArtifactsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the artifact with this key, unless garbage collection may remove it. */
  find(key: string): Promise<Artifact | null> {
    return this.dataSource.getRepository(Artifact).findOneBy({ key, collectAfter: IsNull() });
  }

  /** Returns the artifacts with these keys, by key. */
  async findAll(keys: string[]): Promise<Map<string, NewArtifact>> {
    const known = await FIND.run(this.dataSource, [keys]);
    return new Map(known.map((artifact) => [artifact.key, artifact]));
  }

  /** Inserts the rows of files that are about to be stored. Waits while one of them is being removed. */
  async reserve(artifacts: ReservedArtifact[]): Promise<void> {
    const unique = [...new Map(artifacts.map((artifact) => [artifact.key, artifact])).values()];
    unique.sort((a, b) => (a.key < b.key ? -1 : 1));
    await RESERVE.run(this.dataSource, [
      unique.map(({ key }) => key),
      unique.map(({ format }) => format),
      unique.map(({ width }) => width),
      unique.map(({ height }) => height),
      unique.map(({ bytes }) => bytes),
      unique.map(({ keptOriginal }) => keptOriginal),
      unique.map(({ sha256 }) => sha256),
    ]);
  }

  /**
   * Removes up to `limit` files that no image uses, then their rows. Returns their number. After a
   * failure of `removeFile` all rows stay, and a later call removes them.
   */
  collectGarbage(
    limit: number,
    removeFiles: (artifacts: UnusedArtifact[]) => Promise<void>,
  ): Promise<number> {
    return this.dataSource.transaction(async (db) => {
      const unused = await db.query<UnusedArtifact[]>(
        `SELECT key, format FROM artifacts WHERE sweep_after <= now()
         ORDER BY sweep_after LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [limit],
      );
      if (unused.length === 0) return 0;
      await removeFiles(unused);
      await db.query('DELETE FROM artifacts WHERE key = ANY($1)', [unused.map(({ key }) => key)]);
      return unused.length;
    });
  }

  /** Returns the keys that have no row. */
  async unknown(keys: string[]): Promise<string[]> {
    const rows = await this.dataSource.query<{ key: string }[]>(
      `SELECT key FROM unnest($1::text[]) AS k (key)
       WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.key = k.key)`,
      [keys],
    );
    return rows.map(({ key }) => key);
  }

  /**
   * Runs `work` while nobody can reserve this key, unless it is known. The row that stands in for the
   * lock is never committed.
   */
  async whileUnknown(key: string, format: ImageFormat, work: () => Promise<void>): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      const inserted: unknown[] = await runner.query(
        `INSERT INTO artifacts (key, format, width, height, bytes, kept_original)
         VALUES ($1, $2, 0, 0, 0, false) ON CONFLICT DO NOTHING RETURNING key`,
        [key, format],
      );
      if (inserted.length > 0) await work();
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }

  /** The same for as long as this is the same database of the same server. */
  async databaseIdentity(): Promise<string> {
    const [{ identity }] = await this.dataSource.query<[{ identity: string }]>(
      `SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS identity
       FROM pg_control_system()`,
    );
    return identity;
  }
}
