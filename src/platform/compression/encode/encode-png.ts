import type { Sharp } from 'sharp';
import {
  createLosslessPngSettings,
  MAX_PALETTE_PIXELS,
  createPalettePngSettings,
} from './encoder-settings.js';
import type { EncodePlan } from './encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { restoreExactAlpha } from './exact-alpha.js';
import { sharp } from '../decode/image-library.js';
import { findDifferingCells, type RawImage, appendCells } from './local-error.js';

/**
 * Mean error of a cell of 4 x 4 pixels in any channel. Palettes of photographs reach 18 to 29. A mark
 * that lost its color reaches 60 or more (docs/adr/0034-cleaned-originals-and-checked-palettes.md).
 */
const SUSPECT_ERROR = 24;
const LOST_COLOR_ERROR = 40;
/**
 * Maximum number of cells that a second palette can include. An image with more differing cells needs more
 * colors than a palette has.
 */
const MAX_CELLS = 4096;
/** Share of the height that is added to increase the weight of rare colors. */
const ADDED_ROWS_SHARE = 0.06;
/** A second palette for a larger image could exceed DECODE_TIMEOUT_SECONDS. */
const MAX_WEIGHTED_PIXELS = 6_000_000;

/**
 * Encodes a PNG with a palette if every color stays close to the original, otherwise with all colors. A palette
 * may omit the color of a small mark. A second palette gives that color a higher weight.
 */
export async function encodePng(
  image: Sharp,
  plan: EncodePlan,
  { hasPalette, isGray }: Pick<ImageHeader, 'hasPalette' | 'isGray'>,
): Promise<Buffer> {
  const { quality, effort, width, height } = plan;
  const pixelCount = width * height;
  if (quality === 100 || pixelCount > MAX_PALETTE_PIXELS) {
    return image.png(createLosslessPngSettings(hasPalette, effort)).toBuffer();
  }
  const { data, info } = await image
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const source = { data, width: info.width, height: info.height, channels: info.channels };
  const encodedColors = await encodeColors(source, plan);
  if (!isGray) return encodedColors;
  // A palette stores gray with alpha as four samples. Storing all gray levels often takes fewer bytes.
  const encodedGray = await createImage(source)
    .toColourspace('b-w')
    .png(createLosslessPngSettings(false, effort))
    .toBuffer();
  return encodedGray.length <= encodedColors.length ? encodedGray : encodedColors;
}

/** Encodes the image with a palette, or with all colors if a palette would lose one. */
async function encodeColors(
  source: RawImage,
  { quality, effort }: Pick<EncodePlan, 'quality' | 'effort'>,
): Promise<Buffer> {
  const pixelCount = source.width * source.height;
  const settings = createPalettePngSettings(quality, effort, pixelCount);
  const encodeAllColors = () =>
    createImage(source).png(createLosslessPngSettings(false, effort)).toBuffer();
  const encoded = await encodePalette(source, settings);
  if (!encoded) return encodeAllColors();
  const { palette, decoded } = encoded;
  const cells = findDifferingCells(source, decoded, SUSPECT_ERROR, MAX_CELLS);
  if (cells.length === 0) return palette;
  if (cells.length < MAX_CELLS && pixelCount <= MAX_WEIGHTED_PIXELS) {
    const weightedPalette = await encodeWeightedPalette(source, cells, settings);
    const decodedWeightedPalette = await decodePng(weightedPalette, source);
    if (findDifferingCells(source, decodedWeightedPalette, SUSPECT_ERROR, 1).length === 0)
      return weightedPalette;
  }
  if (findDifferingCells(source, decoded, LOST_COLOR_ERROR, 1).length === 0) return palette;
  return encodeAllColors();
}

type PaletteSettings = ReturnType<typeof createPalettePngSettings>;

/**
 * Encodes the image with a palette. Fully opaque and fully transparent pixels keep their opacity.
 *
 * @returns undefined if a palette changes too many of these pixels
 */
async function encodePalette(source: RawImage, settings: PaletteSettings) {
  const palette = await createImage(source).png(settings).toBuffer();
  const decoded = await decodePng(palette, source);
  const correctedPixels = source.channels === 4 ? restoreExactAlpha(source, decoded) : decoded;
  if (!correctedPixels) return undefined;
  if (correctedPixels === decoded) return { palette, decoded };
  return {
    palette: await createImage(correctedPixels).png(toExactSettings(settings)).toBuffer(),
    decoded: correctedPixels,
  };
}

/** Returns settings that keep all colors of an image with few colors. */
const toExactSettings = (settings: PaletteSettings): PaletteSettings => ({
  ...settings,
  quality: 100,
  dither: 0,
});

const createImage = ({ data, width, height, channels }: RawImage): Sharp =>
  sharp(data, { raw: { width, height, channels: channels as 3 | 4 }, limitInputPixels: false });

/** Decodes a PNG to pixels with the channels of its source. */
async function decodePng(png: Buffer, source: RawImage): Promise<RawImage> {
  const image = sharp(png, { limitInputPixels: false }).toColourspace('srgb');
  const imageWithSameChannels = source.channels === 4 ? image.ensureAlpha() : image.removeAlpha();
  return { ...source, data: await imageWithSameChannels.raw().toBuffer() };
}

async function encodeWeightedPalette(
  source: RawImage,
  cells: { x: number; y: number }[],
  settings: PaletteSettings,
): Promise<Buffer> {
  const rowCount = Math.max(8, Math.ceil(source.height * ADDED_ROWS_SHARE));
  const encoded = await createImage(appendCells(source, cells, rowCount))
    .png(settings)
    .toBuffer();
  const { width, height, channels } = source;
  const croppedImage = sharp(encoded, { limitInputPixels: false })
    .extract({ left: 0, top: 0, width, height })
    .toColourspace('srgb');
  const image = channels === 4 ? croppedImage.ensureAlpha() : croppedImage;
  return image.png(toExactSettings(settings)).toBuffer();
}
