import type { Client } from 'pg';
import type { BenchEnvironment } from '../support/bench-environment.js';
import {
  type DatabaseCounters,
  readDatabaseCounters,
  sumOfBytes,
} from '../support/database-counters.js';
import type { Measurement } from '../support/measurement.js';
import { describeCalls, RedisCalls, sumOf } from '../support/redis-calls.js';

/**
 * Counts what one image costs PostgreSQL and Redis. No figure depends on the load of the machine.
 * `IMAGES=200000` sets the number of images.
 */
export async function costPerImage(environment: BenchEnvironment): Promise<Measurement[]> {
  const images = Number(process.env.IMAGES ?? (environment.small ? 2000 : 20_000));
  const { servers } = environment;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('thumb', 50));
  const calls = await RedisCalls.start(servers.redisUrl);
  const before = await servers.withDatabase(async (db) => {
    await db.query('CHECKPOINT');
    return readDatabaseCounters(db);
  });
  calls.reset();

  await app.measureSeconds(await environment.writeCatalog('thumb', images));
  await calls.settle();
  await app.stop();
  calls.stop();
  return servers.withDatabase(async (db) => [
    ...redisCost(calls, images),
    ...databaseCost(before, await readDatabaseCounters(db), images),
    await enqueues(db),
    await bytesAfterVacuum(db, before, images),
  ]);
}

function redisCost(calls: RedisCalls, images: number): Measurement[] {
  const ofClients = sumOf(calls.ofClients) / images;
  const inScripts = sumOf(calls.inScripts) / images;
  return [
    {
      label: 'Redis commands per image',
      value: (ofClients + inScripts).toFixed(2),
      baseline: `${ofClients.toFixed(2)} of clients (${describeCalls(calls.ofClients, images, 5)})`,
      ratio: ofClients + inScripts,
    },
    {
      label: 'Redis commands in scripts per image',
      value: inScripts.toFixed(2),
      baseline: describeCalls(calls.inScripts, images, 5),
      ratio: inScripts,
    },
  ];
}

function databaseCost(
  before: DatabaseCounters,
  after: DatabaseCounters,
  images: number,
): Measurement[] {
  const updates = after.imagesUpdated - before.imagesUpdated;
  const hot = after.imagesUpdatedHot - before.imagesUpdatedHot;
  const perImage = (of: (counters: DatabaseCounters) => number) =>
    (of(after) - of(before)) / images;
  const pageImages = perImage(({ pageImages }) => pageImages);
  const walRecords = perImage(({ walRecords }) => walRecords);
  const wal = perImage(({ wal }) => wal);
  return [
    {
      label: 'WAL per image',
      value: `${wal.toFixed(0)} bytes`,
      baseline: `${walRecords.toFixed(1)} records, ${pageImages.toFixed(3)} full page images`,
      ratio: wal,
    },
    {
      label: 'Updates of `images` per image',
      value: (updates / images).toFixed(2),
      baseline: `${hot} of ${updates} HOT`,
      ratio: hot / updates,
    },
    {
      label: 'Transactions per image',
      value: perImage(({ transactions }) => transactions).toFixed(3),
      baseline: 'batches of several images',
      ratio: perImage(({ transactions }) => transactions),
    },
    {
      label: 'PostgreSQL per image, dead rows included',
      value: `${perImage(sumOfBytes).toFixed(0)} bytes`,
      baseline: describeBytes(before, after, images),
      ratio: perImage(sumOfBytes),
    },
  ];
}

async function enqueues(db: Client): Promise<Measurement> {
  const { rows } = await db.query<{ mean: number; again: number }>(
    `SELECT avg(dispatches)::float8 AS mean, (count(*) FILTER (WHERE dispatches > 1))::float8 / count(*) AS again
     FROM images`,
  );
  const [{ mean, again }] = rows;
  return {
    label: 'Enqueues per image',
    value: mean.toFixed(3),
    baseline: `${(again * 100).toFixed(1)} % enqueued more than once`,
    ratio: mean,
  };
}

/** Size of the rows and indexes alone. */
async function bytesAfterVacuum(
  db: Client,
  before: DatabaseCounters,
  images: number,
): Promise<Measurement> {
  await db.query('VACUUM FULL');
  const after = await readDatabaseCounters(db);
  const bytes = (sumOfBytes(after) - sumOfBytes(before)) / images;
  return {
    label: 'PostgreSQL per image, without dead rows',
    value: `${bytes.toFixed(0)} bytes`,
    baseline: describeBytes(before, after, images),
    ratio: bytes,
  };
}

const describeBytes = (before: DatabaseCounters, after: DatabaseCounters, images: number): string =>
  Object.entries(after.bytes)
    .map(([table, bytes]) => `${table} ${((bytes - before.bytes[table]) / images).toFixed(0)}`)
    .join(', ');
