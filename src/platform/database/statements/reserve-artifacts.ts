import type { DataSource } from 'typeorm';
import type { Artifact } from '../entities/artifact.entity.js';
import { PreparedStatement } from '../prepared-statement.js';
import { unnest } from './unnest.js';

export type NewArtifact = Pick<
  Artifact,
  'key' | 'format' | 'width' | 'height' | 'bytes' | 'keptOriginal'
>;
/** `sha256` (hex) is that of the file's content. */
export type ReservedArtifact = NewArtifact & { sha256: string };

const ARTIFACTS = unnest({
  key: 'text',
  format: 'text',
  width: 'int',
  height: 'int',
  bytes: 'int',
  kept_original: 'bool',
  sha256: 'text',
});

/**
 * Longer than the time from a reservation to the recorded outcome. A worker that takes longer starts
 * again.
 */
const RESERVED = `interval '1 hour'`;

/**
 * Reserves artifacts. The file is stored right after this and may replace an existing one. The row
 * therefore describes the new content. A row that an image uses stays in use.
 */
const RESERVE = new PreparedStatement(
  'reserve_artifacts',
  `INSERT INTO artifacts (key, format, width, height, bytes, kept_original, sha256, sweep_after)
   SELECT a.key, a.format, a.width, a.height, a.bytes, a.kept_original, decode(a.sha256, 'hex'),
          now() + ${RESERVED}
   FROM ${ARTIFACTS.as('a')}
   ON CONFLICT (key) DO UPDATE
   SET format = excluded.format, width = excluded.width, height = excluded.height,
       bytes = excluded.bytes, kept_original = excluded.kept_original, sha256 = excluded.sha256,
       sweep_after = CASE WHEN artifacts.sweep_after IS NULL THEN NULL ELSE excluded.sweep_after END
   WHERE artifacts.sweep_after IS NOT NULL OR artifacts.sha256 IS DISTINCT FROM excluded.sha256`,
);

/** @param artifacts ordered by key, each key once */
export async function reserveArtifacts(
  dataSource: DataSource,
  artifacts: readonly ReservedArtifact[],
): Promise<void> {
  const rows = artifacts.map(({ keptOriginal, ...artifact }) => ({
    ...artifact,
    kept_original: keptOriginal,
  }));
  await RESERVE.run(dataSource, ARTIFACTS.arraysOf(rows));
}
