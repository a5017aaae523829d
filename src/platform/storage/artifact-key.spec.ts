import { describe, expect, it } from 'vitest';
import { ServerSecret } from '../config/server-secret.js';
import {
  computeArtifactKey,
  formatArtifactName,
  formatArtifactPath,
  parseArtifactName,
  parseArtifactPath,
} from './artifact-key.js';

const SECRET = new ServerSecret(Buffer.alloc(32, 1));
const SOURCE = 'ab'.repeat(32);
const OPTIONS = { quality: 50, format: 'original' } as const;
const KEY = computeArtifactKey(SECRET, SOURCE, OPTIONS, 1);

describe('computeArtifactKey()', () => {
  it('computeArtifactKey() returns the same key for the same source, options and encoder', () => {
    expect(KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(
      computeArtifactKey(SECRET, SOURCE.toUpperCase(), { ...OPTIONS, max_width: undefined }, 1),
    ).toBe(KEY);
  });

  it('computeArtifactKey() returns the keys of existing artifacts unchanged', () => {
    expect(KEY).toMatchInlineSnapshot(
      `"d82cc14fe76fafabb0d69683d0a93f77e8dc0ccc05e5df98c585f8a34f6cbb0e"`,
    );
  });

  it.each([
    ['source', computeArtifactKey(SECRET, 'cd'.repeat(32), OPTIONS, 1)],
    ['quality', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, quality: 51 }, 1)],
    ['format', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, format: 'webp' }, 1)],
    ['width', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, max_width: 100 }, 1)],
    ['height', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, max_height: 100 }, 1)],
    ['server', computeArtifactKey(new ServerSecret(Buffer.alloc(32, 2)), SOURCE, OPTIONS, 1)],
    ['encoder', computeArtifactKey(SECRET, SOURCE, OPTIONS, 2)],
    ['effort (fast)', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, effort: 'fast' }, 1)],
    ['effort (small)', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, effort: 'small' }, 1)],
    ['fit', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, fit: 'pad' }, 1)],
    ['background', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, background: '#ffffff' }, 1)],
    ['target score', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, target_score: 70 }, 1)],
    ['maximum size', computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, max_bytes: 70 }, 1)],
  ])('computeArtifactKey() depends on the %s', (_, otherKey) => {
    expect(otherKey).not.toBe(KEY);
  });

  it('computeArtifactKey() returns the same key for the default effort and without an effort', () => {
    expect(computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, effort: 'balanced' }, 1)).toBe(KEY);
  });

  it('computeArtifactKey() ignores the order of the options', () => {
    const [trimFirst, fitFirst] = [
      { trim: true, fit: 'pad' } as const,
      { fit: 'pad', trim: true } as const,
    ];
    expect(computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, ...trimFirst }, 1)).toBe(
      computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, ...fitFirst }, 1),
    );
  });

  it('computeArtifactKey() distinguishes max_width from max_height with the same value', () => {
    expect(computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, max_width: 9 }, 1)).not.toBe(
      computeArtifactKey(SECRET, SOURCE, { ...OPTIONS, max_height: 9 }, 1),
    );
  });
});

describe('parseArtifactName()', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'parseArtifactName() parses the name of a %s artifact',
    (format) => {
      expect(parseArtifactName(formatArtifactName(KEY, format))).toEqual({ key: KEY, format });
    },
  );

  it.each([
    `${KEY}.html`,
    `${KEY}.jpeg`,
    `${KEY}.jpg.html`,
    `${KEY}.jpg\n`,
    `${KEY}.jpg\0`,
    KEY,
    `${KEY.toUpperCase()}.jpg`,
    `${KEY.slice(1)}.jpg`,
    `../${KEY}.jpg`,
    `${KEY}/../x.jpg`,
    '../../../etc/passwd',
    '.jpg',
    '',
  ])('parseArtifactName() returns undefined for %j', (name) => {
    expect(parseArtifactName(name)).toBeUndefined();
  });
});

describe('parseArtifactPath()', () => {
  it('parseArtifactPath() parses a path with a file name', () => {
    const path = formatArtifactPath(KEY, 'webp', 'マグ-1');
    expect(path).toBe(`${KEY}/マグ-1.webp`);
    expect(parseArtifactPath(KEY, 'マグ-1.webp')).toEqual({ key: KEY, format: 'webp' });
  });

  it.each([
    [KEY, 'mug.html'],
    [KEY, 'mug.jpg.html'],
    [KEY, 'mug'],
    [KEY, '.jpg'],
    [KEY, 'con.jpg'],
    [KEY, '../mug.jpg'],
    [KEY, 'a\r\nb.jpg'],
    [KEY, 'a\u202egpj.jpg'],
    [KEY, `${'x'.repeat(300)}.jpg`],
    [`${KEY}0`, 'mug.jpg'],
    ['..', 'mug.jpg'],
    ['', 'mug.jpg'],
  ])('parseArtifactPath() returns undefined for %j and %j', (key, file) => {
    expect(parseArtifactPath(key, file)).toBeUndefined();
  });
});
