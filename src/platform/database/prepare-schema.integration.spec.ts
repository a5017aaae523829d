import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import { prepareSchema } from './prepare-schema.js';

describe('prepareSchema()', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());

  const prepare = (MIGRATE: 'auto' | 'off') =>
    prepareSchema({ DATABASE_URL: database.url, DATABASE_SCHEMA: '', MIGRATE });

  it('prepareSchema() with MIGRATE=off names the pending migrations and applies none', async () => {
    for (const _ of [1, 2]) {
      const error: unknown = await prepare('off').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DatabaseNotUsableError);
      expect(error).toMatchObject({
        code: 'schema_outdated',
        message: expect.stringMatching(/\(Initial1795160000000, .*npm run migrate/),
      });
    }
  });

  it('prepareSchema() with MIGRATE=off accepts a current schema', async () => {
    await prepare('auto');
    await expect(prepare('off')).resolves.toBeUndefined();
  });
});
