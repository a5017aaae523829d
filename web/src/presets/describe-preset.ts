import type { Preset, PresetLimits, PresetOutput } from '../api/types.js';
import { formatBytes, formatCount } from '../format.js';

const FORMAT_NAMES: Readonly<Record<PresetLimits['formats'][number], string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
  tiff: 'TIFF',
};

/** Formats a size with non-breaking spaces, which keep it on one line. */
const formatDimensions = (width: number, height: number): string =>
  `${formatCount(width)}\u00a0×\u00a0${formatCount(height)}\u00a0px`;
const formatPixels = (pixels: number): string => `${formatCount(pixels)}\u00a0px`;

const disjunctionFormat = new Intl.ListFormat('en', { type: 'disjunction' });

/** Returns short descriptions of the pixel limit, the byte limit and the formats. */
export const describeMainLimits = (limits: PresetLimits): string[] => [
  describeSize(limits),
  ...(limits.max_bytes === null ? [] : [`At most ${formatBytes(limits.max_bytes)}`]),
  disjunctionFormat.format(limits.formats.map((format) => FORMAT_NAMES[format])),
];

/** Returns a short description of each limit. */
export function describeAllLimits(limits: PresetLimits): string[] {
  const [, ...otherLimits] = describeMainLimits(limits);
  return [
    ...describeMinimums(limits),
    ...describeMaximums(limits),
    ...otherLimits,
    limits.animation ? 'Animations are accepted' : 'No animations',
    ...(limits.matching_extension ? ['The file extension matches the format'] : []),
  ];
}

/** Describes the minimum size, or the maximum size if the marketplace has no minimum. */
const describeSize = (limits: PresetLimits): string =>
  describeMinimums(limits)[0] ?? describeMaximums(limits)[0] ?? 'Any size';

function describeMinimums({ min_width, min_height, min_longest_side }: PresetLimits): string[] {
  const descriptions: string[] = [];
  if (min_width !== null && min_height !== null)
    descriptions.push(`At least ${formatDimensions(min_width, min_height)}`);
  else if (min_width !== null) descriptions.push(`At least ${formatPixels(min_width)} wide`);
  else if (min_height !== null) descriptions.push(`At least ${formatPixels(min_height)} high`);
  if (min_longest_side !== null)
    descriptions.push(`At least ${formatPixels(min_longest_side)} on the longest side`);
  return descriptions;
}

function describeMaximums({ max_longest_side, max_side_sum, max_pixels }: PresetLimits): string[] {
  const descriptions: string[] = [];
  if (max_longest_side !== null)
    descriptions.push(`At most ${formatPixels(max_longest_side)} on the longest side`);
  if (max_side_sum !== null)
    descriptions.push(`At most ${formatPixels(max_side_sum)} for width plus height`);
  if (max_pixels !== null)
    descriptions.push(`At most ${formatCount(max_pixels / 1_000_000)} megapixels`);
  return descriptions;
}

/** Describes an output, for example “JPEG, quality 80, at most 2,048 × 2,048 px”. */
export function describeOutput({ format, quality, max_width, max_height }: PresetOutput): string {
  const name = format === 'original' ? 'Original format' : FORMAT_NAMES[format];
  return `${name}, quality ${quality}${describeLimit(max_width, max_height)}`;
}

function describeLimit(width: number | null, height: number | null): string {
  if (width !== null && height !== null) return `, at most ${formatDimensions(width, height)}`;
  if (width !== null) return `, at most ${formatPixels(width)} wide`;
  return height === null ? '' : `, at most ${formatPixels(height)} high`;
}

/** Returns a note about unread sources, or an empty string if all pages of the marketplace were read. */
export function describeMissingSources({
  name,
  sources,
}: Pick<Preset, 'name' | 'sources'>): string {
  const unreadCount = sources.filter(({ was_read }) => !was_read).length;
  if (unreadCount === 0) return '';
  return unreadCount === sources.length
    ? `The ${name} page could not be read. The limits come from third parties.`
    : `Not all ${name} pages could be read. Some limits come from third parties.`;
}
