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
import { cutOutPng, photographJpeg } from './draw.js';

export const KINDS = ['photo', 'progressive', 'cutout', 'thumb'] as const;
export type Kind = (typeof KINDS)[number];
export type Corpus = Record<Kind, Buffer[]>;

/** Raise it when anything about the drawing changes. */
const VERSION = 5;

/** Width and height of the photographs: 1 to 4 megapixels, 2.1 on average. */
const PHOTOS = [
  [1200, 900],
  [1500, 1000],
  [1600, 1200],
  [1733, 1300],
  [2000, 1125],
  [2400, 1800],
] as const;
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
    keep('progressive', i, await photographJpeg(w, h, 100 + i, { progressive: true }));
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
    names.filter((name) => name.startsWith(kind)).map((name) => readFileSync(join(folder, name)));
  return {
    photo: of('photo'),
    progressive: of('progressive'),
    cutout: of('cutout'),
    thumb: of('thumb'),
  };
}
