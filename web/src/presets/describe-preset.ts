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

/** Keeps a size on one line. */
const formatBox = (width: number, height: number): string =>
  `${formatCount(width)}\u00a0×\u00a0${formatCount(height)}\u00a0px`;
const px = (pixels: number): string => `${formatCount(pixels)}\u00a0px`;

const alternatives = new Intl.ListFormat('en', { type: 'disjunction' });

/** Returns the limits of the size in pixels and bytes, and the formats, each as a short text. */
export const describeMainLimits = (limits: PresetLimits): string[] => [
  describeSize(limits),
  ...(limits.max_bytes === null ? [] : [`At most ${formatBytes(limits.max_bytes)}`]),
  alternatives.format(limits.formats.map((format) => FORMAT_NAMES[format])),
];

/** Returns all limits, each as a short text. */
export function describeAllLimits(limits: PresetLimits): string[] {
  const [, ...others] = describeMainLimits(limits);
  return [
    ...describeMinimums(limits),
    ...describeMaximums(limits),
    ...others,
    limits.animation ? 'Animations are accepted' : 'No animations',
    ...(limits.matching_extension ? ['The file extension matches the format'] : []),
  ];
}

/** Returns the minimum, or the maximum if the marketplace has no minimum. */
const describeSize = (limits: PresetLimits): string =>
  describeMinimums(limits)[0] ?? describeMaximums(limits)[0] ?? 'Any size';

function describeMinimums({ min_width, min_height, min_longest_side }: PresetLimits): string[] {
  const found: string[] = [];
  if (min_width !== null && min_height !== null)
    found.push(`At least ${formatBox(min_width, min_height)}`);
  else if (min_width !== null) found.push(`At least ${px(min_width)} wide`);
  else if (min_height !== null) found.push(`At least ${px(min_height)} high`);
  if (min_longest_side !== null) found.push(`At least ${px(min_longest_side)} on the longest side`);
  return found;
}

function describeMaximums({ max_longest_side, max_side_sum, max_pixels }: PresetLimits): string[] {
  const found: string[] = [];
  if (max_longest_side !== null) found.push(`At most ${px(max_longest_side)} on the longest side`);
  if (max_side_sum !== null) found.push(`At most ${px(max_side_sum)} for width plus height`);
  if (max_pixels !== null) found.push(`At most ${formatCount(max_pixels / 1_000_000)} megapixels`);
  return found;
}

/** Returns a text such as “JPEG, quality 80, at most 2,048 × 2,048 px”. */
export function describeOutput({ format, quality, max_width, max_height }: PresetOutput): string {
  const name = format === 'original' ? 'Original format' : FORMAT_NAMES[format];
  return `${name}, quality ${quality}${describeLimit(max_width, max_height)}`;
}

function describeLimit(width: number | null, height: number | null): string {
  if (width !== null && height !== null) return `, at most ${formatBox(width, height)}`;
  if (width !== null) return `, at most ${px(width)} wide`;
  return height === null ? '' : `, at most ${px(height)} high`;
}

/** Returns a note about missing sources; empty if all pages of the marketplace were read. */
export function describeMissingSources({
  name,
  sources,
}: Pick<Preset, 'name' | 'sources'>): string {
  const unread = sources.filter(({ was_read }) => !was_read).length;
  if (unread === 0) return '';
  return unread === sources.length
    ? `The page of ${name} could not be read. The limits come from third parties.`
    : `Not all pages of ${name} could be read. Some limits come from third parties.`;
}
