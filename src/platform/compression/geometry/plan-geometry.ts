import type { CompressionOptions } from '../compression-options.js';
import type { ImageFormat } from '../inspect/image-format.js';
import type { ImageHeader } from '../inspect/image-header.js';
import type { Box, Geometry, Margins, Size } from './geometry.js';
import { planLayout } from './plan-layout.js';

const WHITE = '#ffffff';

/**
 * Plans the size and geometry of an output.
 *
 * @param region the part of the source within its uniform borders, if `trim` found any
 * @returns a plan without `geometry` if the output shows the entire source, possibly scaled
 */
export function planGeometry(
  header: ImageHeader,
  format: ImageFormat,
  options: CompressionOptions,
  region?: Box,
): Size & { isResized: boolean; geometry?: Geometry } {
  const source: Size = region ?? header;
  const { result, content, crop, margins } = planLayout(source, options);
  const hasMargins = Object.values(margins as unknown as Record<keyof Margins, number>).some(
    (width) => width > 0,
  );
  const isCropped = !isSameSize(crop, content);
  const isResized = !isSameSize(content, source);
  const colors = chooseBackground(header, format, options, hasMargins);
  const flattensAlpha = header.hasAlpha && options.background !== undefined && !colors.hasAlpha;
  if (!region && !hasMargins && !isCropped && !flattensAlpha) return { ...result, isResized };
  const geometry = {
    ...(region ? { region } : {}),
    content,
    ...(isCropped ? { crop } : {}),
    ...(hasMargins ? { margins } : {}),
    ...colors,
  };
  return { ...result, isResized, geometry };
}

const isSameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

function chooseBackground(
  header: ImageHeader,
  format: ImageFormat,
  { background }: CompressionOptions,
  hasMargins: boolean,
): Pick<Geometry, 'background' | 'hasAlpha'> {
  const isOpaqueColor = background !== undefined && background !== 'transparent';
  if (isOpaqueColor) return { background, hasAlpha: false };
  if (format === 'jpeg') return { background: WHITE, hasAlpha: false };
  if (header.hasAlpha) return { hasAlpha: true };
  if (background === 'transparent' && hasMargins) return { hasAlpha: true };
  return { background: WHITE, hasAlpha: false };
}
