import type { ImageFormat } from '../compression/inspect/image-format.js';
import type { AuditReason, AuditReasonCode } from './audit-reason.js';
import type { FileProperties } from './file-properties.js';
import type { Preset, PresetLimits } from './preset.js';

const EXTENSIONS_BY_FORMAT: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  avif: ['avif'],
  gif: ['gif'],
  tiff: ['tif', 'tiff'],
};
/** Extensions that denote an image format. Other extensions, such as `php`, are ignored. */
const IMAGE_EXTENSIONS = new Set([
  ...Object.values(EXTENSIONS_BY_FORMAT).flat(),
  'bmp',
  'heic',
  'svg',
]);

/** Returns the value that violates a limit; undefined if it is within the limit or unknown. */
type Rule = (file: FileProperties, limits: PresetLimits) => string | number | undefined;

const formatSize = ({ width, height }: FileProperties) => `${width}x${height}`;

const checkFormat: Rule = (file, { formats }) =>
  file.format && !formats.includes(file.format) ? file.format : undefined;

const checkAnimation: Rule = (file, limits) =>
  file.animated && !limits.allowsAnimation ? (file.format ?? 'yes') : undefined;

const checkMinSize: Rule = (file, { minWidth = 0, minHeight = 0, minLongestSide = 0 }) => {
  const { width, height } = file;
  if (width === null || height === null) return undefined;
  const isTooSmall =
    width < minWidth || height < minHeight || Math.max(width, height) < minLongestSide;
  return isTooSmall ? formatSize(file) : undefined;
};

const checkMaxSide: Rule = (file, { maxLongestSide = Infinity, maxSideSum = Infinity }) => {
  const { width, height } = file;
  if (width === null || height === null) return undefined;
  const isTooLong = Math.max(width, height) > maxLongestSide || width + height > maxSideSum;
  return isTooLong ? formatSize(file) : undefined;
};

const checkMaxPixels: Rule = (file, limits) => {
  const { width, height } = file;
  if (width === null || height === null || limits.maxPixels === undefined) return undefined;
  return width * height > limits.maxPixels ? formatSize(file) : undefined;
};

const checkMaxBytes: Rule = ({ bytes }, limits) =>
  bytes !== null && bytes > (limits.maxBytes ?? Infinity) ? bytes : undefined;

const checkExtension: Rule = (file, { requiresMatchingExtension }) =>
  requiresMatchingExtension &&
  file.format &&
  file.extension &&
  IMAGE_EXTENSIONS.has(file.extension) &&
  !EXTENSIONS_BY_FORMAT[file.format].includes(file.extension)
    ? file.extension
    : undefined;

/** Rules in the order of `AUDIT_REASON_CODES`. `submitted` rules apply to the files that the marketplace receives. */
const RULES: readonly { code: AuditReasonCode; appliesTo: 'submitted' | 'source'; rule: Rule }[] = [
  { code: 'format_not_accepted', appliesTo: 'submitted', rule: checkFormat },
  { code: 'animated', appliesTo: 'submitted', rule: checkAnimation },
  { code: 'too_small', appliesTo: 'submitted', rule: checkMinSize },
  { code: 'source_too_small', appliesTo: 'source', rule: checkMinSize },
  { code: 'side_too_long', appliesTo: 'submitted', rule: checkMaxSide },
  { code: 'too_many_pixels', appliesTo: 'submitted', rule: checkMaxPixels },
  { code: 'file_too_large', appliesTo: 'submitted', rule: checkMaxBytes },
  { code: 'extension_mismatch', appliesTo: 'submitted', rule: checkExtension },
];

/**
 * Checks an image against the limits of a marketplace. The marketplace receives the outputs, or the source if
 * there are no outputs. A source that is too small is reported even if an output was enlarged or padded. All other
 * limits apply only to the files that the marketplace receives.
 *
 * @returns at most one reason per code, with the value of the first violating file; empty if the image passes
 */
export function checkImage(
  { limits }: Preset,
  source: FileProperties,
  outputs: readonly FileProperties[],
): AuditReason[] {
  const submittedFiles = outputs.length > 0 ? outputs : [source];
  const reasons = RULES.flatMap(({ code, appliesTo, rule }): AuditReason[] => {
    const files = appliesTo === 'source' ? [source] : submittedFiles;
    const actual = files.map((file) => rule(file, limits)).find((value) => value !== undefined);
    return actual === undefined ? [] : [{ code, actual: String(actual) }];
  });
  // The output is small because its source is, so one reason is enough.
  const isTooSmall = reasons.some(({ code }) => code === 'too_small');
  return reasons.filter(({ code }) => !(isTooSmall && code === 'source_too_small'));
}
