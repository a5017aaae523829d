import type { DataSource } from 'typeorm';
import type { SourceInfo } from '../../compression/compressor.js';
import type { Artifact } from '../entities/artifact.entity.js';
import { PreparedStatement } from '../prepared-statement.js';
import { unnest } from './unnest.js';

export type NewArtifact = Pick<
  Artifact,
  'key' | 'format' | 'width' | 'height' | 'bytes' | 'keptOriginal'
>;
/** Facts of the source, and the quality that was chosen for the artifact. */
export interface ArtifactFacts {
  source?: SourceInfo;
  quality?: number;
  score?: number;
}

/** `sha256` (hex) is that of the file's content. */
export type ReservedArtifact = NewArtifact & ArtifactFacts & { sha256: string };

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

const FACTS = [
  'source_format',
  'source_width',
  'source_height',
  'source_animated',
  'source_hash',
  'quality',
  'score',
];
const FACT_LIST = FACTS.join(', ');

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
  `INSERT INTO artifacts (key, format, width, height, bytes, kept_original, sha256, sweep_after,
                          ${FACT_LIST})
   SELECT a.key, a.format, a.width, a.height, a.bytes, a.kept_original, decode(a.sha256, 'hex'),
          now() + ${RESERVED}, ${FACT_LIST}
   FROM ${ARTIFACTS.as('a')}
   ON CONFLICT (key) DO UPDATE
   SET format = excluded.format, width = excluded.width, height = excluded.height,
       bytes = excluded.bytes, kept_original = excluded.kept_original, sha256 = excluded.sha256,
       ${FACTS.map((fact) => `${fact} = excluded.${fact}`).join(', ')},
       sweep_after = CASE WHEN artifacts.sweep_after IS NULL THEN NULL ELSE excluded.sweep_after END
   WHERE artifacts.sweep_after IS NOT NULL OR artifacts.sha256 IS DISTINCT FROM excluded.sha256`,
);

/** @param artifacts ordered by key, each key once */
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
  await RESERVE.run(dataSource, ARTIFACTS.toArrays(rows));
}

/** Returns a hash of 16 hex digits as the signed number that PostgreSQL stores. */
const toSignedHash = (hash: string): string => BigInt.asIntN(64, BigInt(`0x${hash}`)).toString();
