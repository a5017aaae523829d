const MS_PER_UNIT: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Parses a list such as `0s,5s,5m,30m,2h` into milliseconds.
 * @throws Error that names the invalid entry
 */
export function parseDurations(text: string): number[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > 100) throw new Error('must have at most 100 durations');
  return entries.map((entry) => {
    const [, amount, unit] = /^(\d{1,6})(ms|s|m|h|d)$/.exec(entry) ?? [];
    if (!unit) throw new Error(`"${entry}" is not a duration such as 200ms, 5s, 30m, 2h or 1d`);
    return Number(amount) * MS_PER_UNIT[unit];
  });
}
