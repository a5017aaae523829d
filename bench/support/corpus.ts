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
import { drawCutOutPng, drawPhotographJpeg, drawProductJpeg, drawVariedJpeg } from './draw.js';

/**
 * Kinds of images. `photo` is a photograph stored as baseline 4:2:0, the format of most cameras. The next three are product
 * photographs on white. Of the `progressive` images, 59% are 4:4:4, as in Magento's sample data. `full-chroma` is
 * baseline 4:4:4, and `product` is baseline 4:2:0. `varied` differs in sharpness, size and background.
 */
export const KINDS = [
  'photo',
  'progressive',
  'full-chroma',
  'product',
  'cutout',
  'thumb',
  'varied',
] as const;
export type Kind = (typeof KINDS)[number];
export type Corpus = Record<Kind, Buffer[]>;

export const CONTENT_TYPES: Readonly<Record<Kind, string>> = {
  photo: 'image/jpeg',
  progressive: 'image/jpeg',
  'full-chroma': 'image/jpeg',
  product: 'image/jpeg',
  cutout: 'image/png',
  thumb: 'image/jpeg',
  varied: 'image/jpeg',
};

/** Increment this version whenever the drawn images change. */
const CORPUS_VERSION = 7;

/** Width and height of the photographs: 1 to 4 megapixels, 2.1 on average. */
const PHOTO_SIZES = [
  [1200, 900],
  [1500, 1000],
  [1600, 1200],
  [1733, 1300],
  [2000, 1125],
  [2400, 1800],
] as const;
/** Width and height of the product photographs: 1.7 megapixels on average, as in Magento's sample data. */
const PRODUCT_SIZES = [
  [1000, 1000],
  [1080, 1340],
  [1274, 1580],
  [1080, 1340],
  [1500, 1500],
] as const;
const FULL_CHROMA_SHARE = 0.59;
const CUTOUT_SIZES = [
  [1000, 1000],
  [1200, 800],
] as const;
/** About 10 KB each at quality 85. */
const THUMB_SIZES = [
  [200, 170],
  [210, 160],
  [220, 170],
  [190, 190],
] as const;

/** Blur radii and widths of varied photographs, in pixels. Each combination is drawn with and without a white background. */
const VARIED_BLURS = [0.4, 0.7, 1, 1.6, 2.5, 4] as const;
const VARIED_WIDTHS = [240, 480, 800] as const;

/** Returns the folder of the corpus. Draws the images unless an earlier run has drawn them on this machine. */
export async function ensureCorpus(): Promise<string> {
  const folder = join(tmpdir(), `pressroom-bench-corpus-${CORPUS_VERSION}`);
  if (existsSync(folder)) return folder;
  const draftFolder = `${folder}.${process.pid}`;
  mkdirSync(draftFolder, { recursive: true });
  const writeImage = (kind: Kind, i: number, bytes: Buffer) =>
    writeFileSync(join(draftFolder, `${kind}-${i}`), bytes);
  for (const [i, [w, h]] of PHOTO_SIZES.entries()) {
    writeImage('photo', i, await drawPhotographJpeg(w, h, 100 + i));
  }
  for (const [i, [w, h]] of PRODUCT_SIZES.entries()) {
    const isFullChroma = i < PRODUCT_SIZES.length * FULL_CHROMA_SHARE;
    const fullChroma = { chromaSubsampling: '4:4:4' };
    const progressive = { progressive: true, ...(isFullChroma ? fullChroma : {}) };
    writeImage('progressive', i, await drawProductJpeg(w, h, 400 + i, progressive));
    writeImage('full-chroma', i, await drawProductJpeg(w, h, 400 + i, fullChroma));
    writeImage('product', i, await drawProductJpeg(w, h, 400 + i));
  }
  for (const [i, [w, h]] of CUTOUT_SIZES.entries())
    writeImage('cutout', i, await drawCutOutPng(w, h, 200 + i));
  for (const [i, [w, h]] of THUMB_SIZES.entries()) {
    writeImage('thumb', i, await drawPhotographJpeg(w, h, 300 + i, { quality: 85 }));
  }
  for (const [i, width] of VARIED_WIDTHS.entries()) {
    for (const [j, blur] of VARIED_BLURS.entries()) {
      const seed = 500 + i * VARIED_BLURS.length + j;
      for (const [k, isOnWhite] of [false, true].entries()) {
        const index = 2 * (i * VARIED_BLURS.length + j) + k;
        writeImage('varied', index, await drawVariedJpeg(width, seed, { blur, isOnWhite }));
      }
    }
  }
  renameSync(draftFolder, folder);
  return folder;
}

export function readCorpus(folder: string): Corpus {
  const names = readdirSync(folder).toSorted();
  const readImages = (kind: Kind) =>
    names
      .filter((name) => name.startsWith(`${kind}-`))
      .map((name) => readFileSync(join(folder, name)));
  return Object.fromEntries(KINDS.map((kind) => [kind, readImages(kind)])) as Corpus;
}
