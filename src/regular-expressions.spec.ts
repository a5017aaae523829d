import { beforeAll, describe, expect, it, vi } from 'vitest';
import { findNonlinearity } from '../test/support/linear-time.js';
import {
  findRegularExpressions,
  readRegularExpressions,
} from '../test/support/regular-expressions.js';

beforeAll(() => {
  vi.stubEnv('RECHECK_BACKEND', 'pure');
  return () => vi.unstubAllEnvs();
});

const findNonlinearityInSource = (source: string) =>
  findNonlinearity({ location: 'here', source, flags: '' });

describe('findNonlinearity()', () => {
  it.each([
    [String.raw`\b[a-z][a-z0-9+.-]*:\/\/`, '2nd degree polynomial'],
    [String.raw`\s+$`, '2nd degree polynomial'],
    [String.raw`^(a+)+$`, 'exponential'],
  ])('findNonlinearity() describes the expression %s as %j', async (source, reason) => {
    expect(await findNonlinearityInSource(source)).toContain(reason);
  });

  it('findNonlinearity() returns undefined for a linear expression', async () => {
    expect(await findNonlinearityInSource(String.raw`^[a-z]{1,20}:\/\/`)).toBeUndefined();
  });
});

describe('readRegularExpressions()', () => {
  it('readRegularExpressions() finds all expressions in a file, including those in templates and arguments', () => {
    const text = 'const a = /x\\/[/]y/giu;\nf(`${b.replace(/c/, "/d/")}`); // /e/\nnew RegExp(a);';
    expect(readRegularExpressions('a.ts', text)).toEqual({
      literals: [
        { location: 'a.ts:1', source: 'x\\/[/]y', flags: 'giu' },
        { location: 'a.ts:2', source: 'c', flags: '' },
      ],
      constructorCalls: ['a.ts:3'],
    });
  });
});

describe('Every regular expression in src and web/src', () => {
  it('Every regular expression in src and web/src is a literal, so it can be analyzed without running the app', () => {
    const { literals, constructorCalls } = findRegularExpressions(['src', 'web/src']);
    expect(constructorCalls).toEqual([]);
    expect(literals.length).toBeGreaterThan(100);
  });
});
