import { describe, expect, it } from 'vitest';
import { formatImageLine, parseImageLine, parseImageRow } from './image-list.js';

const KEY = 'ab'.repeat(32);
const SHA256 = 'cd'.repeat(32);

describe('parseImageRow()', () => {
  it('parseImageRow() parses rows with and without a checksum', () => {
    expect(parseImageRow(`${KEY}\tjpeg\t42\t${SHA256}`)).toEqual({
      key: KEY,
      format: 'jpeg',
      bytes: 42,
      sha256: SHA256,
    });
    expect(parseImageRow(`${KEY}\tavif\t42\t`).sha256).toBeNull();
  });
});

describe('parseImageLine()', () => {
  it('parseImageLine() parses a line that formatImageLine() wrote', () => {
    const line = formatImageLine(SHA256, 42, `${KEY}.jpg`).trimEnd();
    expect(parseImageLine(line)).toMatchObject({
      key: KEY,
      format: 'jpeg',
      bytes: 42,
      sha256: SHA256,
    });
  });

  it.each(['', `${SHA256} 42 ../../etc/passwd`, `${SHA256} 42`])(
    'parseImageLine() rejects the line %j',
    (line) => {
      expect(() => parseImageLine(line)).toThrow('invalid line');
    },
  );
});
