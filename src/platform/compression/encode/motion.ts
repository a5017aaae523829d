import type { Sharp } from 'sharp';

/** Side of the compared thumbnails, in pixels. */
const SIDE = 16;
const SAMPLES = SIDE * SIDE * 4;
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
    .resize(SIDE, SIDE, { fit: 'fill', kernel: 'linear' })
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  return { thumbnails, delays };
}

/** Returns whether two animations look alike at the time of each frame of the first one. */
export function isSameMotion(source: Motion, other: Motion): boolean {
  const [sourceEnds, otherEnds] = [frameEnds(source.delays), frameEnds(other.delays)];
  let at = 0;
  return sourceEnds.every((end, frame) => {
    // Comparing at the middle of the frame tolerates rounded delays.
    const time = (end + (sourceEnds[frame - 1] ?? 0)) / 2;
    while (at < otherEnds.length - 1 && otherEnds[at] <= time) at++;
    return meanDifference(source.thumbnails, frame, other.thumbnails, at) < VISIBLE_DIFFERENCE;
  });
}

/** End time of each frame, as a share of the total duration. */
function frameEnds(delays: readonly number[]): number[] {
  // A frame with a delay of 0 is shown briefly, too.
  const shown = delays.map((delay) => Math.max(1, delay));
  const total = shown.reduce((sum, delay) => sum + delay, 0);
  let time = 0;
  return shown.map((delay) => (time += delay) / total);
}

function meanDifference(a: Buffer, frameA: number, b: Buffer, frameB: number): number {
  const [startA, startB] = [frameA * SAMPLES, frameB * SAMPLES];
  let sum = 0;
  for (let i = 0; i < SAMPLES; i += 4) {
    const [alphaA, alphaB] = [a[startA + i + 3], b[startB + i + 3]];
    for (let c = 0; c < 3; c++) {
      sum += Math.abs(a[startA + i + c] * alphaA - b[startB + i + c] * alphaB) / 255;
    }
    sum += Math.abs(alphaA - alphaB);
  }
  return sum / SAMPLES;
}
