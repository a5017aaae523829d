import type { DataSource } from 'typeorm';
import { unnest } from './unnest.js';

const KEYS = unnest({ key: 'text' });

const FIND_UNKNOWN = `
  SELECT key FROM ${KEYS.toFromItem('k')}
  WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.key = k.key)`;

/** Returns the keys that are not in the `artifacts` table. */
export async function findUnknownArtifacts(
  dataSource: DataSource,
  keys: readonly string[],
): Promise<string[]> {
  const parameters = KEYS.toArrays(keys.map((key) => ({ key })));
  const rows = await dataSource.query<{ key: string }[]>(FIND_UNKNOWN, parameters);
  return rows.map(({ key }) => key);
}
