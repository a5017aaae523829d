import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { photograph } from './photograph.js';
import type { Picture } from './scene.js';

/** Draws all images, one per core at the same time. */
export async function drawAll(
  pictures: Picture[],
  onDrawn: (done: number) => void = () => {},
): Promise<Map<string, Buffer>> {
  sharp.concurrency(1);
  sharp.cache(false);
  const drawn = new Map<string, Buffer>();
  const waiting = [...pictures];
  const draw = async () => {
    for (let picture = waiting.shift(); picture; picture = waiting.shift()) {
      drawn.set(picture.path, await photograph(picture));
      onDrawn(drawn.size);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, draw));
  return drawn;
}
