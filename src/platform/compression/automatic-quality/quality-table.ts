/** A value that grows with the quality, at some qualities in ascending order. At least two entries. */
export type QualityTable = readonly (readonly [quality: number, value: number])[];

/** Returns the value at a quality, on the straight line through the nearest entries. */
export function valueAt(table: QualityTable, quality: number): number {
  const [[low, lowValue], [high, highValue]] = findSegment(table, ([upper]) => upper >= quality);
  return lowValue + ((quality - low) / (high - low)) * (highValue - lowValue);
}

/** Returns the quality at a value. The result is neither rounded nor clamped. */
export function qualityAt(table: QualityTable, value: number): number {
  const [[low, lowValue], [high, highValue]] = findSegment(table, ([, upper]) => upper >= value);
  return low + ((value - lowValue) / (highValue - lowValue)) * (high - low);
}

function findSegment(table: QualityTable, isUpper: (entry: QualityTable[number]) => boolean) {
  const index = table.findIndex(isUpper);
  const upper = Math.max(1, index < 0 ? table.length - 1 : index);
  return [table[upper - 1], table[upper]] as const;
}
