import { Client } from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import type { Fault } from '../run.js';

/** A migration from a later version of the app. */
class AddColumn9999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE images ADD COLUMN added_by_later_version integer');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE images DROP COLUMN added_by_later_version');
  }
}

/** A later version migrates a table that a reader has locked. In the meantime, processing must continue. */
export const ddlBehindReader: Fault = {
  name: 'DDL behind a slow reader',
  async inject(run) {
    const { databaseUrl } = run.fixture;
    const reader = new Client({ connectionString: databaseUrl });
    const options = dataSourceOptions(databaseUrl, 2);
    const migrations = [...options.migrations, AddColumn9999999999999];
    const laterVersion = await new DataSource({ ...options, migrations }).initialize();
    await reader.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT count(*) FROM images');
      let attempts = 0;
      const migration = migrate(laterVersion, () => (attempts += 1));
      for (
        let previousAttempts = 0;
        previousAttempts < run.choose(4, 1);
        previousAttempts = attempts
      ) {
        await run.waitFor(() => attempts > previousAttempts, {
          description: 'the migration to time out on its lock',
        });
        run.countInjections();
        await run.waitForRecovery(Date.now());
      }
      await reader.query('COMMIT');
      await migration;
      run.notes.push(`migration attempts that did not get the lock: ${attempts}`);
      await laterVersion.undoLastMigration();
    } finally {
      await reader.end();
      await laterVersion.destroy();
    }
  },
};
