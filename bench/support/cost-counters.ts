import { Redis } from 'ioredis';
import { Scrape } from '../../test/support/scrape.js';
import type { App } from './app.js';
import { type DatabaseCounters, readDatabaseCounters } from './database-counters.js';
import { listChildren, cpuMs, readProcessName, treeCpuMs } from './processes.js';
import type { Servers } from './servers.js';

/** Counts by name. */
export type Counts = Record<string, number>;

/**
 * Counters of all resources that images use, read at one time. Reading them does not affect the
 * installation.
 */
export interface CostCounters {
  database: DatabaseCounters;
  /** Redis commands of clients and inside scripts. */
  redisCalls: Counts;
  /** Calls of the storage by operation, of all apps. */
  storageCalls: Counts;
  /** CPU time by process, in ms. */
  cpu: Counts;
}

export interface CostSources {
  /** Apps with `METRICS=on`, by name. */
  apps: Readonly<Record<string, App>>;
  servers: Servers;
  /** Process ids of the other programs, by name. */
  others: Readonly<Record<string, number>>;
}

export async function readCostCounters(sources: CostSources): Promise<CostCounters> {
  const { apps, servers } = sources;
  return {
    database: await servers.withDatabase(readDatabaseCounters),
    redisCalls: await readRedisCalls(servers.redisUrl),
    storageCalls: await readStorageCalls(Object.values(apps)),
    cpu: readCpu(sources),
  };
}

async function readRedisCalls(redisUrl: string): Promise<Counts> {
  const redis = new Redis(redisUrl);
  try {
    const lines = (await redis.info('commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
    return Object.fromEntries([...lines].map(([, name, calls]) => [name, Number(calls)]));
  } finally {
    redis.disconnect();
  }
}

async function readStorageCalls(apps: App[]): Promise<Counts> {
  const calls: Counts = {};
  for (const { metricsUrl } of apps) {
    const { samples } = new Scrape(await (await fetch(metricsUrl!)).text());
    for (const { name, labels, value } of samples) {
      if (name !== 'pressroom_storage_operation_duration_seconds_count') continue;
      calls[labels.operation] = (calls[labels.operation] ?? 0) + value;
    }
  }
  return calls;
}

function readCpu({ apps, servers, others }: CostSources): Counts {
  const ofApps = Object.entries(apps).flatMap(([name, { pid }]) => [
    [`${name}, main process`, cpuMs([pid])],
    [`${name}, decoders`, treeCpuMs(pid) - cpuMs([pid])],
  ]);
  const ofServers = listChildren(servers.pid)
    .filter((pid) => /postgres|redis/.test(readProcessName(pid) ?? ''))
    .map((pid) => [readProcessName(pid), treeCpuMs(pid)]);
  const ofOthers = Object.entries(others).map(([name, pid]) => [name, treeCpuMs(pid)]);
  return Object.fromEntries([...ofApps, ...ofServers, ...ofOthers]) as Counts;
}

/** Returns the difference between two readings. */
export const subtractCounts = (before: Counts, after: Counts): Counts =>
  Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
