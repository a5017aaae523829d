import type { EntityManager } from 'typeorm';

/**
 * Marks unused artifacts for garbage collection. Uses two statements, because only the second one sees the
 * outcomes that previous holders of the lock have recorded.
 */
export async function markUnusedArtifacts(
  db: EntityManager,
  keys: readonly string[],
): Promise<void> {
  await db.query(
    'SELECT 1 FROM artifacts WHERE key = ANY($1) AND sweep_after IS NULL ORDER BY key FOR UPDATE',
    [keys],
  );
  await db.query(
    `UPDATE artifacts SET sweep_after = now()
     WHERE key = ANY($1) AND sweep_after IS NULL
       AND (SELECT id FROM images WHERE artifact_key = artifacts.key LIMIT 1) IS NULL
       AND (SELECT image_id FROM image_outputs WHERE artifact_key = artifacts.key LIMIT 1) IS NULL`,
    [keys],
  );
}
