import { describe, expect, it } from 'vitest';
import type { Downloaded } from '../../platform/http-client/downloaded.js';
import { toCachedSource } from './cache-validators.js';

const SOURCE = 'https://cdn.example/a.jpg';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const OLD = 'Sun, 01 Feb 2026 12:00:00 GMT';
const JUST_NOW = 'Sun, 01 Mar 2026 11:59:30 GMT';

const seen = (answer: Partial<Downloaded>) =>
  toCachedSource(
    SOURCE,
    {
      bytes: 10,
      sha256: 'ab',
      contentType: null,
      etag: null,
      lastModified: null,
      finalUrl: SOURCE,
      status: 200,
      ...answer,
    },
    NOW,
  );

describe('what is remembered of a source', () => {
  it('is its entity tag and its date, with the hash of what they stand for', () => {
    expect(seen({ etag: '"v1"', lastModified: OLD })).toEqual({
      url: SOURCE,
      etag: '"v1"',
      lastModified: OLD,
      sha256: 'ab',
      bytes: 10,
    });
  });

  it('is nothing where the server says nothing', () => {
    expect(seen({})).toBeUndefined();
  });

  it('is no date of the last minute, which may stand for two versions', () => {
    expect(seen({ lastModified: JUST_NOW })).toBeUndefined();
    expect(seen({ lastModified: JUST_NOW, etag: '"v1"' })).toMatchObject({ lastModified: null });
    expect(seen({ lastModified: 'yesterday' })).toBeUndefined();
  });

  it('is nothing of an answer that came from another URL', () => {
    expect(seen({ etag: '"v1"', finalUrl: 'https://cdn.example/b.jpg' })).toBeUndefined();
  });

  it('is no tag of absurd length', () => {
    expect(seen({ etag: `"${'x'.repeat(2000)}"` })).toBeUndefined();
  });
});
