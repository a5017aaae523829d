import type { BenchEnvironment } from '../support/bench-environment.js';
import { bytesAfterVacuum, databaseCost, enqueueCost } from '../support/database-cost.js';
import { readDatabaseCounters } from '../support/database-counters.js';
import type { Measurement } from '../support/measurement.js';
import { describeCalls, RedisCalls, sumCalls } from '../support/redis-calls.js';

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
    await enqueueCost(db),
    await bytesAfterVacuum(db, before.bytes, images),
  ]);
}

function redisCost(calls: RedisCalls, images: number): Measurement[] {
  const ofClients = sumCalls(calls.ofClients) / images;
  const inScripts = sumCalls(calls.inScripts) / images;
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
