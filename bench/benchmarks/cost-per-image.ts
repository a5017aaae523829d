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
 * Measures the cost of one image in PostgreSQL and Redis. The results do not depend on the load of the machine.
 * `IMAGES=200000` sets the number of images.
 */
export async function benchmarkCostPerImage(environment: BenchEnvironment): Promise<Measurement[]> {
  const imageCount = Number(process.env.IMAGES ?? (environment.isSmall ? 2000 : 20_000));
  const { servers } = environment;
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('thumb', 50));
  const callCounter = await RedisCallCounter.start(servers.redisUrl);
  const countersBefore = await servers.withDatabase(async (db) => {
    await db.query('CHECKPOINT');
    return readDatabaseCounters(db);
  });
  callCounter.reset();

  await app.measureSeconds(await environment.writeCatalog('thumb', imageCount));
  await callCounter.settle();
  await app.stop();
  callCounter.stop();
  return servers.withDatabase(async (db) => [
    ...toRedisCost(callCounter, imageCount),
    ...toDatabaseCost(countersBefore, await readDatabaseCounters(db), imageCount),
    await measureEnqueues(db),
    await measureBytesAfterVacuum(db, countersBefore.bytes, imageCount),
  ]);
}

function toRedisCost(calls: RedisCallCounter, imageCount: number): Measurement[] {
  const fromClients = sumCalls(calls.clientCalls) / imageCount;
  const inScripts = sumCalls(calls.scriptCalls) / imageCount;
  return [
    {
      label: 'Redis commands per image',
      value: (fromClients + inScripts).toFixed(2),
      baseline: `${fromClients.toFixed(2)} from clients (${describeCalls(calls.clientCalls, imageCount, 5)})`,
      ratio: fromClients + inScripts,
    },
    {
      label: 'Redis commands in scripts per image',
      value: inScripts.toFixed(2),
      baseline: describeCalls(calls.scriptCalls, imageCount, 5),
      ratio: inScripts,
    },
  ];
}
