import sharp from 'sharp';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { jpegSettings, pngSettings } from '../../src/platform/compression/encoder-settings.js';
import { readCorpus, type Kind } from './corpus.js';

/** One core's worth of sharp, from memory: `raw-sharp-process.ts CORPUS_FOLDER`. */
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
        ? image.png(pngSettings(task.options.quality, false, task.options.effort))
        : image.jpeg(jpegSettings(task.options.quality, task.options.effort));
    bytes += (await encoder.toBuffer()).length;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1000, bytes } satisfies RawDone);
}
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
