import type { ImageFormat } from '../compression/inspect/image-format.js';
import { type AuditReason, type AuditReasonCode, parseAuditText } from './audit-reason.js';
import type { Preset, PresetLimits } from './preset.js';

/** Cell text in the column `<Preset> check` for an image that passes. */
const PASS = 'pass';

const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
  tiff: 'TIFF',
};

/** Returns the display name of a format. Returns a format that this version does not know unchanged. */
const getFormatName = (format: string): string => FORMAT_NAMES[format as ImageFormat] ?? format;

const NUMBER_FORMAT = new Intl.NumberFormat('en-US');
const formatNumber = (value: number) => NUMBER_FORMAT.format(value);
const formatSize = (actual: string) => actual.replace('x', ' x ');
const formatBytes = (value: number) => `${formatNumber(value)} bytes`;

function describeMinimum({ minWidth, minHeight, minLongestSide }: PresetLimits): string {
  if (minLongestSide !== undefined)
    return `at least ${formatNumber(minLongestSide)} pixels on the longest side`;
  if (minWidth !== undefined && minHeight !== undefined) {
    return `at least ${formatNumber(minWidth)} x ${formatNumber(minHeight)} pixels`;
  }
  return minWidth === undefined
    ? `a height of at least ${formatNumber(minHeight ?? 0)} pixels`
    : `a width of at least ${formatNumber(minWidth)} pixels`;
}

const describeMaximumSide = ({ maxLongestSide, maxSideSum }: PresetLimits): string =>
  maxLongestSide === undefined
    ? `${formatNumber(maxSideSum ?? 0)} pixels for width plus height`
    : `${formatNumber(maxLongestSide)} pixels on the longest side`;

type RequirementFormatter = (limits: PresetLimits, name: string) => string;

/** Describes the requirement of the marketplace. */
const REQUIREMENTS: Readonly<Record<AuditReasonCode, RequirementFormatter>> = {
  format_not_accepted: ({ formats }, name) =>
    `${name} accepts ${formats.map(getFormatName).join(', ')}`,
  animated: (_limits, name) => `${name} does not accept animations`,
  too_small: (limits, name) => `${name} requires ${describeMinimum(limits)}`,
  source_too_small: (limits, name) => `${name} requires ${describeMinimum(limits)}`,
  side_too_long: (limits, name) => `${name} accepts at most ${describeMaximumSide(limits)}`,
  too_many_pixels: ({ maxPixels = 0 }, name) =>
    `${name} accepts at most ${formatNumber(maxPixels / 1_000_000)} megapixels`,
  file_too_large: ({ maxBytes = 0 }, name) => `${name} accepts at most ${formatBytes(maxBytes)}`,
  extension_mismatch: (_limits, name) => `${name} requires an extension that matches the format`,
};

/** Describes the value of the image. */
const VALUE_DESCRIPTIONS: Readonly<Record<AuditReasonCode, (actual: string) => string>> = {
  format_not_accepted: (actual) => `The format is ${getFormatName(actual)}`,
  animated: () => 'The image is animated',
  too_small: (actual) => `The image is ${formatSize(actual)} pixels`,
  source_too_small: (actual) => `The source is only ${formatSize(actual)} pixels`,
  side_too_long: (actual) => `The image is ${formatSize(actual)} pixels`,
  too_many_pixels: (actual) => `The image is ${formatSize(actual)} pixels`,
  file_too_large: (actual) => `The file is ${formatBytes(Number(actual))} in size`,
  extension_mismatch: (actual) =>
    `The URL ends with .${actual}, but the image has a different format`,
};

/** Returns a sentence that states the value of the image and the limit. */
export const describeReason = ({ limits, name }: Preset, { code, actual }: AuditReason): string =>
  `${VALUE_DESCRIPTIONS[code](actual)}; ${REQUIREMENTS[code](limits, name)}.`;

/** Returns a sentence that applies to all images with the reason. */
export const describeRequirement = ({ limits, name }: Preset, code: AuditReasonCode): string =>
  `${REQUIREMENTS[code](limits, name)}.`;

/** Returns the cell text for the column `<Preset> check`: `pass`, or a sentence for each reason. */
export function describeAudit(preset: Preset, text: string): string {
  if (text === '') return PASS;
  const sentences = parseAuditText(text).map((reason) => describeReason(preset, reason));
  // A code that a later version added has no sentence.
  return sentences.length > 0 ? sentences.join(' ') : text;
}
