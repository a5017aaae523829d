import sharp from 'sharp';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { palettePngSettings } from '../../src/platform/compression/encoder-settings.js';
import { readCorpus, type Kind } from './corpus.js';

/**
 * One core's worth of sharp, from memory: `raw-sharp-process.ts CORPUS_FOLDER`. JPEGs take the defaults that a
 * program gets at this quality; `fast` stands for libjpeg-turbo's, without optimized Huffman tables.
 */
export interface RawTask {
  kind: Kind;
  first: number;
  step: number;
  count: number;
  options: CompressionOptions;
}

export interface RawDone {
  cpuMs: number;
  bytes: number;
}

sharp.cache(false);
sharp.concurrency(1);
const corpus = readCorpus(process.argv[2]);

process.on('message', (task: RawTask) => void run(task));

async function run(task: RawTask): Promise<void> {
  const before = process.cpuUsage();
  const images = corpus[task.kind];
  let bytes = 0;
  for (let i = task.first; i < task.count; i += task.step) {
    const image = sharp(images[i % images.length], { failOn: 'warning' });
    const encoder =
      task.kind === 'cutout'
        ? image.png(palettePngSettings(task.options.quality, task.options.effort))
        : image.jpeg({
            quality: task.options.quality,
            optimiseCoding: task.options.effort !== 'fast',
          });
    bytes += (await encoder.toBuffer()).length;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1000, bytes } satisfies RawDone);
}
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
