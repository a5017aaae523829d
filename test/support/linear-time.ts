import { check } from 'recheck';
import type { LocatedExpression } from './regular-expressions.js';

/** Time limit for the analysis of one expression. The slowest takes 3 s on an idle core. */
const TIMEOUT_MS = 60_000;

/**
 * Returns the reason why an expression does not run in linear time, or undefined if it does. recheck has a native
 * program for most platforms, which uses a fifth of the CPU time of its JavaScript build. With
 * `RECHECK_BACKEND=pure`, recheck starts no process.
 */
export async function findNonlinearity(expression: LocatedExpression): Promise<string | undefined> {
  const { location, source, flags } = expression;
  const result = await check(source, flags, { timeout: TIMEOUT_MS, randomSeed: 1 });
  if (result.status === 'safe') return undefined;
  const reason =
    result.status === 'vulnerable'
      ? `${result.complexity.summary}, e.g. for ${result.attack.pattern}`
      : `not analyzed (${result.error.kind})`;
  return `${location} /${source}/${flags}: ${reason}`;
}
