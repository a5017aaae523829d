import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from, to } from 'pg-copy-streams';
import { createDatabase, type TestDatabase } from './database.js';

/**
 * Copies a consistent snapshot of all rows into a new database, like `pg_dump` and `pg_restore`. Not every
 * machine has a `pg_dump` that matches the server version.
 */
export async function dumpAndRestore(sourceUrl: string): Promise<TestDatabase> {
  const restored = await createDatabase();
  const [source, target] = [sourceUrl, restored.url].map(
    (connectionString) => new Client({ connectionString }),
  );
  await Promise.all([source.connect(), target.connect()]);
  try {
    await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Triggers compute the storage usage from the copied artifacts.
    const { rows: tables } = await source.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables
       WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'schema_migrations', 'storage_usage')`,
    );
    for (const { name } of tables) {
      await pipeline(
        source.query(to(`COPY "${name}" TO STDOUT (FORMAT binary)`)),
        target.query(from(`COPY "${name}" FROM STDIN (FORMAT binary)`)),
      );
    }
    await target.query(`SELECT setval('images_id_seq', (SELECT max(id) FROM images))`);
    await source.query('COMMIT');
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
  return restored;
}
