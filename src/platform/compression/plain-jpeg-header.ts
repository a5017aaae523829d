import type { ImageHeader } from './image-header.js';
import { type Frame, isFullChroma, readFrame } from './jpeg/frame.js';
import { MARKER, segmentAt } from './jpeg/segments.js';

const FRAMES: number[] = [MARKER.SOF0, MARKER.SOF1, MARKER.SOF2];
/** Whatever turns a picture, or says what its colors mean, stands in another one. */
const PLAIN: number[] = [MARKER.DHT, MARKER.DQT, MARKER.DRI, MARKER.APP0, MARKER.COM];

/**
 * The header of a JPEG that says nothing but its size: no EXIF, no profile, no Adobe transform. Most
 * pictures of shops are such; to ask the library takes longer than a thumbnail's coefficients.
 *
 * @returns nothing for any other, and for one with anything wrong
 */
export function plainJpegHeader(bytes: Buffer): ImageHeader | undefined {
  let frame: Frame | undefined;
  let isProgressive = false;
  let segment = segmentAt(bytes, 2);
  for (; segment; segment = segmentAt(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.SOS) return frame && headerOf(frame, isProgressive);
    if (FRAMES.includes(marker)) {
      if (frame) return undefined;
      frame = readFrame(payload);
      if (!frame) return undefined;
      isProgressive = marker === MARKER.SOF2;
    } else if (!PLAIN.includes(marker)) {
      return undefined;
    }
  }
  return undefined;
}

function headerOf(
  { width, height, components }: Frame,
  isProgressive: boolean,
): ImageHeader | undefined {
  if (components.length !== 1 && components.length !== 3) return undefined;
  return {
    format: 'jpeg',
    width,
    height,
    frames: 1,
    hasAlpha: false,
    bytesPerPixel: components.length,
    isProgressive,
    hasPalette: false,
    isGray: components.length === 1,
    hasUnreadFrames: false,
    isBilevel: false,
    isDeepWithProfile: false,
    isDeepGrayWithProfile: false,
    hasFullChroma: isFullChroma(components),
    upright: true,
    orientation: 1,
    srgb: true,
    isHighDynamicRange: false,
  };
}
