import { check } from 'recheck';
import type { FoundExpression } from './regular-expressions.js';

/** Ends the analysis of one expression; the slowest takes 3 s on a free core. */
const TIMEOUT_MS = 60_000;

/**
 * Returns the reason why an expression is not linear in its input; undefined if it is. recheck has a program for most
 * platforms. It needs a fifth of the CPU time of the JavaScript build, which other platforms use. With
 * `RECHECK_BACKEND=pure` no process is started.
 */
export async function findNonlinearity(expression: FoundExpression): Promise<string | undefined> {
  const { at, source, flags } = expression;
  const result = await check(source, flags, { timeout: TIMEOUT_MS, randomSeed: 1 });
  if (result.status === 'safe') return undefined;
  const reason =
    result.status === 'vulnerable'
      ? `${result.complexity.summary}, e.g. for ${result.attack.pattern}`
      : `not analyzed (${result.error.kind})`;
  return `${at} /${source}/${flags}: ${reason}`;
}
