import type { CompressionOptions } from '../compression-options.js';
import type { Margins, Size } from './geometry.js';

/** Sizes of the parts of an output. */
export interface Layout {
  /** The whole output. */
  result: Size;
  /** The source after scaling. */
  content: Size;
  /** The part of the content that is shown. */
  crop: Size;
  margins: Margins;
}

type LayoutOptions = Pick<
  CompressionOptions,
  'max_width' | 'max_height' | 'fit' | 'padding' | 'enlarge'
>;

/**
 * Computes the sizes of an output in whole pixels. Unless both `max_width` and `max_height` are set, `pad` and
 * `cover` behave like `inside`.
 *
 * @param source size of the upright source without its trimmed borders
 */
export function planLayout(source: Size, options: LayoutOptions): Layout {
  const { fit = 'inside', max_width: width, max_height: height } = options;
  const padding = (options.padding ?? 0) / 100;
  const maxScale = options.enlarge ? Infinity : 1;
  if (fit === 'inside' || width === undefined || height === undefined) {
    return planInsideLayout(source, { width, height }, padding, maxScale);
  }
  const shape = { width, height };
  return fit === 'pad'
    ? planPadLayout(source, shape, padding, maxScale)
    : planCoverLayout(source, shape, padding, maxScale);
}

function planInsideLayout(
  source: Size,
  box: Partial<Size>,
  padding: number,
  maxScale: number,
): Layout {
  // The margins are a share of the shorter side of the result, which includes them.
  const addedLength = (getShorterSide(source) * 2 * padding) / (1 - 2 * padding);
  const paddedSize = { width: source.width + addedLength, height: source.height + addedLength };
  const bounds = [
    ...(box.width === undefined ? [] : [box.width / paddedSize.width]),
    ...(box.height === undefined ? [] : [box.height / paddedSize.height]),
  ];
  const scale = Math.min(bounds.length === 0 ? 1 : maxScale, ...bounds);
  const result = scaleSize(paddedSize, scale);
  const innerBox = computeInnerSize(result, padding);
  // Rounding must not enlarge the content.
  const content = scale > 1 ? innerBox : limitSize(innerBox, source);
  return centerLayout(result, content, content);
}

function planPadLayout(source: Size, shape: Size, padding: number, maxScale: number): Layout {
  const innerBox = computeInnerSize(shape, padding);
  const scale = Math.min(innerBox.width / source.width, innerBox.height / source.height, maxScale);
  const content = scaleSize(source, scale);
  return centerLayout(shape, content, content);
}

function planCoverLayout(source: Size, shape: Size, padding: number, maxScale: number): Layout {
  const innerBox = computeInnerSize(shape, padding);
  const scale = Math.max(innerBox.width / source.width, innerBox.height / source.height);
  if (scale <= maxScale) {
    const { width, height } = scaleSize(source, scale);
    // Rounding must not make the content smaller than the crop.
    const content = {
      width: Math.max(width, innerBox.width),
      height: Math.max(height, innerBox.height),
    };
    return centerLayout(shape, content, innerBox);
  }
  // Uses the largest crop of this shape that needs no enlargement.
  const result = scaleSize(shape, 1 / scale);
  const cropSize = computeInnerSize(result, padding);
  return centerLayout(result, source, limitSize(cropSize, source));
}

/** Centers the crop within the result. */
function centerLayout(result: Size, content: Size, crop: Size): Layout {
  const [horizontalSpace, verticalSpace] = [result.width - crop.width, result.height - crop.height];
  const [left, top] = [Math.floor(horizontalSpace / 2), Math.floor(verticalSpace / 2)];
  return {
    result,
    content,
    crop,
    margins: { top, right: horizontalSpace - left, bottom: verticalSpace - top, left },
  };
}

/** Returns the size within equal margins. At least one pixel remains. */
function computeInnerSize(outer: Size, padding: number): Size {
  const side = getShorterSide(outer);
  const margin = Math.min(Math.round(side * padding), Math.floor((side - 1) / 2));
  return { width: outer.width - 2 * margin, height: outer.height - 2 * margin };
}

const limitSize = (size: Size, max: Size): Size => ({
  width: Math.min(size.width, max.width),
  height: Math.min(size.height, max.height),
});

const getShorterSide = ({ width, height }: Size): number => Math.min(width, height);

const scaleSize = ({ width, height }: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});
