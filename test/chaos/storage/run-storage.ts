import { StorageBench } from './storage-bench.js';
import { RepeatCounter, testObjects } from './storage-objects.js';
import { storageSteps } from './storage-steps.js';

export interface StorageOptions {
  seed: number;
  /** Number of objects of each operation. */
  objects: number;
}

/** Runs every operation of the storage on an S3 server with faults. Returns the number of problems. */
export async function runStorage({ seed, objects }: StorageOptions): Promise<number> {
  const bench = await StorageBench.start(seed);
  const { faults } = bench;
  let problemCount = 0;
  console.log(`${objects} objects through each operation on ${bench.bucket.server.name}\n`);
  console.log('| operation | seconds | calls | repeated by the caller | faults | problems |');
  console.log('|---|---|---|---|---|---|');
  try {
    const sets = [testObjects('first', objects), testObjects('second', objects)] as const;
    for (const step of storageSteps(...sets)) {
      const began = performance.now();
      const [calls, before] = [faults.callCount, faultCount(faults.counts)];
      const repeats = new RepeatCounter();
      const problems = await step.run(bench, repeats);
      problemCount += problems.length;
      const cells = [
        step.name,
        ((performance.now() - began) / 1000).toFixed(0),
        faults.callCount - calls,
        repeats.repeated,
        faultCount(faults.counts) - before,
        problems.length,
      ];
      console.log(`| ${cells.join(' | ')} |`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
    console.log(`\nFaults: ${JSON.stringify(faults.counts)}; seed ${seed}`);
  } finally {
    await bench.close();
  }
  return problemCount;
}

const faultCount = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
