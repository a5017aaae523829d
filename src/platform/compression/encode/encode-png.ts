import type { Sharp } from 'sharp';
import { losslessPngSettings, MAX_PALETTE_PIXELS, palettePngSettings } from './encoder-settings.js';
import type { EncodePlan } from './encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { withExactAlpha } from './exact-alpha.js';
import { sharp } from '../decode/image-library.js';
import { findDifferingCells, type RawImage, appendCells } from './local-error.js';

/**
 * Mean errors of a cell of 4 x 4 pixels, in any channel. Palettes of photographs reach 18 to 29. A mark
 * that lost its color has 60 and more (docs/adr/0034-cleaned-originals-and-checked-palettes.md).
 */
const SUSPECT_ERROR = 24;
const LOST_COLOR_ERROR = 40;
/**
 * Maximum number of cells that a second palette can include. An image with more needs more colors than a
 * palette has.
 */
const MAX_CELLS = 4096;
/** Share of the height that is added to increase the weight of rare colors. */
const ADDED_SHARE = 0.06;
/** A second palette for a larger image could exceed DECODE_TIMEOUT_SECONDS. */
const MAX_WEIGHTED_PIXELS = 6_000_000;

/**
 * Encodes a PNG with a palette if that keeps every color near its original, else with all colors. A palette
 * may omit the color of a small mark. A second palette includes it by a higher weight.
 */
export async function encodePng(
  image: Sharp,
  plan: EncodePlan,
  { hasPalette, isGray }: Pick<ImageHeader, 'hasPalette' | 'isGray'>,
): Promise<Buffer> {
  const { quality, effort, width, height } = plan;
  const pixels = width * height;
  if (quality === 100 || pixels > MAX_PALETTE_PIXELS) {
    return image.png(losslessPngSettings(hasPalette, effort)).toBuffer();
  }
  const { data, info } = await image
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const source = { data, width: info.width, height: info.height, channels: info.channels };
  const reduced = await encodeColors(source, plan);
  if (!isGray) return reduced;
  // A palette stores gray with alpha as four samples. All levels of gray often take fewer bytes.
  const gray = await fromRaw(source)
    .toColourspace('b-w')
    .png(losslessPngSettings(false, effort))
    .toBuffer();
  return gray.length <= reduced.length ? gray : reduced;
}

/** Returns the image with a palette, or with all colors if a palette would lose one. */
async function encodeColors(
  source: RawImage,
  { quality, effort }: Pick<EncodePlan, 'quality' | 'effort'>,
): Promise<Buffer> {
  const pixels = source.width * source.height;
  const settings = palettePngSettings(quality, effort, pixels);
  const withAllColors = () => fromRaw(source).png(losslessPngSettings(false, effort)).toBuffer();
  const encoded = await encodePalette(source, settings);
  if (!encoded) return withAllColors();
  const { palette, shown } = encoded;
  const cells = findDifferingCells(source, shown, SUSPECT_ERROR, MAX_CELLS);
  if (cells.length === 0) return palette;
  if (cells.length < MAX_CELLS && pixels <= MAX_WEIGHTED_PIXELS) {
    const weighted = await withWeights(source, cells, settings);
    const shownWeighted = await decodePng(weighted, source);
    if (findDifferingCells(source, shownWeighted, SUSPECT_ERROR, 1).length === 0) return weighted;
  }
  if (findDifferingCells(source, shown, LOST_COLOR_ERROR, 1).length === 0) return palette;
  return withAllColors();
}

type PaletteSettings = ReturnType<typeof palettePngSettings>;

/**
 * Returns the palette image with its pixels. Fully opaque and fully transparent pixels remain so.
 *
 * @returns undefined if a palette changes too many of them
 */
async function encodePalette(source: RawImage, settings: PaletteSettings) {
  const palette = await fromRaw(source).png(settings).toBuffer();
  const shown = await decodePng(palette, source);
  const exact = source.channels === 4 ? withExactAlpha(source, shown) : shown;
  if (!exact) return undefined;
  if (exact === shown) return { palette, shown };
  return { palette: await fromRaw(exact).png(exactSettings(settings)).toBuffer(), shown: exact };
}

/** Tries to keep all colors exactly, for an image with few colors. */
const exactSettings = (settings: PaletteSettings): PaletteSettings => ({
  ...settings,
  quality: 100,
  dither: 0,
});

const fromRaw = ({ data, width, height, channels }: RawImage): Sharp =>
  sharp(data, { raw: { width, height, channels: channels as 3 | 4 }, limitInputPixels: false });

/** Returns the pixels of a PNG with the channels of its source. */
async function decodePng(png: Buffer, source: RawImage): Promise<RawImage> {
  const image = sharp(png, { limitInputPixels: false }).toColourspace('srgb');
  const sameChannels = source.channels === 4 ? image.ensureAlpha() : image.removeAlpha();
  return { ...source, data: await sameChannels.raw().toBuffer() };
}

async function withWeights(
  source: RawImage,
  cells: { x: number; y: number }[],
  settings: PaletteSettings,
): Promise<Buffer> {
  const rows = Math.max(8, Math.ceil(source.height * ADDED_SHARE));
  const weighted = await fromRaw(appendCells(source, cells, rows))
    .png(settings)
    .toBuffer();
  const { width, height, channels } = source;
  const cropped = sharp(weighted, { limitInputPixels: false })
    .extract({ left: 0, top: 0, width, height })
    .toColourspace('srgb');
  const image = channels === 4 ? cropped.ensureAlpha() : cropped;
  return image.png(exactSettings(settings)).toBuffer();
}
