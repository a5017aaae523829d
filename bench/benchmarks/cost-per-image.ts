import type { BenchEnvironment } from '../support/bench-environment.js';
import {
  measureBytesAfterVacuum,
  toDatabaseCost,
  measureEnqueues,
} from '../support/database-cost.js';
import { readDatabaseCounters } from '../support/database-counters.js';
import type { Measurement } from '../support/measurement.js';
import { describeCalls, RedisCallCounter, sumCalls } from '../support/redis-calls.js';

/**
 * Counts what one image costs PostgreSQL and Redis. The counts do not depend on the load of the machine.
 * `IMAGES=200000` sets the number of images.
 */
export async function costPerImage(environment: BenchEnvironment): Promise<Measurement[]> {
  const images = Number(process.env.IMAGES ?? (environment.isSmall ? 2000 : 20_000));
  const { servers } = environment;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('thumb', 50));
  const calls = await RedisCallCounter.start(servers.redisUrl);
  const countersBefore = await servers.withDatabase(async (db) => {
    await db.query('CHECKPOINT');
    return readDatabaseCounters(db);
  });
  calls.reset();

  await app.measureSeconds(await environment.writeCatalog('thumb', images));
  await calls.settle();
  await app.stop();
  calls.stop();
  return servers.withDatabase(async (db) => [
    ...toRedisCost(calls, images),
    ...toDatabaseCost(countersBefore, await readDatabaseCounters(db), images),
    await measureEnqueues(db),
    await measureBytesAfterVacuum(db, countersBefore.bytes, images),
  ]);
}

function toRedisCost(calls: RedisCallCounter, images: number): Measurement[] {
  const fromClients = sumCalls(calls.clientCalls) / images;
  const inScripts = sumCalls(calls.scriptCalls) / images;
  return [
    {
      label: 'Redis commands per image',
      value: (fromClients + inScripts).toFixed(2),
      baseline: `${fromClients.toFixed(2)} from clients (${describeCalls(calls.clientCalls, images, 5)})`,
      ratio: fromClients + inScripts,
    },
    {
      label: 'Redis commands in scripts per image',
      value: inScripts.toFixed(2),
      baseline: describeCalls(calls.scriptCalls, images, 5),
      ratio: inScripts,
    },
  ];
}
