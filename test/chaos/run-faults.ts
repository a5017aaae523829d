import { Bench } from './bench.js';
import { Random } from './random.js';
import type { RunOptions, RunResult } from './run-result.js';
import { type Fault, Run } from './run.js';

export interface FaultsOptions extends RunOptions {
  seed: number;
  /** Benches that run beside each other. Each has its own servers, and takes the next fault when it is free. */
  benches: number;
  /** Called with each result, and with the reason for a fault that can't be injected here. */
  onResult: (fault: Fault, result: RunResult | string) => void;
}

/** Injects each fault into its own app. Returns the results in the order of the faults. */
export async function runFaults(
  faults: readonly Fault[],
  options: FaultsOptions,
): Promise<RunResult[]> {
  const results = new Map<Fault, RunResult>();
  const next = [...faults];
  const work = async () => {
    const bench = await Bench.start(options.seed);
    for (let fault = next.shift(); fault; fault = next.shift()) {
      const result = await runFault(bench, fault, options);
      if (typeof result !== 'string') results.set(fault, result);
      options.onResult(fault, result);
    }
    await bench.close();
  };
  await Promise.all(Array.from({ length: Math.min(options.benches, faults.length) }, work));
  return faults.flatMap((fault) => results.get(fault) ?? []);
}

async function runFault(
  bench: Bench,
  fault: Fault,
  options: FaultsOptions,
): Promise<RunResult | string> {
  const began = Date.now();
  const skipReason = await fault.prepare?.(bench);
  if (skipReason) return skipReason;
  const random = Random.named(options.seed, fault.name);
  const result = await new Run(bench, fault, random, options).execute();
  await fault.cleanUp?.(bench).catch((error: unknown) => result.problems.push(String(error)));
  return { ...result, seconds: (Date.now() - began) / 1000 };
}
