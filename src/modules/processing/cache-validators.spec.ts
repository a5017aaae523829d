import { describe, expect, it } from 'vitest';
import type { DownloadedFile } from '../../platform/http-client/downloaded-file.js';
import { toCachedSource } from './cache-validators.js';

const SOURCE = 'https://cdn.example/a.jpg';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const OLD_DATE = 'Sun, 01 Feb 2026 12:00:00 GMT';
const RECENT_DATE = 'Sun, 01 Mar 2026 11:59:30 GMT';

const cacheDownload = (overrides: Partial<DownloadedFile>) =>
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
      ...overrides,
    },
    NOW,
  );

describe('toCachedSource()', () => {
  it('toCachedSource() returns the entity tag, the date and the hash of the content', () => {
    expect(cacheDownload({ etag: '"v1"', lastModified: OLD_DATE })).toEqual({
      url: SOURCE,
      etag: '"v1"',
      lastModified: OLD_DATE,
      sha256: 'ab',
      bytes: 10,
    });
  });

  it('toCachedSource() returns undefined without validators', () => {
    expect(cacheDownload({})).toBeUndefined();
  });

  it('toCachedSource() ignores a Last-Modified date less than a minute old', () => {
    expect(cacheDownload({ lastModified: RECENT_DATE })).toBeUndefined();
    expect(cacheDownload({ lastModified: RECENT_DATE, etag: '"v1"' })).toMatchObject({
      lastModified: null,
    });
    expect(cacheDownload({ lastModified: 'yesterday' })).toBeUndefined();
  });

  it('toCachedSource() returns undefined after a redirect', () => {
    expect(cacheDownload({ etag: '"v1"', finalUrl: 'https://cdn.example/b.jpg' })).toBeUndefined();
  });

  it('toCachedSource() ignores an entity tag of more than 1024 characters', () => {
    expect(cacheDownload({ etag: `"${'x'.repeat(2000)}"` })).toBeUndefined();
  });
});
