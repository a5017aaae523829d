/** Frequencies, across and down, in the order of the file (ITU-T T.81, figure A.6). */
export const ZIGZAG: readonly (readonly [number, number])[] = Array.from({ length: 15 }, (_, sum) =>
  Array.from({ length: sum + 1 }, (__, i) =>
    sum % 2 === 0 ? ([i, sum - i] as const) : ([sum - i, i] as const),
  ),
)
  .flat()
  .filter(([across, down]) => across < 8 && down < 8);
