import type { RawImage } from '../encode/local-error.js';
import type { Box } from './geometry.js';

/** Maximum difference from the border color, 0 to 255 in any channel. JPEG noise stays below it. */
const TOLERANCE = 12;

/**
 * Finds the part of an image within its uniform borders. The top left pixel defines the border color.
 * Transparent pixels count as equal, regardless of their color.
 *
 * @param image all frames stacked vertically
 * @param frameHeight height of one frame. The result includes the content of every frame.
 * @returns undefined if there is no border, or if the whole image has one color
 */
export function findBorders(image: RawImage, frameHeight = image.height): Box | undefined {
  const { width, height } = image;
  const differsFromFirst = createPixelComparison(image);
  const frameCount = Math.floor(height / frameHeight);
  const hasContentInRow = (y: number, startX: number, endX: number): boolean => {
    for (let frame = 0; frame < frameCount; frame++) {
      const row = frame * frameHeight + y;
      for (let x = startX; x < endX; x++) if (differsFromFirst(row * width + x)) return true;
    }
    return false;
  };
  let top = 0;
  while (top < frameHeight && !hasContentInRow(top, 0, width)) top++;
  if (top === frameHeight) return undefined;
  let bottom = frameHeight;
  while (!hasContentInRow(bottom - 1, 0, width)) bottom--;
  // Each row narrows the borders on both sides, so most pixels of the content are never read.
  let [left, right] = [width, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < left; x++) if (hasContentInRow(y, x, x + 1)) left = x;
    for (let x = width; x > right; x--) if (hasContentInRow(y, x - 1, x)) right = x;
  }
  const box = { left, top, width: right - left, height: bottom - top };
  return box.width === width && box.height === frameHeight ? undefined : box;
}

/** Creates a function that checks whether the pixel at an index differs from the first pixel. */
function createPixelComparison({ data, channels }: RawImage): (index: number) => boolean {
  const hasAlpha = channels % 2 === 0;
  const colorCount = hasAlpha ? channels - 1 : channels;
  const getAlpha = (offset: number) => (hasAlpha ? data[offset + colorCount] : 255);
  const firstAlpha = getAlpha(0);
  return (index) => {
    const position = index * channels;
    const alpha = getAlpha(position);
    if (Math.abs(alpha - firstAlpha) > TOLERANCE) return true;
    for (let c = 0; c < colorCount; c++) {
      if (Math.abs(data[position + c] * alpha - data[c] * firstAlpha) > TOLERANCE * 255)
        return true;
    }
    return false;
  };
}
