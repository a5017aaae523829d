import sharp from 'sharp';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { createPalettePngSettings } from '../../src/platform/compression/encode/encoder-settings.js';
import { readCorpus, type Kind } from './corpus.js';

/**
 * Images to compress with sharp alone, from memory. The process is started as `raw-sharp-process.ts CORPUS_FOLDER`.
 * JPEGs use the defaults of sharp at the requested quality. `fast` disables optimized Huffman tables, as libjpeg-turbo does.
 */
export interface RawTask {
  kind: Kind;
  firstIndex: number;
  indexStep: number;
  imageCount: number;
  options: CompressionOptions;
}

export interface RawResult {
  cpuMs: number;
  bytes: number;
}

sharp.cache(false);
sharp.concurrency(1);
const corpus = readCorpus(process.argv[2]);

process.on('message', (task: RawTask) => void compressImages(task));

async function compressImages(task: RawTask): Promise<void> {
  const before = process.cpuUsage();
  const images = corpus[task.kind];
  let bytes = 0;
  for (let i = task.firstIndex; i < task.imageCount; i += task.indexStep) {
    const image = sharp(images[i % images.length], { failOn: 'warning' });
    const encoder =
      task.kind === 'cutout'
        ? image.png(createPalettePngSettings(task.options.quality, task.options.effort))
        : image.jpeg({
            quality: task.options.quality,
            optimiseCoding: task.options.effort !== 'fast',
          });
    bytes += (await encoder.toBuffer()).length;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1000, bytes } satisfies RawResult);
}
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
