import { describe, expect, it } from 'vitest';
import { formatLine, parseLine, parseRow } from './image-list.js';

const KEY = 'ab'.repeat(32);
const SHA256 = 'cd'.repeat(32);

describe('parseRow()', () => {
  it('parseRow() parses rows with and without a checksum', () => {
    expect(parseRow(`${KEY}\tjpeg\t42\t${SHA256}`)).toEqual({
      key: KEY,
      format: 'jpeg',
      bytes: 42,
      sha256: SHA256,
    });
    expect(parseRow(`${KEY}\tavif\t42\t`).sha256).toBeNull();
  });
});

describe('parseLine()', () => {
  it('parseLine() parses a line that formatLine() wrote', () => {
    const line = formatLine(SHA256, 42, `${KEY}.jpg`).trimEnd();
    expect(parseLine(line)).toMatchObject({ key: KEY, format: 'jpeg', bytes: 42, sha256: SHA256 });
  });

  it.each(['', `${SHA256} 42 ../../etc/passwd`, `${SHA256} 42`])(
    'parseLine() rejects %j',
    (line) => {
      expect(() => parseLine(line)).toThrow('invalid line');
    },
  );
});
