import { Redis } from 'ioredis';
import { Scrape } from '../../test/support/scrape.js';
import type { App } from './app.js';
import { type DatabaseCounters, readDatabaseCounters } from './database-counters.js';
import { listChildren, readCpuMs, readProcessName, readTreeCpuMs } from './processes.js';
import type { Servers } from './servers.js';

/** Counts by name. */
export type Counts = Record<string, number>;

/**
 * Counters of all resources that images use, read at the same time. Reading them does not affect
 * the installation.
 */
export interface CostCounters {
  database: DatabaseCounters;
  /** Redis commands from clients and from scripts. */
  redisCalls: Counts;
  /** Storage calls of all apps, by operation. */
  storageCalls: Counts;
  /** CPU time by process, in ms. */
  cpu: Counts;
}

export interface CostSources {
  /** Apps with `METRICS=on`, by name. */
  apps: Readonly<Record<string, App>>;
  servers: Servers;
  /** Process IDs of the other programs, by name. */
  otherPids: Readonly<Record<string, number>>;
}

export async function readCostCounters(sources: CostSources): Promise<CostCounters> {
  const { apps, servers } = sources;
  return {
    database: await servers.withDatabase(readDatabaseCounters),
    redisCalls: await readRedisCalls(servers.redisUrl),
    storageCalls: await readStorageCalls(Object.values(apps)),
    cpu: readCpuTimes(sources),
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

function readCpuTimes({ apps, servers, otherPids }: CostSources): Counts {
  const appTimes = Object.entries(apps).flatMap(([name, { pid }]) => [
    [`${name}, main process`, readCpuMs([pid])],
    [`${name}, decoders`, readTreeCpuMs(pid) - readCpuMs([pid])],
  ]);
  const serverTimes = listChildren(servers.pid)
    .filter((pid) => /postgres|redis/.test(readProcessName(pid) ?? ''))
    .map((pid) => [readProcessName(pid), readTreeCpuMs(pid)]);
  const otherTimes = Object.entries(otherPids).map(([name, pid]) => [name, readTreeCpuMs(pid)]);
  return Object.fromEntries([...appTimes, ...serverTimes, ...otherTimes]) as Counts;
}

/** Returns the difference between two readings. */
export const subtractCounts = (before: Counts, after: Counts): Counts =>
  Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
