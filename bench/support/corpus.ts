import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutOutPng, photographJpeg, productJpeg } from './draw.js';

/**
 * `photo`: baseline 4:2:0, as cameras and most programs write it. `progressive`, `full-chroma` and `product`:
 * product photographs on white, as catalogs hold them: progressive (59 % of them 4:4:4, the share in Magento's
 * sample data), baseline 4:4:4, and baseline 4:2:0.
 */
export const KINDS = ['photo', 'progressive', 'full-chroma', 'product', 'cutout', 'thumb'] as const;
export type Kind = (typeof KINDS)[number];
export type Corpus = Record<Kind, Buffer[]>;

export const TYPES: Readonly<Record<Kind, string>> = {
  photo: 'image/jpeg',
  progressive: 'image/jpeg',
  'full-chroma': 'image/jpeg',
  product: 'image/jpeg',
  cutout: 'image/png',
  thumb: 'image/jpeg',
};

/** Raise it when anything about the drawing changes. */
const VERSION = 6;

/** Width and height of the photographs: 1 to 4 megapixels, 2.1 on average. */
const PHOTOS = [
  [1200, 900],
  [1500, 1000],
  [1600, 1200],
  [1733, 1300],
  [2000, 1125],
  [2400, 1800],
] as const;
/** Width and height of the product photographs: 1.7 megapixels on average, as in Magento's sample data. */
const PRODUCTS = [
  [1000, 1000],
  [1080, 1340],
  [1274, 1580],
  [1080, 1340],
  [1500, 1500],
] as const;
const FULL_CHROMA_SHARE = 0.59;
const CUTOUTS = [
  [1000, 1000],
  [1200, 800],
] as const;
/** About 10 KB each at quality 85. */
const THUMBS = [
  [200, 170],
  [210, 160],
  [220, 170],
  [190, 190],
] as const;

/** Draws the images once; later runs on this machine take them from the temporary folder. */
export async function corpusFolder(): Promise<string> {
  const folder = join(tmpdir(), `pressroom-bench-corpus-${VERSION}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const keep = (kind: Kind, i: number, bytes: Buffer) =>
    writeFileSync(join(draft, `${kind}-${i}`), bytes);
  for (const [i, [w, h]] of PHOTOS.entries()) {
    keep('photo', i, await photographJpeg(w, h, 100 + i));
  }
  for (const [i, [w, h]] of PRODUCTS.entries()) {
    const isFull = i < PRODUCTS.length * FULL_CHROMA_SHARE;
    const full = { chromaSubsampling: '4:4:4' };
    const progressive = { progressive: true, ...(isFull ? full : {}) };
    keep('progressive', i, await productJpeg(w, h, 400 + i, progressive));
    keep('full-chroma', i, await productJpeg(w, h, 400 + i, full));
    keep('product', i, await productJpeg(w, h, 400 + i));
  }
  for (const [i, [w, h]] of CUTOUTS.entries()) keep('cutout', i, await cutOutPng(w, h, 200 + i));
  for (const [i, [w, h]] of THUMBS.entries()) {
    keep('thumb', i, await photographJpeg(w, h, 300 + i, { quality: 85 }));
  }
  renameSync(draft, folder);
  return folder;
}

export function readCorpus(folder: string): Corpus {
  const names = readdirSync(folder).toSorted();
  const of = (kind: Kind) =>
    names
      .filter((name) => name.startsWith(`${kind}-`))
      .map((name) => readFileSync(join(folder, name)));
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Corpus;
}
