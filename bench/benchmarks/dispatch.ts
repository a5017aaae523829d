import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import {
  type DueImage,
  ImagesRepository,
} from '../../src/platform/database/repositories/images.js';
import { FAIR_BATCH } from '../../src/platform/database/statements/fair-batch.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { type Measurement, median } from '../support/measurement.js';
import { insertPendingImages } from '../support/pending-images.js';
import { SimulatedWorkers } from '../support/simulated-workers.js';

const WORKER_COUNT = 50;
const WINDOW_SIZE = 2000;
/** The dispatcher refills an eighth of the window. */
const BATCH_SIZE = WINDOW_SIZE / 8;
const REDISPATCH_SECONDS = 600;

/**
 * Runs the statements of the dispatcher and of 50 workers on 1,000,000 pending images of 1,000 owners.
 * Buffers do not depend on the load of the machine. `IMAGES=200000` sets the number of dispatched images.
 */
export async function benchmarkDispatch(environment: BenchEnvironment): Promise<Measurement[]> {
  const [ownerCount, pendingCount] = environment.isSmall ? [100, 50_000] : [1000, 1_000_000];
  const imageCount = Number(process.env.IMAGES ?? pendingCount / 5);
  // The app migrates the schema when it starts.
  await (await environment.startApp()).stop();
  await environment.servers.withDatabase((db) => insertPendingImages(db, ownerCount, pendingCount));
  const db = await new DataSource(dataSourceOptions(environment.servers.databaseUrl)).initialize();
  try {
    return await simulate(db, ownerCount, imageCount);
  } finally {
    await db.destroy();
  }
}

async function simulate(
  db: DataSource,
  ownerCount: number,
  imageCount: number,
): Promise<Measurement[]> {
  const repository = new ImagesRepository(db);
  const servedCounts = new Map<string, number>();
  const statementMs: number[] = [];
  const buffersBefore = await readBuffersPerImage(db);
  for (let dispatchedCount = 0; dispatchedCount < imageCount;) {
    const queue: DueImage[] = [];
    while (queue.length < WINDOW_SIZE) {
      const startedAt = performance.now();
      const batch = await repository.queueFairBatch(BATCH_SIZE, REDISPATCH_SECONDS);
      statementMs.push(performance.now() - startedAt);
      for (const { owner } of batch) servedCounts.set(owner, (servedCounts.get(owner) ?? 0) + 1);
      queue.push(...batch);
    }
    dispatchedCount += queue.length;
    await new SimulatedWorkers(db, queue, WORKER_COUNT).drain();
  }
  const buffersAfter = await readBuffersPerImage(db);
  return [
    toFairness(servedCounts, ownerCount),
    toStatementTime(statementMs),
    toBuffers(buffersBefore, buffersAfter),
  ];
}

function toFairness(servedCounts: Map<string, number>, ownerCount: number): Measurement {
  const counts = [...servedCounts.values()];
  const [minCount, maxCount] = [
    servedCounts.size < ownerCount ? 0 : Math.min(...counts),
    Math.max(...counts),
  ];
  return {
    label: `Dispatch: images of the least served of ${ownerCount} owners`,
    value: `${minCount}`,
    baseline: `most served ${maxCount}`,
    ratio: minCount / maxCount,
    target: { atLeast: 0.9 },
  };
}

function toStatementTime(statementMs: number[]): Measurement {
  const sampleSize = Math.max(8, Math.ceil(statementMs.length / 100));
  const [first, last] = [
    median(statementMs.slice(0, sampleSize)),
    median(statementMs.slice(-sampleSize)),
  ];
  return {
    label: 'Dispatch: time of the last 1% of statements',
    value: `${last.toFixed(1)} ms`,
    baseline: `first 1% ${first.toFixed(1)} ms`,
    ratio: last / first,
  };
}

function toBuffers(before: number, after: number): Measurement {
  return {
    label: 'Dispatch: buffers per image at the end',
    value: after.toFixed(1),
    baseline: `at the start ${before.toFixed(1)}`,
    ratio: after / before,
    target: { atMost: 2 },
  };
}

interface ExplainOutput {
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
}

/** Returns the number of pages that a batch reads per image. Rolls back all changes. */
async function readBuffersPerImage(db: DataSource): Promise<number> {
  const runner = db.createQueryRunner();
  await runner.startTransaction();
  try {
    const [row]: { 'QUERY PLAN': ExplainOutput[] }[] = await runner.query(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${FAIR_BATCH}`,
      [BATCH_SIZE, REDISPATCH_SECONDS, null, ''],
    );
    const { Plan } = row['QUERY PLAN'][0];
    return (Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']) / BATCH_SIZE;
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
