/** `npm run fuzz` sets both variables. `npm test` runs a few cases with one seed, to keep the fuzzing tests working. */
export const FUZZ_CASES = Number(process.env.FUZZ_CASES ?? 0);
export const FUZZ_SEED = Number(process.env.FUZZ_SEED ?? 1);

/** Returns the number of cases: `defaultCount` in `npm test`, `FUZZ_CASES` in `npm run fuzz`. */
export const getCaseCount = (defaultCount: number): number => FUZZ_CASES || defaultCount;

/** Returns the timeout of a fuzzing test: one minute, plus one second for every five cases. */
export const getFuzzTimeoutMs = (defaultCount: number): number =>
  60_000 + getCaseCount(defaultCount) * 200;
