import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import { ACQUIRE_SHARED_BACKUP_LOCK } from '../backup-lock.js';
import { readDatabaseIdentity } from '../database-identity.js';
import { PreparedStatement } from '../prepared-statement.js';
import { Artifact } from '../entities/artifact.entity.js';
import { findUnknownArtifacts } from '../statements/find-unknown-artifacts.js';
import {
  type NewArtifact,
  type ReservedArtifact,
  reserveArtifacts,
} from '../statements/reserve-artifacts.js';
import { isRestoreUnfinished } from '../unfinished-restore.js';

export type UnusedArtifact = Pick<Artifact, 'key' | 'format'>;

/** Artifact with properties of its source, which are null in rows of earlier versions. */
export type ArtifactWithSource = NewArtifact &
  Pick<Artifact, 'sourceFormat' | 'sourceWidth' | 'sourceHeight' | 'sourceAnimated'>;

const FIND_ARTIFACTS = new PreparedStatement<ArtifactWithSource>(
  'find_artifacts',
  `
  SELECT key, format, width, height, bytes, kept_original AS "keptOriginal",
         source_format AS "sourceFormat", source_width AS "sourceWidth",
         source_height AS "sourceHeight", source_animated AS "sourceAnimated"
  FROM artifacts WHERE key = ANY($1::text[]) AND sweep_after IS NULL`,
);

/**
 * Reads and writes the rows of stored files. A row exists before its file, and is locked while the file is
 * removed. Outcomes are recorded under the same lock (record-outcomes.ts), so no image refers to a removed
 * file.
 */
@Injectable()
export class ArtifactsRepository {
  private readonly log = new Logger(ArtifactsRepository.name);
  private hasLoggedBackup = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the artifact with this key, unless garbage collection may remove it. */
  findArtifact(key: string): Promise<Artifact | null> {
    return this.dataSource.getRepository(Artifact).findOneBy({ key, collectAfter: IsNull() });
  }

  /** Returns the artifacts with these keys in a map by key. */
  async findArtifacts(keys: string[]): Promise<Map<string, ArtifactWithSource>> {
    const artifacts = await FIND_ARTIFACTS.execute(this.dataSource, [keys]);
    return new Map(artifacts.map((artifact) => [artifact.key, artifact]));
  }

  /** Inserts the rows of files that are about to be stored. Waits while one of the files is being removed. */
  async reserveArtifacts(artifacts: ReservedArtifact[]): Promise<void> {
    const uniqueArtifacts = [
      ...new Map(artifacts.map((artifact) => [artifact.key, artifact])).values(),
    ];
    uniqueArtifacts.sort((a, b) => (a.key < b.key ? -1 : 1));
    await reserveArtifacts(this.dataSource, uniqueArtifacts);
  }

  /**
   * Removes up to `limit` files that no image uses, and their rows. Returns the number of removed files. If
   * `removeFiles` fails, all rows remain, and a later call retries the removal. While a backup is copying
   * files, this method removes nothing, and logs the reason once.
   */
  collectGarbage(
    limit: number,
    removeFiles: (artifacts: UnusedArtifact[]) => Promise<void>,
  ): Promise<number> {
    return this.dataSource.transaction(async (db) => {
      const [{ free: acquired }] = await db.query<[{ free: boolean | null }]>(
        ACQUIRE_SHARED_BACKUP_LOCK,
      );
      if (acquired === null) return 0;
      this.logBackup(!acquired);
      if (!acquired) return 0;
      const unusedArtifacts = await db.query<UnusedArtifact[]>(
        `SELECT key, format FROM artifacts WHERE sweep_after <= now()
         ORDER BY sweep_after LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [limit],
      );
      if (unusedArtifacts.length === 0) return 0;
      await removeFiles(unusedArtifacts);
      await db.query('DELETE FROM artifacts WHERE key = ANY($1)', [
        unusedArtifacts.map(({ key }) => key),
      ]);
      return unusedArtifacts.length;
    });
  }

  private logBackup(isRunning: boolean): void {
    if (isRunning && !this.hasLoggedBackup) {
      this.log.log('A backup is running. Unused images will be removed when it has finished.');
    }
    this.hasLoggedBackup = isRunning;
  }

  /** Returns the keys that have no row. */
  findUnknownKeys(keys: string[]): Promise<string[]> {
    return findUnknownArtifacts(this.dataSource, keys);
  }

  /**
   * Runs `work` if the key has no row, and prevents a concurrent reservation of the key. An
   * uncommitted row serves as the lock.
   */
  async runIfUnknown(key: string, format: ImageFormat, work: () => Promise<void>): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const insertedRows: unknown[] = await runner.query(
        `INSERT INTO artifacts (key, format, width, height, bytes, kept_original)
         VALUES ($1, $2, 0, 0, 0, false) ON CONFLICT DO NOTHING RETURNING key`,
        [key, format],
      );
      if (insertedRows.length > 0) await work();
    } finally {
      try {
        if (runner.isTransactionActive) await runner.rollbackTransaction();
      } finally {
        await runner.release();
      }
    }
  }

  /** Returns whether an unfinished restore may have stored files whose rows are still missing. */
  isRestoreUnfinished(): Promise<boolean> {
    return isRestoreUnfinished(this.dataSource);
  }

  /** Returns an ID of the server, the database and the schema. It never changes. */
  async readDatabaseId(): Promise<string> {
    const { database, schema } = await readDatabaseIdentity(this.dataSource);
    return schema === 'public' ? database : `${database}/${schema}`;
  }
}
