import type { QueryRunner } from 'typeorm';

/**
 * Creates an index while other sessions write to the table. First drops the invalid index that an
 * interrupted build leaves behind. The migration must set `transaction = false`.
 *
 * @param definition SQL after the name of the index, e.g. `ON "images" ("status")`
 */
export async function createIndexConcurrently(
  runner: QueryRunner,
  name: string,
  definition: string,
  kind: '' | 'UNIQUE' = '',
): Promise<void> {
  // An unqualified name could refer to an index in a later schema of the search path.
  const [{ schema }] = (await runner.query('SELECT current_schema() AS schema')) as [
    { schema: string },
  ];
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS "${schema}"."${name}"`);
  await runner.query(`CREATE ${kind} INDEX CONCURRENTLY "${name}" ${definition}`);
}
