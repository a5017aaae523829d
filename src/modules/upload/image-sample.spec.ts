import { expect, it } from 'vitest';
import { ImageSample, SAMPLE_SIZE } from './image-sample.js';

const toRow = (row: number, ...urls: string[]) => ({
  row,
  serialNumber: '',
  productName: '',
  cells: [],
  images: urls.map((url) => ({ column: 0, url })),
});

it('ImageSample selects each URL in a small file once', () => {
  const sample = new ImageSample();
  sample.addRows([
    toRow(1, 'https://a.example/1', 'https://a.example/2'),
    toRow(2, 'https://a.example/1'),
  ]);
  expect(sample.urls).toEqual(['https://a.example/1', 'https://a.example/2']);
});

it('ImageSample selects at least one image from each host', () => {
  const sample = new ImageSample();
  const manyUrls = Array.from({ length: 10_000 }, (_, i) => `https://a.example/${i}`);
  sample.addRows([toRow(1, ...manyUrls, 'https://rare.example/1', 'HTTPS://A.example/last')]);
  expect(sample.urls).toHaveLength(SAMPLE_SIZE);
  expect(sample.urls).toContain('https://rare.example/1');
});

it('ImageSample selects images from the whole file', () => {
  const sample = new ImageSample();
  for (let i = 0; i < 1000; i++) sample.addRows([toRow(i, `https://a.example/${i}`)]);
  const imageNumbers = sample.urls.map((url) => Number(url.split('/').at(-1)));
  expect(imageNumbers.filter((number) => number >= SAMPLE_SIZE).length).toBeGreaterThan(6);
});

it('ImageSample skips images that cannot be downloaded', () => {
  const sample = new ImageSample();
  const fault = { code: 'url_relative', message: '' } as const;
  sample.addRows([{ ...toRow(1), images: [{ column: 0, url: 'a.jpg', fault }] }]);
  expect(sample.urls).toEqual([]);
});

it('ImageSample adds no scheme to a URL whose cell contains none', () => {
  const sample = new ImageSample();
  const urls = ['https://a.example/1.jpg', 'https://b.example/2.jpg'];
  sample.addRows([{ ...toRow(1, ...urls), cells: ['//a.example/1.jpg', urls[1]] }]);
  expect(sample.urls).toEqual(['//a.example/1.jpg', 'https://b.example/2.jpg']);
});
