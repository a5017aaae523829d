import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/**
 * Images to process one after the other, like the Flask program that Pressroom replaced: download, compress,
 * write. The process is started as `flask-baseline-process.ts FOLDER`.
 */
export interface FlaskBaselineTask {
  urls: string[];
}

const [folder] = process.argv.slice(2);
sharp.cache(false);
sharp.concurrency(1);

/** Settings of Pillow's `save(quality=50)`: quantization and Huffman tables of ITU-T T.81, Annex K, and 4:2:0. */
const PILLOW_SETTINGS = {
  quality: 50,
  chromaSubsampling: '4:2:0',
  quantisationTable: 0,
  optimiseCoding: false,
} as const;

process.on('message', ({ urls }: FlaskBaselineTask) => void compressAll(urls));

async function compressAll(urls: string[]): Promise<void> {
  for (const [i, url] of urls.entries()) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
    const source = Buffer.from(await response.arrayBuffer());
    await writeFile(join(folder, `${i}.jpg`), await sharp(source).jpeg(PILLOW_SETTINGS).toBuffer());
  }
  process.send?.('done');
}
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
