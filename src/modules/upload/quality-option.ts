import { registerDecorator } from 'class-validator';
import type { CompressionOptions } from '../../platform/compression/compression-options.js';

/** Quality of an output without `quality`. */
const DEFAULT_QUALITY = 50;
/** Upper bound of the quality of an output with `max_bytes` and without `quality`. */
const MAX_QUALITY = 100;
/** SSIMULACRA 2 score of `auto`, at which differences are hard to see without a side-by-side comparison. */
const DEFAULT_TARGET_SCORE = 70;

/** Maximum value of `max_bytes`. */
export const MAX_FILE_BYTES = 1_000_000_000;

const INVALID_QUALITY_MESSAGE =
  'quality must be a whole number from 1 to 100, auto, or auto with a target score, e.g. auto:70';

const isIntegerFrom1To100 = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= 100;

function isQuality(value: unknown): boolean {
  if (typeof value === 'number') return isIntegerFrom1To100(value);
  if (typeof value !== 'string') return false;
  const [, target] = /^auto(?::(\d{1,3}))?$/.exec(value) ?? [undefined, 'none'];
  return target === undefined || isIntegerFrom1To100(Number(target));
}

/** Accepts 1 to 100, `auto`, and `auto:` with a target score from 1 to 100. */
export const IsQuality = (): PropertyDecorator => (object, propertyName) =>
  registerDecorator({
    name: 'isQuality',
    target: object.constructor,
    propertyName: String(propertyName),
    options: { message: INVALID_QUALITY_MESSAGE },
    validator: { validate: isQuality },
  });

/** Converts a valid value to compression options. */
export function toQualityOptions(
  value: number | string | undefined,
  maxBytes: number | undefined,
): Pick<CompressionOptions, 'quality' | 'target_score'> {
  if (typeof value === 'number') return { quality: value };
  if (value === undefined)
    return { quality: maxBytes === undefined ? DEFAULT_QUALITY : MAX_QUALITY };
  const target = value.split(':')[1];
  return {
    quality: DEFAULT_QUALITY,
    target_score: target === undefined ? DEFAULT_TARGET_SCORE : Number(target),
  };
}
