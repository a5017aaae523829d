import { unnest } from './unnest.js';

/** Resources that the images of one owner used since the previous write. */
export interface OwnerCost {
  owner: string;
  images_completed: string;
  images_failed: string;
  bytes_in: string;
  bytes_out: string;
  compression_ms: string;
}

const COSTS = unnest({
  owner: 'text',
  images_completed: 'bigint',
  images_failed: 'bigint',
  bytes_in: 'bigint',
  bytes_out: 'bigint',
  compression_ms: 'bigint',
});

/** Adds costs to the usage of the current day. The order of the rows prevents deadlocks between processes. */
export const ADD_OWNER_USAGE = `
  INSERT INTO owner_usage AS used
    (day, owner, images_completed, images_failed, bytes_in, bytes_out, compression_ms)
  SELECT (now() AT TIME ZONE 'UTC')::date, cost.* FROM ${COSTS.toFromItem('cost')} ORDER BY cost.owner
  ON CONFLICT (day, owner) DO UPDATE SET
    images_completed = used.images_completed + excluded.images_completed,
    images_failed = used.images_failed + excluded.images_failed,
    bytes_in = used.bytes_in + excluded.bytes_in,
    bytes_out = used.bytes_out + excluded.bytes_out,
    compression_ms = used.compression_ms + excluded.compression_ms`;

export const toOwnerUsageParameters = (costs: readonly OwnerCost[]): unknown[][] =>
  COSTS.toArrays(costs);
