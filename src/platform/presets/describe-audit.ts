import type { ImageFormat } from '../compression/inspect/image-format.js';
import { type AuditReason, type AuditReasonCode, fromAuditText } from './audit-reason.js';
import type { Preset, PresetLimits } from './preset.js';

/** Entry of an image without reasons in the column `<Preset> check`. */
const PASS = 'pass';

const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
  tiff: 'TIFF',
};

/** Returns the value itself if it is not a format of this version. */
const formatName = (format: string): string => FORMAT_NAMES[format as ImageFormat] ?? format;

const NUMBERS = new Intl.NumberFormat('en-US');
const count = (value: number) => NUMBERS.format(value);
const size = (actual: string) => actual.replace('x', ' x ');
const bytes = (value: number) => `${count(value)} bytes`;

function describeMinimum({ minWidth, minHeight, minLongestSide }: PresetLimits): string {
  if (minLongestSide !== undefined) return `${count(minLongestSide)} pixels on the longest side`;
  if (minWidth !== undefined && minHeight !== undefined) {
    return `${count(minWidth)} x ${count(minHeight)} pixels`;
  }
  return minWidth === undefined
    ? `a height of ${count(minHeight ?? 0)} pixels`
    : `a width of ${count(minWidth)} pixels`;
}

const describeMaximumSide = ({ maxLongestSide, maxSideSum }: PresetLimits): string =>
  maxLongestSide === undefined
    ? `${count(maxSideSum ?? 0)} pixels for width plus height`
    : `${count(maxLongestSide)} pixels on the longest side`;

type Limit = (limits: PresetLimits, name: string) => string;

/** Requirement of the marketplace, without the value of an image. */
const REQUIREMENTS: Readonly<Record<AuditReasonCode, Limit>> = {
  format_not_accepted: ({ formats }, name) =>
    `${name} accepts ${formats.map(formatName).join(', ')}`,
  animated: (_limits, name) => `${name} accepts no animation`,
  too_small: (limits, name) => `${name} requires at least ${describeMinimum(limits)}`,
  source_too_small: (limits, name) => `${name} requires at least ${describeMinimum(limits)}`,
  side_too_long: (limits, name) => `${name} accepts at most ${describeMaximumSide(limits)}`,
  too_many_pixels: ({ maxPixels = 0 }, name) =>
    `${name} accepts at most ${count(maxPixels / 1_000_000)} megapixels`,
  file_too_large: ({ maxBytes = 0 }, name) => `${name} accepts at most ${bytes(maxBytes)}`,
  extension_mismatch: (_limits, name) => `${name} requires the extension of the format`,
};

/** Value of the image. */
const FINDINGS: Readonly<Record<AuditReasonCode, (actual: string) => string>> = {
  format_not_accepted: (actual) => `The format is ${formatName(actual)}`,
  animated: () => 'The image is animated',
  too_small: (actual) => `The image has ${size(actual)} pixels`,
  source_too_small: (actual) => `The source has only ${size(actual)} pixels`,
  side_too_long: (actual) => `The image has ${size(actual)} pixels`,
  too_many_pixels: (actual) => `The image has ${size(actual)} pixels`,
  file_too_large: (actual) => `The file has ${bytes(Number(actual))}`,
  extension_mismatch: (actual) => `The URL ends with .${actual}, but the image has another format`,
};

/** Returns a sentence with the value and the limit. */
export const describeReason = ({ limits, name }: Preset, { code, actual }: AuditReason): string =>
  `${FINDINGS[code](actual)}; ${REQUIREMENTS[code](limits, name)}.`;

/** Returns a sentence about all images with a reason. */
export const describeRequirement = ({ limits, name }: Preset, code: AuditReasonCode): string =>
  `${REQUIREMENTS[code](limits, name)}.`;

/** Returns the entry of the column `<Preset> check`: `pass`, or a sentence for each reason. */
export function describeAudit(preset: Preset, text: string): string {
  if (text === '') return PASS;
  const sentences = fromAuditText(text).map((reason) => describeReason(preset, reason));
  // The codes of a later version have no sentence.
  return sentences.length > 0 ? sentences.join(' ') : text;
}
