/** Frequencies, horizontal and vertical, in zigzag order (ITU-T T.81, figure A.6). */
export const ZIGZAG: readonly (readonly [number, number])[] = Array.from({ length: 15 }, (_, sum) =>
  Array.from({ length: sum + 1 }, (__, i) =>
    sum % 2 === 0 ? ([i, sum - i] as const) : ([sum - i, i] as const),
  ),
)
  .flat()
  .filter(([column, row]) => column < 8 && row < 8);

/** Returns one sample of a basis function of the 8-sample DCT (ITU-T T.81, A.3.3). */
export function computeDctBasis(frequency: number, sample: number): number {
  const scale = frequency === 0 ? Math.SQRT1_2 : 1;
  return scale * 0.5 * Math.cos(((2 * sample + 1) * frequency * Math.PI) / 16);
}
