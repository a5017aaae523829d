import type { Preset, PresetLimits, PresetOutput } from '../api/types.js';
import { bytes, count } from '../format.js';

const FORMAT_NAMES: Readonly<Record<PresetLimits['formats'][number], string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
  tiff: 'TIFF',
};

/** Keeps a size on one line. */
const box = (width: number, height: number): string =>
  `${count(width)}\u00a0×\u00a0${count(height)}\u00a0px`;
const px = (pixels: number): string => `${count(pixels)}\u00a0px`;

const alternatives = new Intl.ListFormat('en', { type: 'disjunction' });

/** Returns the limits of the size in pixels and bytes, and the formats, each as a short text. */
export const mainLimits = (limits: PresetLimits): string[] => [
  sizeOf(limits),
  ...(limits.max_bytes === null ? [] : [`At most ${bytes(limits.max_bytes)}`]),
  alternatives.format(limits.formats.map((format) => FORMAT_NAMES[format])),
];

/** Returns all limits, each as a short text. */
export function allLimits(limits: PresetLimits): string[] {
  const [, ...others] = mainLimits(limits);
  return [
    ...minimums(limits),
    ...maximums(limits),
    ...others,
    limits.animation ? 'Animations are accepted' : 'No animations',
    ...(limits.matching_extension ? ['The file extension matches the format'] : []),
  ];
}

/** Returns the minimum, or a maximum of a marketplace without one. */
const sizeOf = (limits: PresetLimits): string =>
  minimums(limits)[0] ?? maximums(limits)[0] ?? 'Any size';

function minimums({ min_width, min_height, min_longest_side }: PresetLimits): string[] {
  const found: string[] = [];
  if (min_width !== null && min_height !== null)
    found.push(`At least ${box(min_width, min_height)}`);
  else if (min_width !== null) found.push(`At least ${px(min_width)} wide`);
  else if (min_height !== null) found.push(`At least ${px(min_height)} high`);
  if (min_longest_side !== null) found.push(`At least ${px(min_longest_side)} on the longest side`);
  return found;
}

function maximums({ max_longest_side, max_side_sum, max_pixels }: PresetLimits): string[] {
  const found: string[] = [];
  if (max_longest_side !== null) found.push(`At most ${px(max_longest_side)} on the longest side`);
  if (max_side_sum !== null) found.push(`At most ${px(max_side_sum)} for width plus height`);
  if (max_pixels !== null) found.push(`At most ${count(max_pixels / 1_000_000)} megapixels`);
  return found;
}

/** Returns a text such as “JPEG, quality 80, at most 2,048 × 2,048 px”. */
export function outputWords({ format, quality, max_width, max_height }: PresetOutput): string {
  const name = format === 'original' ? 'Original format' : FORMAT_NAMES[format];
  return `${name}, quality ${quality}${limitOf(max_width, max_height)}`;
}

function limitOf(width: number | null, height: number | null): string {
  if (width !== null && height !== null) return `, at most ${box(width, height)}`;
  if (width !== null) return `, at most ${px(width)} wide`;
  return height === null ? '' : `, at most ${px(height)} high`;
}

/** Returns what the sources of the limits lack; empty if all pages of the marketplace were read. */
export function thirdPartyNote({ name, sources }: Pick<Preset, 'name' | 'sources'>): string {
  const unread = sources.filter(({ was_read }) => !was_read).length;
  if (unread === 0) return '';
  return unread === sources.length
    ? `The page of ${name} could not be read. The limits come from third parties.`
    : `Not all pages of ${name} could be read. Some limits come from third parties.`;
}
