/** `npm run fuzz` sets both; in `npm test` a few cases of one seed show that nothing has rotted. */
export const FUZZ_CASES = Number(process.env.FUZZ_CASES ?? 0);
export const FUZZ_SEED = Number(process.env.FUZZ_SEED ?? 1);

/** Returns the number of cases: `few` in `npm test`, `FUZZ_CASES` in `npm run fuzz`. */
export const cases = (few: number): number => FUZZ_CASES || few;

/** Returns the timeout of a fuzzing test: one second for five cases, and a minute. */
export const fuzzTimeoutMs = (few: number): number => 60_000 + cases(few) * 200;
