import type { DataSource } from 'typeorm';
import type { SourceInfo } from '../../compression/compressor.js';
import type { Artifact } from '../entities/artifact.entity.js';
import { PreparedStatement } from '../prepared-statement.js';
import { unnest } from './unnest.js';

export type NewArtifact = Pick<
  Artifact,
  'key' | 'format' | 'width' | 'height' | 'bytes' | 'keptOriginal'
>;
/** Properties of the source, and the quality that was selected for the artifact. */
export interface ArtifactProperties {
  source?: SourceInfo;
  quality?: number;
  score?: number;
}

/** A new artifact with the SHA-256 (hex) of its file. */
export type ReservedArtifact = NewArtifact & ArtifactProperties & { sha256: string };

const ARTIFACTS = unnest({
  key: 'text',
  format: 'text',
  width: 'int',
  height: 'int',
  bytes: 'int',
  kept_original: 'bool',
  sha256: 'text',
  source_format: 'text',
  source_width: 'int',
  source_height: 'int',
  source_animated: 'bool',
  source_hash: 'bigint',
  quality: 'int',
  score: 'real',
});

const PROPERTY_COLUMNS = [
  'source_format',
  'source_width',
  'source_height',
  'source_animated',
  'source_hash',
  'quality',
  'score',
];
const PROPERTY_LIST = PROPERTY_COLUMNS.join(', ');

/**
 * Lifetime of a reservation. Outcomes are usually recorded sooner. A worker that takes longer must
 * reserve the artifact again.
 */
const RESERVATION_PERIOD = `interval '1 hour'`;

/**
 * Reserves artifacts. The worker stores the file afterwards, which may replace an existing file. The row
 * therefore describes the new content. A row that an image uses remains in use.
 */
const RESERVE_ARTIFACTS = new PreparedStatement(
  'reserve_artifacts',
  `INSERT INTO artifacts (key, format, width, height, bytes, kept_original, sha256, sweep_after,
                          ${PROPERTY_LIST})
   SELECT a.key, a.format, a.width, a.height, a.bytes, a.kept_original, decode(a.sha256, 'hex'),
          now() + ${RESERVATION_PERIOD}, ${PROPERTY_LIST}
   FROM ${ARTIFACTS.toFromItem('a')}
   ON CONFLICT (key) DO UPDATE
   SET format = excluded.format, width = excluded.width, height = excluded.height,
       bytes = excluded.bytes, kept_original = excluded.kept_original, sha256 = excluded.sha256,
       ${PROPERTY_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')},
       sweep_after = CASE WHEN artifacts.sweep_after IS NULL THEN NULL ELSE excluded.sweep_after END
   WHERE artifacts.sweep_after IS NOT NULL OR artifacts.sha256 IS DISTINCT FROM excluded.sha256`,
);

/** @param artifacts artifacts with unique keys, ordered by key */
export async function reserveArtifacts(
  dataSource: DataSource,
  artifacts: readonly ReservedArtifact[],
): Promise<void> {
  const rows = artifacts.map(({ keptOriginal, source, ...artifact }) => ({
    ...artifact,
    kept_original: keptOriginal,
    source_format: source?.format,
    source_width: source?.width,
    source_height: source?.height,
    source_animated: source?.animated,
    source_hash: source?.hash ? toSignedHash(source.hash) : undefined,
    quality: artifact.quality,
    score: artifact.score,
  }));
  await RESERVE_ARTIFACTS.execute(dataSource, ARTIFACTS.toArrays(rows));
}

/** Returns a hash of 16 hex digits as the signed number that PostgreSQL stores. */
const toSignedHash = (hash: string): string => BigInt.asIntN(64, BigInt(`0x${hash}`)).toString();
