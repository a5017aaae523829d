import { describe, expect, it } from 'vitest';
import { Env } from './env.js';
import {
  imageDelivery,
  objectPrefix,
  publicImageBase,
  storageLocation,
} from './storage-settings.js';

const env = (settings: Partial<Env>) => Object.assign(new Env(), settings);

describe('imageDelivery()', () => {
  it.each<[string, Partial<Env>, string]>([
    ['disk', { S3_DELIVERY: 'redirect' }, 'proxy'],
    ['a bucket', { STORAGE: 's3' }, 'proxy'],
    ['a public bucket', { STORAGE: 's3', S3_PUBLIC_URL: 'https://cdn.example.com' }, 'direct'],
    [
      'a setting',
      { STORAGE: 's3', S3_PUBLIC_URL: 'https://c.example', S3_DELIVERY: 'proxy' },
      'proxy',
    ],
  ])('imageDelivery() returns the delivery settings for %s', (_what, settings, delivery) => {
    expect(imageDelivery(env(settings))).toBe(delivery);
  });
});

describe('publicImageBase()', () => {
  it.each([
    ['https://cdn.example.com', '', 'https://cdn.example.com/'],
    ['https://cdn.example.com/', 'shop', 'https://cdn.example.com/shop/'],
    ['https://example.com/bucket', 'a/b/', 'https://example.com/bucket/a/b/'],
  ])('publicImageBase() joins %s and the prefix %j', (S3_PUBLIC_URL, S3_PREFIX, base) => {
    expect(publicImageBase({ S3_PUBLIC_URL, S3_PREFIX })).toBe(base);
  });

  it('publicImageBase() is undefined without a public URL', () => {
    expect(publicImageBase({ S3_PUBLIC_URL: undefined, S3_PREFIX: 'a' })).toBeUndefined();
    expect(objectPrefix({ S3_PREFIX: '' })).toBe('');
  });
});

describe('storageLocation()', () => {
  it('storageLocation() differs between folders, buckets, prefixes and servers', () => {
    const S3: Partial<Env> = { STORAGE: 's3', S3_BUCKET: 'images' };
    const locations = [
      { DATA_DIR: 'data' },
      { DATA_DIR: 'other' },
      S3,
      { ...S3, S3_BUCKET: 'other' },
      { ...S3, S3_PREFIX: 'shop' },
      { ...S3, S3_ENDPOINT: 'http://localhost:9000' },
    ].map((settings) => storageLocation(env(settings)));
    expect(new Set(locations).size).toBe(locations.length);
    expect(storageLocation(env({ ...S3, S3_PREFIX: 'shop/' }))).toBe(locations[4]);
  });
});
