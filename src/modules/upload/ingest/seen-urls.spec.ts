import { expect, it } from 'vitest';
import { SeenUrls } from './seen-urls.js';

it('SeenUrls.findFirstOrAdd() returns the first image with the URL, and undefined for the first image itself', () => {
  const seen = new SeenUrls();
  expect(seen.findFirstOrAdd('https://a/1', 10)).toBeUndefined();
  expect(seen.findFirstOrAdd('https://a/2', 11)).toBeUndefined();
  expect(seen.hasDuplicates).toBe(false);
  expect(seen.findFirstOrAdd('https://a/1', 12)).toBe(10);
  expect(seen.findFirstOrAdd('https://a/1', 13)).toBe(10);
  expect(seen.hasDuplicates).toBe(true);
  expect(seen.isFull).toBe(false);
});

it('SeenUrls.findFirstOrAdd() distinguishes a million URLs that differ only in a number', () => {
  const seen = new SeenUrls();
  const url = (n: number) => `https://cdn.shop.example/images/${n}-1.jpg?size=large`;
  for (let n = 0; n < 1_000_000; n++) seen.findFirstOrAdd(url(n), 5_000_000_000 + n);
  expect(seen.hasDuplicates).toBe(false);
  expect(seen.findFirstOrAdd(url(0), 1)).toBe(5_000_000_000);
  expect(seen.findFirstOrAdd(url(999_999), 2)).toBe(5_000_999_999);
});

it('SeenUrls.findFirstOrAdd() stores no more URLs than the maximum and sets isFull', () => {
  const seen = new SeenUrls(4096);
  for (let n = 0; n < 3072; n++) seen.findFirstOrAdd(`https://a/${n}`, n + 1);
  expect(seen.isFull).toBe(false);
  expect(seen.findFirstOrAdd('https://a/late', 4001)).toBeUndefined();
  expect(seen.findFirstOrAdd('https://a/late', 4002)).toBeUndefined();
  expect(seen.findFirstOrAdd('https://a/3071', 4003)).toBe(3072);
  expect(seen.isFull).toBe(true);
});
