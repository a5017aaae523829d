import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/**
 * The way of the Flask program that Pressroom came from, one image after the other: fetch, compress,
 * write. Started as `ancestor-process.ts FOLDER`.
 */
export interface AncestorTask {
  urls: string[];
}

const [folder] = process.argv.slice(2);
sharp.cache(false);
sharp.concurrency(1);

/** What Pillow's `save(quality=50)` sets: the standard's tables of quantization and Huffman codes, 4:2:0. */
const PILLOW = {
  quality: 50,
  chromaSubsampling: '4:2:0',
  quantisationTable: 0,
  optimiseCoding: false,
} as const;

process.on('message', ({ urls }: AncestorTask) => void run(urls));

async function run(urls: string[]): Promise<void> {
  for (const [i, url] of urls.entries()) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
    const source = Buffer.from(await response.arrayBuffer());
    await writeFile(join(folder, `${i}.jpg`), await sharp(source).jpeg(PILLOW).toBuffer());
  }
  process.send?.('done');
}
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
