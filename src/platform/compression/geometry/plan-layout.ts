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
 * Computes the sizes of an output in whole pixels. `pad` and `cover` without both sides are `inside`, because
 * they have no shape.
 *
 * @param source size of the upright source without its trimmed borders
 */
export function planLayout(source: Size, options: LayoutOptions): Layout {
  const { fit = 'inside', max_width: width, max_height: height } = options;
  const padding = (options.padding ?? 0) / 100;
  const maxScale = options.enlarge ? Infinity : 1;
  if (fit === 'inside' || width === undefined || height === undefined) {
    return insideLayout(source, { width, height }, padding, maxScale);
  }
  const shape = { width, height };
  return fit === 'pad'
    ? padLayout(source, shape, padding, maxScale)
    : coverLayout(source, shape, padding, maxScale);
}

function insideLayout(source: Size, box: Partial<Size>, padding: number, maxScale: number): Layout {
  // The margins are a share of the shorter side of the result, which includes them.
  const added = (shorterSide(source) * 2 * padding) / (1 - 2 * padding);
  const padded = { width: source.width + added, height: source.height + added };
  const bounds = [
    ...(box.width === undefined ? [] : [box.width / padded.width]),
    ...(box.height === undefined ? [] : [box.height / padded.height]),
  ];
  const scale = Math.min(bounds.length === 0 ? 1 : maxScale, ...bounds);
  const result = scaleSize(padded, scale);
  const inner = innerSize(result, padding);
  // Rounding must not enlarge the content.
  const content = scale > 1 ? inner : isSmaller(inner, source);
  return centerLayout(result, content, content);
}

function padLayout(source: Size, shape: Size, padding: number, maxScale: number): Layout {
  const inner = innerSize(shape, padding);
  const scale = Math.min(inner.width / source.width, inner.height / source.height, maxScale);
  const content = scaleSize(source, scale);
  return centerLayout(shape, content, content);
}

function coverLayout(source: Size, shape: Size, padding: number, maxScale: number): Layout {
  const inner = innerSize(shape, padding);
  const scale = Math.max(inner.width / source.width, inner.height / source.height);
  if (scale <= maxScale) {
    const { width, height } = scaleSize(source, scale);
    // Rounding must not make the content smaller than the crop.
    const content = {
      width: Math.max(width, inner.width),
      height: Math.max(height, inner.height),
    };
    return centerLayout(shape, content, inner);
  }
  // The largest crop of this shape that needs no enlargement.
  const result = scaleSize(shape, 1 / scale);
  const wanted = innerSize(result, padding);
  return centerLayout(result, source, isSmaller(wanted, source));
}

/** The margins center the crop. */
function centerLayout(result: Size, content: Size, crop: Size): Layout {
  const [across, down] = [result.width - crop.width, result.height - crop.height];
  const [left, top] = [Math.floor(across / 2), Math.floor(down / 2)];
  return {
    result,
    content,
    crop,
    margins: { top, right: across - left, bottom: down - top, left },
  };
}

/** Returns the size within equal margins. At least one pixel remains. */
function innerSize(outer: Size, padding: number): Size {
  const side = shorterSide(outer);
  const margin = Math.min(Math.round(side * padding), Math.floor((side - 1) / 2));
  return { width: outer.width - 2 * margin, height: outer.height - 2 * margin };
}

const isSmaller = (a: Size, b: Size): Size => ({
  width: Math.min(a.width, b.width),
  height: Math.min(a.height, b.height),
});

const shorterSide = ({ width, height }: Size): number => Math.min(width, height);

const scaleSize = ({ width, height }: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});
