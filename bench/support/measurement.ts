/** Returns the median. For an even number of values, returns the lower of the two middle values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** Returns the quantile of the values at `share` (0 to 1). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** One result of a benchmark. */
export interface Measurement {
  label: string;
  /** Measured value with its unit. */
  value: string;
  /** Value of the baseline with its unit. */
  baseline: string;
  /** Number to compare with `target`, usually the ratio to the baseline. */
  ratio: number;
  target?: { atLeast: number } | { atMost: number };
}

/** Returns undefined without a target. */
export function meetsTarget({ ratio, target }: Measurement): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}

/** Runs `a` and `b` alternately, so background load affects both equally. */
export async function runInterleaved<A, B>(
  roundCount: number,
  a: (round: number) => Promise<A>,
  b: (round: number) => Promise<B>,
): Promise<{ a: A; b: B }[]> {
  const pairs: { a: A; b: B }[] = [];
  for (let round = 0; round < roundCount; round++)
    pairs.push({ a: await a(round), b: await b(round) });
  return pairs;
}
