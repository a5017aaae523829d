import type { ImageHeader } from './image-header.js';
import { type Frame, isFullChroma, readFrame } from '../jpeg/frame.js';
import { MARKER, readSegment } from '../jpeg/segments.js';

const FRAME_MARKERS: number[] = [MARKER.SOF0, MARKER.SOF1, MARKER.SOF2];
/** All other application segments can affect the orientation or the colors. */
const PLAIN_MARKERS: number[] = [MARKER.DHT, MARKER.DQT, MARKER.DRI, MARKER.APP0, MARKER.COM];

/**
 * Reads the header of a JPEG without EXIF, an ICC profile or an Adobe color transform. Most product images are such
 * JPEGs. Reading the header with sharp takes longer than processing a thumbnail's coefficients.
 *
 * @returns undefined for any other JPEG, and for an irregular JPEG
 */
export function readPlainJpegHeader(bytes: Buffer): ImageHeader | undefined {
  let frame: Frame | undefined;
  let isProgressive = false;
  let segment = readSegment(bytes, 2);
  for (; segment; segment = readSegment(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === MARKER.SOS) return frame && toHeader(frame, isProgressive);
    if (FRAME_MARKERS.includes(marker)) {
      if (frame) return undefined;
      frame = readFrame(payload);
      if (!frame) return undefined;
      isProgressive = marker === MARKER.SOF2;
    } else if (!PLAIN_MARKERS.includes(marker)) {
      return undefined;
    }
  }
  return undefined;
}

function toHeader(
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
    isUpright: true,
    orientation: 1,
    isSrgb: true,
    isHighDynamicRange: false,
  };
}
