import { Client } from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import { eventually } from '../../support/eventually.js';
import type { Fault } from '../run.js';

/** Of a later version that is started beside the running one. */
class AddColumn9999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE images ADD COLUMN of_a_later_version integer');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE images DROP COLUMN of_a_later_version');
  }
}

/** A later version wants to migrate a table that a reader holds; work goes on meanwhile. */
export const ddlBehindReader: Fault = {
  name: 'DDL behind a slow reader',
  async inject(run) {
    const { databaseUrl } = run.bench;
    const reader = new Client({ connectionString: databaseUrl });
    const options = dataSourceOptions(databaseUrl, 2);
    const migrations = [...options.migrations, AddColumn9999999999999];
    const later = await new DataSource({ ...options, migrations }).initialize();
    await reader.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT count(*) FROM images');
      let attempts = 0;
      const migration = migrate(later, () => (attempts += 1));
      for (let seen = 0; seen < run.of(4, 1); seen = attempts) {
        await eventually(() => attempts > seen, { timeoutMs: 60_000, what: 'a migration to wait' });
        run.injected();
        await run.recovered(Date.now());
      }
      await reader.query('COMMIT');
      await migration;
      run.notes.push(`the migration went through after ${attempts} attempts that got no lock`);
      await later.undoLastMigration();
    } finally {
      await reader.end();
      await later.destroy();
    }
  },
};
