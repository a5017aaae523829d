import type { Sharp } from 'sharp';

/** Side of the compared thumbnails, in pixels. */
const THUMBNAIL_SIDE = 16;
const THUMBNAIL_SAMPLES = THUMBNAIL_SIDE * THUMBNAIL_SIDE * 4;
/** Frames whose thumbnails differ by at least this mean (0 to 255) count as different. */
const VISIBLE_DIFFERENCE = 5;

/** Thumbnails and timing of an animation. */
export interface Motion {
  /** RGBA of all frames. */
  thumbnails: Buffer;
  /** Duration of each frame, in milliseconds. */
  delays: readonly number[];
}

export async function readMotion(image: Sharp, delays: readonly number[]): Promise<Motion> {
  const thumbnails = await image
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'fill', kernel: 'linear' })
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  return { thumbnails, delays };
}

/** Returns whether two animations look the same in the middle of each frame of the first one. */
export function isSameMotion(source: Motion, other: Motion): boolean {
  const [sourceEnds, otherEnds] = [computeFrameEnds(source.delays), computeFrameEnds(other.delays)];
  let otherFrame = 0;
  return sourceEnds.every((end, frame) => {
    // Comparing in the middle of a frame tolerates rounded delays.
    const time = (end + (sourceEnds[frame - 1] ?? 0)) / 2;
    while (otherFrame < otherEnds.length - 1 && otherEnds[otherFrame] <= time) otherFrame++;
    return (
      computeMeanDifference(source.thumbnails, frame, other.thumbnails, otherFrame) <
      VISIBLE_DIFFERENCE
    );
  });
}

/** Returns the end time of each frame, as a share of the total duration. */
function computeFrameEnds(delays: readonly number[]): number[] {
  // A frame with a delay of 0 is also shown briefly.
  const visibleDelays = delays.map((delay) => Math.max(1, delay));
  const total = visibleDelays.reduce((sum, delay) => sum + delay, 0);
  let time = 0;
  return visibleDelays.map((delay) => (time += delay) / total);
}

function computeMeanDifference(a: Buffer, frameA: number, b: Buffer, frameB: number): number {
  const [startA, startB] = [frameA * THUMBNAIL_SAMPLES, frameB * THUMBNAIL_SAMPLES];
  let sum = 0;
  for (let i = 0; i < THUMBNAIL_SAMPLES; i += 4) {
    const [alphaA, alphaB] = [a[startA + i + 3], b[startB + i + 3]];
    for (let c = 0; c < 3; c++) {
      sum += Math.abs(a[startA + i + c] * alphaA - b[startB + i + c] * alphaB) / 255;
    }
    sum += Math.abs(alphaA - alphaB);
  }
  return sum / THUMBNAIL_SAMPLES;
}
