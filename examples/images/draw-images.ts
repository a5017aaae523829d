import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { photograph } from './photograph.js';
import type { ExampleImage } from './scene.js';

/** Draws all images in parallel, one per core. Returns them by path. */
export async function drawImages(
  images: ExampleImage[],
  onProgress: (doneCount: number) => void = () => {},
): Promise<Map<string, Buffer>> {
  sharp.concurrency(1);
  sharp.cache(false);
  const imagesByPath = new Map<string, Buffer>();
  const remainingImages = [...images];
  const drawRemainingImages = async () => {
    for (let example = remainingImages.shift(); example; example = remainingImages.shift()) {
      imagesByPath.set(example.path, await photograph(example));
      onProgress(imagesByPath.size);
    }
  };
  await Promise.all(
    Array.from({ length: Math.max(2, availableParallelism()) }, drawRemainingImages),
  );
  return imagesByPath;
}
