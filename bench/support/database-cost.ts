import type { Client } from 'pg';
import { type DatabaseCounters, readDatabaseCounters, sumBytes } from './database-counters.js';
import type { Measurement } from './measurement.js';

/** Returns the cost per image between two readings. */
export function toDatabaseCost(
  before: DatabaseCounters,
  after: DatabaseCounters,
  imageCount: number,
): Measurement[] {
  const updates = after.imagesUpdated - before.imagesUpdated;
  const hotUpdates = after.imagesUpdatedHot - before.imagesUpdatedHot;
  const computePerImage = (getValue: (counters: DatabaseCounters) => number) =>
    (getValue(after) - getValue(before)) / imageCount;
  const pageImages = computePerImage(({ pageImages }) => pageImages);
  const walRecords = computePerImage(({ walRecords }) => walRecords);
  const wal = computePerImage(({ wal }) => wal);
  return [
    {
      label: 'WAL per image',
      value: `${wal.toFixed(0)} bytes`,
      baseline: `${walRecords.toFixed(1)} records, ${pageImages.toFixed(3)} full page images`,
      ratio: wal,
    },
    {
      label: 'Updates of `images` per image',
      value: (updates / imageCount).toFixed(2),
      baseline: `${hotUpdates} of ${updates} HOT`,
      ratio: hotUpdates / updates,
    },
    {
      label: 'Transactions per image',
      value: computePerImage(({ transactions }) => transactions).toFixed(3),
      baseline: 'batches of several images',
      ratio: computePerImage(({ transactions }) => transactions),
    },
    {
      label: 'PostgreSQL per image, including dead rows',
      value: `${computePerImage(({ bytes }) => sumBytes(bytes)).toFixed(0)} bytes`,
      baseline: describeBytes(before.bytes, after.bytes, imageCount),
      ratio: computePerImage(({ bytes }) => sumBytes(bytes)),
    },
  ];
}

/** Returns how often an image was enqueued on average. */
export async function measureEnqueues(db: Client): Promise<Measurement> {
  const { rows } = await db.query<{ mean: number; repeatedShare: number }>(
    `SELECT avg(dispatches)::float8 AS mean, (count(*) FILTER (WHERE dispatches > 1))::float8 / count(*) AS "repeatedShare"
     FROM images`,
  );
  const [{ mean, repeatedShare }] = rows;
  return {
    label: 'Enqueues per image',
    value: mean.toFixed(3),
    baseline: `${(repeatedShare * 100).toFixed(1)}% enqueued more than once`,
    ratio: mean,
  };
}

/**
 * Returns the size of the rows and indexes without dead rows, divided by the number of images.
 * @param bytesBefore bytes of the tables before these images
 */
export async function measureBytesAfterVacuum(
  db: Client,
  bytesBefore: Record<string, number>,
  imageCount: number,
): Promise<Measurement> {
  await db.query('VACUUM FULL');
  const { bytes } = await readDatabaseCounters(db);
  const perImage = (sumBytes(bytes) - sumBytes(bytesBefore)) / imageCount;
  return {
    label: 'PostgreSQL per image, without dead rows',
    value: `${perImage.toFixed(0)} bytes`,
    baseline: describeBytes(bytesBefore, bytes, imageCount),
    ratio: perImage,
  };
}

const describeBytes = (
  before: Record<string, number>,
  after: Record<string, number>,
  imageCount: number,
): string =>
  Object.entries(after)
    .map(([table, bytes]) => `${table} ${((bytes - (before[table] ?? 0)) / imageCount).toFixed(0)}`)
    .join(', ');
