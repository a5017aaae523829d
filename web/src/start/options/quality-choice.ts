/** Settings that determine the quality of an output. Numbers are stored as the text of their inputs. */
export interface QualityChoice {
  /** Whether the quality of each image is chosen by its score. */
  isAutomatic: boolean;
  /** SSIMULACRA 2 score, from 1 to 100. */
  targetScore: string;
  /** Empty for no limit. 1 kB is 1,000 bytes. */
  maxKilobytes: string;
}

export const DEFAULT_QUALITY_CHOICE: QualityChoice = {
  isAutomatic: false,
  targetScore: '70',
  maxKilobytes: '',
};

/** Maximum file size that the API accepts. */
export const MAX_KILOBYTES = 1_000_000;

export const isValidQuality = (text: string): boolean => isIntegerUpTo(text, 100);

/** Accepts empty text, which means no limit. */
export const isValidFileSize = (text: string): boolean =>
  text === '' || isIntegerUpTo(text, MAX_KILOBYTES);

function isIntegerUpTo(text: string, max: number): boolean {
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= max;
}

/** Returns true if the API accepts the choice. */
export const isQualityChoiceValid = (
  quality: string,
  { isAutomatic, targetScore, maxKilobytes }: QualityChoice,
): boolean => isValidQuality(isAutomatic ? targetScore : quality) && isValidFileSize(maxKilobytes);

/** Returns the API value of `quality`. */
export const toQualityField = (
  quality: number | string,
  { isAutomatic, targetScore }: QualityChoice,
): number | string => (isAutomatic ? `auto:${Number(targetScore)}` : Number(quality));

/** Returns the API value of `max_bytes`; undefined without a limit. */
export const toMaxBytesField = ({ maxKilobytes }: QualityChoice): number | undefined =>
  maxKilobytes === '' ? undefined : Number(maxKilobytes) * 1000;

export function describeQuality(quality: number): string {
  if (quality < 25) return 'Smallest files. Fine textures look blocky.';
  if (quality < 45) return 'Small files. Fine textures look softer up close.';
  if (quality <= 65) return 'Most photographs look the same at product page size.';
  if (quality < 85) return 'Finer detail and larger files, for zoom views.';
  return 'Nearly unchanged. Files stay large.';
}

export function describeScore(score: number): string {
  if (score < 40) return 'Differences are easy to see.';
  if (score < 60) return 'Differences are visible up close.';
  if (score < 85) return 'Differences are hard to see.';
  return 'Looks like the original. Files stay large.';
}
