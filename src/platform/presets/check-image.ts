import type { ImageFormat } from '../compression/inspect/image-format.js';
import type { AuditReason, AuditReasonCode } from './audit-reason.js';
import type { FileFacts } from './file-facts.js';
import type { Preset, PresetLimits } from './preset.js';

const EXTENSIONS: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  avif: ['avif'],
  gif: ['gif'],
  tiff: ['tif', 'tiff'],
};
/** Other extensions, such as `php`, do not denote an image format. */
const IMAGE_EXTENSIONS = new Set([...Object.values(EXTENSIONS).flat(), 'bmp', 'heic', 'svg']);

/** Returns the value that violates a limit; undefined if it is within the limit or unknown. */
type Rule = (facts: FileFacts, limits: PresetLimits) => string | number | undefined;

const formatSize = ({ width, height }: FileFacts) => `${width}x${height}`;

const format: Rule = (facts, { formats }) =>
  facts.format && !formats.includes(facts.format) ? facts.format : undefined;

const animation: Rule = (facts, limits) =>
  facts.animated && !limits.animation ? (facts.format ?? 'yes') : undefined;

const minSize: Rule = (facts, { minWidth = 0, minHeight = 0, minLongestSide = 0 }) => {
  const { width, height } = facts;
  if (width === null || height === null) return undefined;
  const isTooSmall =
    width < minWidth || height < minHeight || Math.max(width, height) < minLongestSide;
  return isTooSmall ? formatSize(facts) : undefined;
};

const maxSide: Rule = (facts, { maxLongestSide = Infinity, maxSideSum = Infinity }) => {
  const { width, height } = facts;
  if (width === null || height === null) return undefined;
  const isTooLong = Math.max(width, height) > maxLongestSide || width + height > maxSideSum;
  return isTooLong ? formatSize(facts) : undefined;
};

const maxPixels: Rule = (facts, limits) => {
  const { width, height } = facts;
  if (width === null || height === null || limits.maxPixels === undefined) return undefined;
  return width * height > limits.maxPixels ? formatSize(facts) : undefined;
};

const maxBytes: Rule = ({ bytes }, limits) =>
  bytes !== null && bytes > (limits.maxBytes ?? Infinity) ? bytes : undefined;

const extension: Rule = (facts, { matchingExtension }) =>
  matchingExtension &&
  facts.format &&
  facts.extension &&
  IMAGE_EXTENSIONS.has(facts.extension) &&
  !EXTENSIONS[facts.format].includes(facts.extension)
    ? facts.extension
    : undefined;

/** In the order of `AUDIT_REASON_CODES`. `submitted` rules apply to the files that the marketplace gets. */
const RULES: readonly { code: AuditReasonCode; of: 'submitted' | 'source'; rule: Rule }[] = [
  { code: 'format_not_accepted', of: 'submitted', rule: format },
  { code: 'animated', of: 'submitted', rule: animation },
  { code: 'too_small', of: 'submitted', rule: minSize },
  { code: 'source_too_small', of: 'source', rule: minSize },
  { code: 'side_too_long', of: 'submitted', rule: maxSide },
  { code: 'too_many_pixels', of: 'submitted', rule: maxPixels },
  { code: 'file_too_large', of: 'submitted', rule: maxBytes },
  { code: 'extension_mismatch', of: 'submitted', rule: extension },
];

/**
 * Checks an image against the limits of a marketplace. It gets the outputs, or the source if there are none.
 * A source that is too small is a reason even if an output was enlarged or padded. Outputs repair all other
 * faults of a source.
 *
 * @returns at most one reason of each code, with the value of the first file that has it; empty: it passes
 */
export function checkImage(
  { limits }: Preset,
  source: FileFacts,
  outputs: readonly FileFacts[],
): AuditReason[] {
  const submitted = outputs.length > 0 ? outputs : [source];
  const reasons = RULES.flatMap(({ code, of, rule }): AuditReason[] => {
    const files = of === 'source' ? [source] : submitted;
    const actual = files.map((facts) => rule(facts, limits)).find((value) => value !== undefined);
    return actual === undefined ? [] : [{ code, actual: String(actual) }];
  });
  // The output is small because its source is, so one reason is enough.
  const isSmall = reasons.some(({ code }) => code === 'too_small');
  return reasons.filter(({ code }) => !(isSmall && code === 'source_too_small'));
}
