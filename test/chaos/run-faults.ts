import { ChaosFixture } from './chaos-fixture.js';
import { Random } from './random.js';
import type { RunOptions, RunResult } from './run-result.js';
import { type Fault, Run } from './run.js';

export interface FaultsOptions extends RunOptions {
  seed: number;
  /** Number of fixtures that run in parallel. Each has its own servers, and takes the next fault when it is idle. */
  fixtureCount: number;
  /** Called with the result of each fault, or with the reason why the fault was skipped. */
  onResult: (fault: Fault, result: RunResult | string) => void;
}

/** Injects each fault into a new app. Returns the results in the same order as the faults. */
export async function runFaults(
  faults: readonly Fault[],
  options: FaultsOptions,
): Promise<RunResult[]> {
  const results = new Map<Fault, RunResult>();
  const queue = [...faults];
  const runQueue = async () => {
    const fixture = await ChaosFixture.start(options.seed);
    for (let fault = queue.shift(); fault; fault = queue.shift()) {
      const result = await runFault(fixture, fault, options);
      if (typeof result !== 'string') results.set(fault, result);
      options.onResult(fault, result);
    }
    await fixture.close();
  };
  await Promise.all(
    Array.from({ length: Math.min(options.fixtureCount, faults.length) }, runQueue),
  );
  return faults.flatMap((fault) => results.get(fault) ?? []);
}

async function runFault(
  fixture: ChaosFixture,
  fault: Fault,
  options: FaultsOptions,
): Promise<RunResult | string> {
  const startedAt = Date.now();
  const skipReason = await fault.prepare?.(fixture);
  if (skipReason) return skipReason;
  const random = Random.forName(options.seed, fault.name);
  const result = await new Run(fixture, fault, random, options).execute();
  await fault.cleanUp?.(fixture).catch((error: unknown) => result.problems.push(String(error)));
  return { ...result, seconds: (Date.now() - startedAt) / 1000 };
}
