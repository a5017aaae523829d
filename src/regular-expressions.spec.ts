import { check } from 'recheck';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type FoundExpression,
  findRegularExpressions,
  readRegularExpressions,
} from '../test/support/regular-expressions.js';

/** Ends the analysis of one expression; the slowest takes 2 s on a free core. */
const TIMEOUT_MS = 60_000;

/** The analysis in JavaScript: the same on each platform, and no program of the package is run. */
beforeAll(() => {
  vi.stubEnv('RECHECK_BACKEND', 'pure');
  return () => vi.unstubAllEnvs();
});

/** Undefined when the expression is linear in its input; else why it is not. */
async function reasonAgainst({ at, source, flags }: FoundExpression): Promise<string | undefined> {
  const result = await check(source, flags, { timeout: TIMEOUT_MS, randomSeed: 1 });
  if (result.status === 'safe') return undefined;
  const reason =
    result.status === 'vulnerable'
      ? `${result.complexity.summary}, e.g. for ${result.attack.pattern}`
      : `not analyzed (${result.error.kind})`;
  return `${at} /${source}/${flags}: ${reason}`;
}

const reasonAgainstSource = (source: string) => reasonAgainst({ at: 'here', source, flags: '' });

describe('the analysis of regular expressions', () => {
  it.each([
    [String.raw`\b[a-z][a-z0-9+.-]*:\/\/`, '2nd degree polynomial'],
    [String.raw`\s+$`, '2nd degree polynomial'],
    [String.raw`^(a+)+$`, 'exponential'],
  ])('finds that %s is not linear', async (source, reason) => {
    expect(await reasonAgainstSource(source)).toContain(reason);
  });

  it('accepts a linear expression', async () => {
    expect(await reasonAgainstSource(String.raw`^[a-z]{1,20}:\/\/`)).toBeUndefined();
  });

  it('reads the expressions of a file, in templates and arguments too', () => {
    const text = 'const a = /x\\/[/]y/giu;\nf(`${b.replace(/c/, "/d/")}`); // /e/\nnew RegExp(a);';
    expect(readRegularExpressions('a.ts', text)).toEqual({
      literals: [
        { at: 'a.ts:1', source: 'x\\/[/]y', flags: 'giu' },
        { at: 'a.ts:2', source: 'c', flags: '' },
      ],
      built: ['a.ts:3'],
    });
  });
});

describe('each regular expression of src and web/src', () => {
  const { literals, built } = findRegularExpressions(['src', 'web/src']);

  it('is a literal, so that it can be analyzed before the app runs', () => {
    expect(built).toEqual([]);
    expect(literals.length).toBeGreaterThan(100);
  });

  it('takes time that is linear in its input', async () => {
    const reasons: string[] = [];
    for (const expression of literals) {
      const reason = await reasonAgainst(expression);
      if (reason !== undefined) reasons.push(reason);
    }
    expect(reasons).toEqual([]);
  }, 300_000);
});
