import { expect, it } from 'vitest';
import { SeenUrls } from './seen-urls.js';

it('SeenUrls.findFirstOrAdd() returns the first image with the URL, and undefined for the first image itself', () => {
  const seenUrls = new SeenUrls();
  expect(seenUrls.findFirstOrAdd('https://a/1', 10)).toBeUndefined();
  expect(seenUrls.findFirstOrAdd('https://a/2', 11)).toBeUndefined();
  expect(seenUrls.hasDuplicates).toBe(false);
  expect(seenUrls.findFirstOrAdd('https://a/1', 12)).toBe(10);
  expect(seenUrls.findFirstOrAdd('https://a/1', 13)).toBe(10);
  expect(seenUrls.hasDuplicates).toBe(true);
  expect(seenUrls.isFull).toBe(false);
});

it('SeenUrls.findFirstOrAdd() distinguishes a million URLs that differ only in a number', () => {
  const seenUrls = new SeenUrls();
  const buildUrl = (n: number) => `https://cdn.shop.example/images/${n}-1.jpg?size=large`;
  for (let n = 0; n < 1_000_000; n++) seenUrls.findFirstOrAdd(buildUrl(n), 5_000_000_000 + n);
  expect(seenUrls.hasDuplicates).toBe(false);
  expect(seenUrls.findFirstOrAdd(buildUrl(0), 1)).toBe(5_000_000_000);
  expect(seenUrls.findFirstOrAdd(buildUrl(999_999), 2)).toBe(5_000_999_999);
});

it('SeenUrls.findFirstOrAdd() stores no more URLs than the maximum and sets isFull', () => {
  const seenUrls = new SeenUrls(4096);
  for (let n = 0; n < 3072; n++) seenUrls.findFirstOrAdd(`https://a/${n}`, n + 1);
  expect(seenUrls.isFull).toBe(false);
  expect(seenUrls.findFirstOrAdd('https://a/late', 4001)).toBeUndefined();
  expect(seenUrls.findFirstOrAdd('https://a/late', 4002)).toBeUndefined();
  expect(seenUrls.findFirstOrAdd('https://a/3071', 4003)).toBe(3072);
  expect(seenUrls.isFull).toBe(true);
});
