import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the total bytes of the changed rows. Writes no row for 0 bytes, so a cleanup does not lock one. */
const addTo = (column: 'added' | 'removed') => `
  INSERT INTO storage_usage (day, slot, ${column})
  SELECT (now() AT TIME ZONE 'UTC')::date, pg_backend_pid() % 8, sum(bytes) FROM changed
  HAVING sum(bytes) > 0
  ON CONFLICT (day, slot) DO UPDATE
  SET ${column} = storage_usage.${column} + excluded.${column};`;

/**
 * Counts the bytes of artifacts, because the budget check must not scan them. Existing artifacts are summed
 * before the triggers are created. Creating triggers takes a lock that prevents other processes from storing
 * artifacts until the transaction ends. Housekeeping adds the artifacts that are stored between the two steps
 * (storage-usage.ts).
 */
export class StorageUsage1796420000000 implements MigrationInterface {
  name = 'StorageUsage1796420000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE storage_usage (
         day date NOT NULL, slot smallint NOT NULL,
         added bigint NOT NULL DEFAULT 0, removed bigint NOT NULL DEFAULT 0,
         CONSTRAINT "PK_storage_usage" PRIMARY KEY (day, slot))`,
    );
    await runner.query(
      `INSERT INTO storage_usage (day, slot, added)
       SELECT (created_at AT TIME ZONE 'UTC')::date, 0, sum(bytes) FROM artifacts GROUP BY 1`,
    );
    await runner.query(
      `CREATE FUNCTION count_added_artifacts() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN ${addTo('added')} RETURN NULL; END $$`,
    );
    await runner.query(
      `CREATE FUNCTION count_removed_artifacts() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN ${addTo('removed')} RETURN NULL; END $$`,
    );
    await runner.query(
      `CREATE FUNCTION count_replaced_artifact() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         INSERT INTO storage_usage (day, slot, added, removed)
         VALUES ((now() AT TIME ZONE 'UTC')::date, pg_backend_pid() % 8, NEW.bytes, OLD.bytes)
         ON CONFLICT (day, slot) DO UPDATE
         SET added = storage_usage.added + excluded.added,
             removed = storage_usage.removed + excluded.removed;
         RETURN NULL;
       END $$`,
    );
    await runner.query(
      `CREATE TRIGGER artifacts_added AFTER INSERT ON artifacts
       REFERENCING NEW TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION count_added_artifacts()`,
    );
    await runner.query(
      `CREATE TRIGGER artifacts_removed AFTER DELETE ON artifacts
       REFERENCING OLD TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION count_removed_artifacts()`,
    );
    await runner.query(
      `CREATE TRIGGER artifacts_replaced AFTER UPDATE OF bytes ON artifacts
       FOR EACH ROW WHEN (OLD.bytes IS DISTINCT FROM NEW.bytes)
       EXECUTE FUNCTION count_replaced_artifact()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER artifacts_added ON artifacts');
    await runner.query('DROP TRIGGER artifacts_removed ON artifacts');
    await runner.query('DROP TRIGGER artifacts_replaced ON artifacts');
    await runner.query('DROP FUNCTION count_added_artifacts()');
    await runner.query('DROP FUNCTION count_removed_artifacts()');
    await runner.query('DROP FUNCTION count_replaced_artifact()');
    await runner.query('DROP TABLE storage_usage');
  }
}
