import { StorageFixture } from './storage-fixture.js';
import { RepeatCounter, createTestObjects } from './storage-objects.js';
import { createStorageSteps } from './storage-steps.js';

export interface StorageOptions {
  seed: number;
  /** Number of objects for each operation. */
  objectCount: number;
}

/** Runs every storage operation on an S3 server with faults. Returns the number of problems. */
export async function runStorage({ seed, objectCount }: StorageOptions): Promise<number> {
  const fixture = await StorageFixture.start(seed);
  const { faults } = fixture;
  let problemCount = 0;
  console.log(`${objectCount} objects through each operation on ${fixture.bucket.server.name}\n`);
  console.log('| operation | seconds | calls | repeated by the caller | faults | problems |');
  console.log('|---|---|---|---|---|---|');
  try {
    const objectSets = [
      createTestObjects('first', objectCount),
      createTestObjects('second', objectCount),
    ] as const;
    for (const step of createStorageSteps(...objectSets)) {
      const startedAt = performance.now();
      const [callsBefore, faultsBefore] = [faults.callCount, sumCounts(faults.counts)];
      const repeats = new RepeatCounter();
      const problems = await step.run(fixture, repeats);
      problemCount += problems.length;
      const cells = [
        step.name,
        ((performance.now() - startedAt) / 1000).toFixed(0),
        faults.callCount - callsBefore,
        repeats.repeatCount,
        sumCounts(faults.counts) - faultsBefore,
        problems.length,
      ];
      console.log(`| ${cells.join(' | ')} |`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
    console.log(`\nFaults: ${JSON.stringify(faults.counts)}; seed ${seed}`);
  } finally {
    await fixture.close();
  }
  return problemCount;
}

const sumCounts = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
