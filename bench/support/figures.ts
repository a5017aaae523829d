/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** The value that `share` (0 to 1) of all do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** One line of the report. */
export interface Figure {
  what: string;
  /** With its unit. */
  measured: string;
  /** What it is compared with, with its unit. */
  against: string;
  /** As the target counts it. */
  ratio: number;
  target?: { atLeast: number } | { atMost: number };
}

export function isMet({ ratio, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}

/** A, B, A, B, …: what disturbs the machine disturbs both alike. */
export async function interleaved<A, B>(
  rounds: number,
  a: (round: number) => Promise<A>,
  b: (round: number) => Promise<B>,
): Promise<{ a: A; b: B }[]> {
  const pairs: { a: A; b: B }[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ a: await a(round), b: await b(round) });
  return pairs;
}
