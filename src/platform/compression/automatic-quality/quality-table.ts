/** Values that increase with the quality, sorted by quality. Contains at least two entries. */
export type QualityTable = readonly (readonly [quality: number, value: number])[];

/** Returns the value at a quality by linear interpolation between the nearest entries. */
export function interpolateValue(table: QualityTable, quality: number): number {
  const [[low, lowValue], [high, highValue]] = findSegment(table, ([upper]) => upper >= quality);
  return lowValue + ((quality - low) / (high - low)) * (highValue - lowValue);
}

/** Returns the quality for a value. The result is neither rounded nor clamped. */
export function interpolateQuality(table: QualityTable, value: number): number {
  const [[low, lowValue], [high, highValue]] = findSegment(table, ([, upper]) => upper >= value);
  return low + ((value - lowValue) / (highValue - lowValue)) * (high - low);
}

function findSegment(table: QualityTable, isUpper: (entry: QualityTable[number]) => boolean) {
  const index = table.findIndex(isUpper);
  const upper = Math.max(1, index < 0 ? table.length - 1 : index);
  return [table[upper - 1], table[upper]] as const;
}
