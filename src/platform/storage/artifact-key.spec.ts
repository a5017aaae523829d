import { describe, expect, it } from 'vitest';
import { ServerSecret } from '../config/server-secret.js';
import {
  artifactKey,
  artifactName,
  artifactPath,
  parseArtifactName,
  parseArtifactPath,
} from './artifact-key.js';

const SECRET = new ServerSecret(Buffer.alloc(32, 1));
const SOURCE = 'ab'.repeat(32);
const OPTIONS = { quality: 50, format: 'original' } as const;
const KEY = artifactKey(SECRET, SOURCE, OPTIONS, 1);

describe('artifactKey()', () => {
  it('artifactKey() is the same for the same source, options and encoder', () => {
    expect(KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(artifactKey(SECRET, SOURCE.toUpperCase(), { ...OPTIONS, max_width: undefined }, 1)).toBe(
      KEY,
    );
  });

  it('artifactKey() stays the same for stored artifacts', () => {
    expect(KEY).toMatchInlineSnapshot(
      `"d82cc14fe76fafabb0d69683d0a93f77e8dc0ccc05e5df98c585f8a34f6cbb0e"`,
    );
  });

  it.each([
    ['source', artifactKey(SECRET, 'cd'.repeat(32), OPTIONS, 1)],
    ['quality', artifactKey(SECRET, SOURCE, { ...OPTIONS, quality: 51 }, 1)],
    ['format', artifactKey(SECRET, SOURCE, { ...OPTIONS, format: 'webp' }, 1)],
    ['width', artifactKey(SECRET, SOURCE, { ...OPTIONS, max_width: 100 }, 1)],
    ['height', artifactKey(SECRET, SOURCE, { ...OPTIONS, max_height: 100 }, 1)],
    ['server', artifactKey(new ServerSecret(Buffer.alloc(32, 2)), SOURCE, OPTIONS, 1)],
    ['encoder', artifactKey(SECRET, SOURCE, OPTIONS, 2)],
    ['effort', artifactKey(SECRET, SOURCE, { ...OPTIONS, effort: 'fast' }, 1)],
    ['other effort', artifactKey(SECRET, SOURCE, { ...OPTIONS, effort: 'small' }, 1)],
    ['fit', artifactKey(SECRET, SOURCE, { ...OPTIONS, fit: 'pad' }, 1)],
    ['background', artifactKey(SECRET, SOURCE, { ...OPTIONS, background: '#ffffff' }, 1)],
    ['target score', artifactKey(SECRET, SOURCE, { ...OPTIONS, target_score: 70 }, 1)],
    ['maximum size', artifactKey(SECRET, SOURCE, { ...OPTIONS, max_bytes: 70 }, 1)],
  ])('artifactKey() depends on the %s', (_, other) => {
    expect(other).not.toBe(KEY);
  });

  it('artifactKey() is the same for the default effort and without an effort', () => {
    expect(artifactKey(SECRET, SOURCE, { ...OPTIONS, effort: 'balanced' }, 1)).toBe(KEY);
  });

  it('artifactKey() does not depend on the order of the options', () => {
    const [a, b] = [{ trim: true, fit: 'pad' } as const, { fit: 'pad', trim: true } as const];
    expect(artifactKey(SECRET, SOURCE, { ...OPTIONS, ...a }, 1)).toBe(
      artifactKey(SECRET, SOURCE, { ...OPTIONS, ...b }, 1),
    );
  });

  it('artifactKey() differs between equal values of width and height', () => {
    expect(artifactKey(SECRET, SOURCE, { ...OPTIONS, max_width: 9 }, 1)).not.toBe(
      artifactKey(SECRET, SOURCE, { ...OPTIONS, max_height: 9 }, 1),
    );
  });
});

describe('parseArtifactName()', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'parseArtifactName() parses the name of a %s',
    (format) => {
      expect(parseArtifactName(artifactName(KEY, format))).toEqual({ key: KEY, format });
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
  it('parseArtifactPath() parses the path of a file with a name', () => {
    const path = artifactPath(KEY, 'webp', 'マグ-1');
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
